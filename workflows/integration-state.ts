import type { CommandName, Refusal, RefusalCode } from '../domain/commands.js';

/**
 * The life of an integration as a table: for each state, where each command leads, or why it is refused. Pure, so a
 * test can walk every cell. Legality is judged here in the turn of a command, never in a validator: a validator runs
 * before earlier commands of the inbox have been carried out.
 */
export const INTEGRATION_STATES = [
  'draft',
  'set-up',
  'authorized',
  'mapped',
  'published',
  'paused',
  'revoked',
  'removed',
] as const;
export type IntegrationState = (typeof INTEGRATION_STATES)[number];

export type Step = { readonly to: IntegrationState } | { readonly refused: Refusal };

const to = (state: IntegrationState): Step => ({ to: state });
const no = (detail: string, code: RefusalCode = 'illegal-state'): Step => ({ refused: { code, detail } });

const NOT_SET_UP = 'The integration is not set up yet: give the initial setup first.';
const NOT_AUTHORIZED = 'The integration is not authorized yet: authorize the HR system first.';
const NOT_MAPPED = 'The integration is not mapped yet: map at least the e-mail first.';
const NOT_PUBLISHED = 'The integration is not published yet: publish it first.';
const PAUSED = 'The integration is paused: resume it first.';
const REVOKED = 'The access to the HR system was revoked: authorize it again first.';
const NOTHING_TO_REVOKE = 'There is no access to revoke: the integration was never authorized.';
const LIVE = 'The integration is live: revoke it first, then remove it.';
const REMOVED = 'The integration was removed.';

const everyState = (step: Step): Record<IntegrationState, Step> => ({
  draft: step,
  'set-up': step,
  authorized: step,
  mapped: step,
  published: step,
  paused: step,
  revoked: step,
  removed: no(REMOVED, 'not-found'),
});

const IMPORTING: Readonly<Record<IntegrationState, Step>> = {
  ...everyState(no(NOT_PUBLISHED)),
  published: to('published'),
  paused: no(PAUSED, 'integration-paused'),
  revoked: no(REVOKED),
};

const UNDOING: Readonly<Record<IntegrationState, Step>> = {
  ...everyState(no(NOT_PUBLISHED)),
  authorized: to('authorized'),
  mapped: to('mapped'),
  published: to('published'),
  paused: to('paused'),
  revoked: to('revoked'),
};

const STEPS: Readonly<Record<CommandName, Readonly<Record<IntegrationState, Step>>>> = {
  setUp: {
    draft: to('set-up'),
    'set-up': to('set-up'),
    authorized: to('authorized'),
    mapped: to('mapped'),
    published: to('published'),
    paused: to('paused'),
    revoked: to('revoked'),
    removed: no(REMOVED, 'not-found'),
  },
  authorize: {
    draft: no(NOT_SET_UP),
    'set-up': to('authorized'),
    authorized: to('authorized'),
    mapped: to('mapped'),
    published: to('published'),
    paused: to('paused'),
    revoked: to('authorized'),
    removed: no(REMOVED, 'not-found'),
  },
  // Until it is published the file stands for the authorization; then it starts an import.
  upload: {
    draft: no(NOT_SET_UP),
    'set-up': to('authorized'),
    authorized: to('authorized'),
    mapped: to('mapped'),
    published: to('published'),
    paused: no(PAUSED, 'integration-paused'),
    revoked: to('authorized'),
    removed: no(REMOVED, 'not-found'),
  },
  map: {
    ...everyState(to('mapped')),
    draft: no(NOT_SET_UP),
    'set-up': no(NOT_AUTHORIZED),
    published: to('published'),
    paused: to('paused'),
    revoked: no(REVOKED),
  },
  segment: {
    draft: no(NOT_SET_UP),
    'set-up': no(NOT_AUTHORIZED),
    authorized: to('authorized'),
    mapped: to('mapped'),
    published: to('published'),
    paused: to('paused'),
    revoked: no(REVOKED),
    removed: no(REMOVED, 'not-found'),
  },
  review: {
    draft: no(NOT_SET_UP),
    'set-up': no(NOT_AUTHORIZED),
    authorized: no(NOT_MAPPED),
    mapped: to('mapped'),
    published: to('published'),
    paused: to('paused'),
    revoked: no(REVOKED),
    removed: no(REMOVED, 'not-found'),
  },
  publish: {
    ...everyState(to('published')),
    draft: no(NOT_SET_UP),
    'set-up': no(NOT_AUTHORIZED),
    authorized: no(NOT_MAPPED),
    paused: no(PAUSED, 'integration-paused'),
    revoked: no(REVOKED),
  },
  pause: {
    ...everyState(no(NOT_PUBLISHED)),
    published: to('paused'),
    paused: to('paused'),
    revoked: no(REVOKED),
  },
  resume: {
    ...everyState(no(NOT_PUBLISHED)),
    published: to('published'),
    paused: to('published'),
    revoked: no(REVOKED),
  },
  importNow: IMPORTING,
  importPerson: IMPORTING,
  retryErrors: IMPORTING,
  // Nothing is read for it; where nothing is imported there is nothing to pause.
  undo: { ...UNDOING, published: to('paused') },
  reviewUndo: UNDOING,
  // Whether the import still runs is for its row to say; one may run in every state but the first ones.
  cancelImport: {
    draft: to('draft'),
    'set-up': to('set-up'),
    authorized: to('authorized'),
    mapped: to('mapped'),
    published: to('published'),
    paused: to('paused'),
    revoked: to('revoked'),
    removed: no(REMOVED, 'not-found'),
  },
  // What is held can be decided about while it is paused, too: nothing is read for it.
  decide: {
    ...everyState(no(NOT_PUBLISHED)),
    published: to('published'),
    paused: to('paused'),
    revoked: no(REVOKED),
  },
  revoke: {
    ...everyState(to('revoked')),
    draft: no(NOTHING_TO_REVOKE),
    'set-up': no(NOTHING_TO_REVOKE),
  },
  remove: {
    ...everyState(to('removed')),
    published: no(LIVE),
    paused: no(LIVE),
  },
};

export function legalStep(state: IntegrationState, command: CommandName): Step {
  return STEPS[command][state];
}
