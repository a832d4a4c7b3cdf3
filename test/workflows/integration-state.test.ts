import { describe, expect, test } from '@jest/globals';
import { COMMANDS, type CommandName } from '../../domain/commands.js';
import { INTEGRATION_STATES, legalStep, type IntegrationState } from '../../workflows/integration-state.js';

/**
 * The whole life of an integration: where each command leads from each state, or what is missing. Written out, not
 * worked out: a change of the table is a decision and shows here.
 */
const MATRIX = `
                draft       set-up      authorized  mapped      published   paused      revoked     removed
  setUp         set-up      set-up      authorized  mapped      published   paused      revoked     -removed
  authorize     -setup      authorized  authorized  mapped      published   paused      authorized  -removed
  upload        -setup      authorized  authorized  mapped      published   -paused     authorized  -removed
  map           -setup      -authorize  mapped      mapped      published   paused      -revoked    -removed
  segment       -setup      -authorize  authorized  mapped      published   paused      -revoked    -removed
  review        -setup      -authorize  -map        mapped      published   paused      -revoked    -removed
  publish       -setup      -authorize  -map        published   published   -paused     -revoked    -removed
  pause         -publish    -publish    -publish    -publish    paused      paused      -revoked    -removed
  resume        -publish    -publish    -publish    -publish    published   published   -revoked    -removed
  importNow     -publish    -publish    -publish    -publish    published   -paused     -revoked    -removed
  importPerson  -publish    -publish    -publish    -publish    published   -paused     -revoked    -removed
  retryErrors   -publish    -publish    -publish    -publish    published   -paused     -revoked    -removed
  undo          -publish    -publish    authorized  mapped      paused      paused      revoked     -removed
  reviewUndo    -publish    -publish    authorized  mapped      published   paused      revoked     -removed
  cancelImport  draft       set-up      authorized  mapped      published   paused      revoked     -removed
  decide        -publish    -publish    -publish    -publish    published   paused      -revoked    -removed
  revoke        -nothing    -nothing    revoked     revoked     revoked     revoked     revoked     -removed
  remove        removed     removed     removed     removed     -live       -live       removed     -removed
`;

const REFUSALS: Readonly<Record<string, [code: string, detail: string]>> = {
  '-setup': ['illegal-state', 'The integration is not set up yet: give the initial setup first.'],
  '-authorize': ['illegal-state', 'The integration is not authorized yet: authorize the HR system first.'],
  '-map': ['illegal-state', 'The integration is not mapped yet: map at least the e-mail first.'],
  '-publish': ['illegal-state', 'The integration is not published yet: publish it first.'],
  '-paused': ['integration-paused', 'The integration is paused: resume it first.'],
  '-revoked': ['illegal-state', 'The access to the HR system was revoked: authorize it again first.'],
  '-nothing': ['illegal-state', 'There is no access to revoke: the integration was never authorized.'],
  '-live': ['illegal-state', 'The integration is live: revoke it first, then remove it.'],
  '-removed': ['not-found', 'The integration was removed.'],
};

const [heads = [], ...rows] = MATRIX.trim()
  .split('\n')
  .map((line) => line.trim().split(/\s+/));
const cells = rows.flatMap(([command = '', ...row]) =>
  row.map((cell, column): [CommandName, IntegrationState, string] => [
    command as CommandName,
    heads[column] as IntegrationState,
    cell,
  ]),
);

describe('the life of an integration', () => {
  test('the matrix names every state and every command once', () => {
    expect(heads).toEqual([...INTEGRATION_STATES]);
    expect(rows.map((row) => row[0])).toEqual([...COMMANDS]);
    expect(cells).toHaveLength(INTEGRATION_STATES.length * COMMANDS.length);
  });

  test.each(cells)('%s while %s: %s', (command, state, cell) => {
    const refusal = REFUSALS[cell];
    const expected = refusal === undefined ? { to: cell } : { refused: { code: refusal[0], detail: refusal[1] } };
    expect(legalStep(state, command)).toEqual(expected);
  });

  test('no command leaves a state that the table does not know', () => {
    for (const [, , cell] of cells) expect([...INTEGRATION_STATES, ...Object.keys(REFUSALS)]).toContain(cell);
  });
});
