import type { Database } from '../database/connection.js';
import { recordAudit } from '../database/audit-log.js';
import { lockIntegration, stepIntegration } from '../database/integrations.js';
import { openOperation } from '../database/operations.js';
import { inProgramme, type Transaction } from '../database/transaction.js';
import type { CommandName, CommandReply, Refusal } from '../domain/commands.js';
import type { IntegrationRef } from '../domain/references.js';
import { EFFECTS, type Operation } from './turn-effects.js';

/**
 * One command carried out: state, configuration and the operation's answer in one transaction, behind the revision
 * that the workflow judged. Repeated, it finds its own answer and changes nothing.
 */
export interface Turn extends IntegrationRef {
  readonly operation: string;
  readonly command: CommandName;
  readonly revision: number;
  /** The state the table leads to. */
  readonly to: string;
  /** False when the command has more to do (an import to open) and answers only then. */
  readonly settles: boolean;
}

export type TurnResult =
  | { readonly kind: 'taken'; readonly reply: CommandReply; readonly state: string; readonly revision: number }
  /** The row moved under the workflow: judge again with what it is now. */
  | { readonly kind: 'stale'; readonly state: string; readonly revision: number };

/** Who it is, Temporal does not tell. */
const OPERATOR = 'operator (Temporal UI)';

interface AskedOperation extends Operation {
  readonly result: CommandReply | null;
}

export function createTurnActivities({ db }: { db: Database }) {
  return {
    async takeTurn(turn: Turn): Promise<TurnResult> {
      return inProgramme(db, turn.programme, (trx) => take(trx, turn));
    },

    /**
     * The row of a command that an operator sent straight to the workflow.
     * @returns the operation's id; the same for the same key
     */
    async writeOperation(asked: IntegrationRef & { command: CommandName; key: string }): Promise<string> {
      return inProgramme(db, asked.programme, async (trx) => {
        const request = { ...asked, key: `temporal:${asked.key}`, bodyDigest: '', actor: OPERATOR };
        const { operation, isNew } = await openOperation(trx, request, async () => ({}));
        const { programme, command, integration } = asked;
        const { id } = operation;
        const entry = { programme, actor: OPERATOR, action: command, subject: integration, operation: id };
        if (isNew) await recordAudit(trx, entry);
        return id;
      });
    },

    /** A command that the table of states refuses, or whose probe failed. */
    async refuseTurn(turn: IntegrationRef & { operation: string }, refusal: Refusal): Promise<CommandReply> {
      return inProgramme(db, turn.programme, async (trx) => {
        const operation = await findOperation(trx, turn.operation);
        return operation.result ?? refuse(trx, operation, refusal);
      });
    },
  };
}

async function take(trx: Transaction, turn: Turn): Promise<TurnResult> {
  const integration = await lockIntegration(trx, turn.integration);
  const operation = await findOperation(trx, turn.operation);
  const { state, revision } = integration;
  if (operation.result !== null) return { kind: 'taken', reply: operation.result, state, revision };
  if (revision !== turn.revision) return { kind: 'stale', state, revision };
  const effect = await EFFECTS[turn.command](trx, integration, operation);
  if ('refused' in effect) {
    return { kind: 'taken', reply: await refuse(trx, operation, effect.refused), state, revision };
  }
  const next = await stepIntegration(trx, integration, { state: turn.to, ...effect.changes });
  const reply: CommandReply = {
    outcome: 'done',
    ...(effect.import === undefined ? {} : { import: effect.import }),
    ...(effect.approved === undefined ? {} : { approved: effect.approved }),
    ...(effect.byImport === true ? { byImport: true } : {}),
    ...(effect.mails === true ? { mails: true } : {}),
  };
  if (turn.settles) await settle(trx, turn.operation, reply);
  return { kind: 'taken', reply, state: turn.to, revision: next };
}

async function findOperation(trx: Transaction, id: string): Promise<AskedOperation> {
  const row = await trx('operations')
    .where({ id })
    .forUpdate()
    .first<AskedOperation | undefined>('id', 'body', 'actor', 'result');
  if (row === undefined) throw new Error(`There is no operation ${id} in this programme.`);
  return row;
}

async function settle(trx: Transaction, operation: string, reply: CommandReply): Promise<void> {
  await trx('operations')
    .where({ id: operation })
    .update({ state: reply.outcome === 'done' ? 'done' : 'failed', result: JSON.stringify(reply) });
}

/** Of a refused authorization nothing remains. */
async function refuse(trx: Transaction, operation: Operation, refusal: Refusal): Promise<CommandReply> {
  const reply: CommandReply = { outcome: 'refused', ...refusal };
  await forgetCandidate(trx, operation);
  await settle(trx, operation.id, reply);
  return reply;
}

async function forgetCandidate(trx: Transaction, operation: Operation): Promise<void> {
  const credential = (operation.body as { credential?: string } | null)?.credential;
  if (credential === undefined) return;
  await trx('credentials').where({ id: credential, state: 'candidate' }).delete();
}
