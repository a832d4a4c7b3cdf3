import type { Database } from '../database/connection.js';
import {
  baseConfiguration,
  findConfiguration,
  lockIntegration,
  publishConfiguration,
  stepIntegration,
  writeConfiguration,
  type Integration,
} from '../database/integrations.js';
import { inProgramme, type Transaction } from '../database/transaction.js';
import type { CommandName, CommandReply, Refusal } from '../domain/commands.js';
import type { LiveSettings, VersionedSetup } from '../domain/configuration.js';
import { customFieldsDigest, type Mapping } from '../domain/mapping.js';
import type { IntegrationRef } from '../domain/references.js';
import { EVERYBODY, type Segment } from '../domain/segment.js';

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

interface Operation {
  id: string;
  body: unknown;
  actor: string;
  result: CommandReply | null;
}

export function createTurnActivities({ db }: { db: Database }) {
  return {
    async takeTurn(turn: Turn): Promise<TurnResult> {
      return inProgramme(db, turn.programme, (trx) => take(trx, turn));
    },

    /** A command that the table of states refuses, or whose probe failed. */
    async refuseTurn(turn: IntegrationRef & { operation: string }, refusal: Refusal): Promise<CommandReply> {
      const reply: CommandReply = { outcome: 'refused', ...refusal };
      await inProgramme(db, turn.programme, async (trx) => {
        const operation = await findOperation(trx, turn.operation);
        await forgetCandidate(trx, operation);
        await settle(trx, turn.operation, reply);
      });
      return reply;
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
    const reply: CommandReply = { outcome: 'refused', ...effect.refused };
    await settle(trx, turn.operation, reply);
    return { kind: 'taken', reply, state, revision };
  }
  const next = await stepIntegration(trx, integration, { state: turn.to, ...effect.changes });
  const reply: CommandReply = { outcome: 'done' };
  if (turn.settles) await settle(trx, turn.operation, reply);
  return { kind: 'taken', reply, state: turn.to, revision: next };
}

type Changes = Omit<Parameters<typeof stepIntegration>[2], 'state'>;
type Effect = { readonly changes: Changes } | { readonly refused: Refusal };
type Carry = (trx: Transaction, integration: Integration, operation: Operation) => Promise<Effect>;

const EFFECTS: Readonly<Record<CommandName, Carry>> = {
  setUp: async (trx, integration, operation) => {
    const body = operation.body as { live: LiveSettings; versioned: VersionedSetup };
    const base = await baseConfiguration(trx, integration);
    const draft = await writeConfiguration(trx, integration, {
      setup: body.versioned,
      mapping: base?.mapping ?? null,
      segment: base?.segment ?? EVERYBODY,
    });
    return { changes: { live: body.live, ...asDraft(integration, draft.id) } };
  },
  map: async (trx, integration, operation) => {
    const { mapping } = operation.body as { mapping: Mapping };
    const base = await requireBase(trx, integration);
    if (await changesLockedCustomFields(trx, integration, mapping)) return { refused: CUSTOM_FIELDS_LOCKED };
    const draft = await writeConfiguration(trx, integration, { setup: base.setup, mapping, segment: base.segment });
    return { changes: asDraft(integration, draft.id) };
  },
  segment: async (trx, integration, operation) => {
    const { segment } = operation.body as { segment: Segment };
    const base = await requireBase(trx, integration);
    const draft = await writeConfiguration(trx, integration, { setup: base.setup, mapping: base.mapping, segment });
    return { changes: asDraft(integration, draft.id) };
  },
  publish: async (trx, integration, operation) => {
    const id = integration.draftConfig ?? integration.publishedConfig;
    if (id === null || (await findConfiguration(trx, id)).mapping === null) {
      return {
        refused: { code: 'illegal-state', detail: 'There is no mapping to publish: map at least the e-mail first.' },
      };
    }
    await publishConfiguration(trx, id, operation.actor);
    return { changes: { publishedConfig: id, draftConfig: null } };
  },
  authorize: async (trx, integration, operation) => promote(trx, integration, operation),
  pause: async (_, __, operation) => {
    const { note } = operation.body as { note?: string };
    return { changes: { pauseNote: note ?? null } };
  },
  resume: async () => ({ changes: { pauseNote: null } }),
  importNow: async () => ({ changes: {} }),
};

const CUSTOM_FIELDS_LOCKED: Refusal = {
  code: 'custom-fields-locked',
  detail:
    'Custom fields of a published integration can only be changed by revoking it, authorizing it again, mapping and publishing; everything else can be edited.',
};

/** What is published stays live while it is edited; an edit back to it needs no draft. */
function asDraft(integration: Integration, id: string): Changes {
  return { draftConfig: id === integration.publishedConfig ? null : id };
}

async function requireBase(trx: Transaction, integration: Integration) {
  const base = await baseConfiguration(trx, integration);
  if (base === null) throw new Error(`The integration ${integration.id} has no setup although its state says so.`);
  return base;
}

async function changesLockedCustomFields(
  trx: Transaction,
  integration: Integration,
  mapping: Mapping,
): Promise<boolean> {
  if (integration.state !== 'published' && integration.state !== 'paused') return false;
  if (integration.publishedConfig === null) return false;
  const published = await findConfiguration(trx, integration.publishedConfig);
  return customFieldsDigest(published.mapping) !== customFieldsDigest(mapping);
}

/** A probed candidate becomes the integration's credential; the one before goes unless somebody else uses it. */
async function promote(trx: Transaction, integration: Integration, operation: Operation): Promise<Effect> {
  const { credential, probe } = operation.body as { credential: string; probe?: Probed };
  if (probe === undefined) throw new Error('A credential cannot be promoted before it was probed.');
  await trx('credentials')
    .where({ id: credential })
    .update({
      state: 'active',
      expires_at: null,
      account_fingerprint: probe.fingerprint,
      last_used_at: trx.raw('rollcall_now()'),
    });
  await trx('discovered_records').where({ integration_id: integration.id }).delete();
  await trx.raw(
    `insert into discovered_records (programme_id, integration_id, ordinal, record, expires_at)
     select ?, ?, sample.ordinality, sample.value, rollcall_now() + interval '24 hours'
     from operations, jsonb_array_elements(operations.body->'probe'->'records') with ordinality sample where operations.id = ?`,
    [integration.programme, integration.id, operation.id],
  );
  // The samples are people's data: they stay with the integration, not with the command.
  await trx('operations')
    .where({ id: operation.id })
    .update({ body: trx.raw(`body #- '{probe,records}'`) });
  const { fingerprint, people, exact, fields } = probe;
  return {
    changes: {
      credential,
      accountFingerprint: fingerprint,
      seen: { people, exact, fields },
      needsAttention: null,
    },
  };
}

export interface Probed {
  readonly fingerprint: string;
  readonly people: number;
  readonly exact: boolean;
  readonly fields: readonly string[];
  readonly records?: unknown;
}

async function findOperation(trx: Transaction, id: string): Promise<Operation> {
  const row = await trx('operations')
    .where({ id })
    .forUpdate()
    .first<Operation | undefined>('id', 'body', 'actor', 'result');
  if (row === undefined) throw new Error(`There is no operation ${id} in this programme.`);
  return row;
}

async function settle(trx: Transaction, operation: string, reply: CommandReply): Promise<void> {
  await trx('operations')
    .where({ id: operation })
    .update({ state: reply.outcome === 'done' ? 'done' : 'failed', result: JSON.stringify(reply) });
}

/** Of a refused authorization nothing remains. */
async function forgetCandidate(trx: Transaction, operation: Operation): Promise<void> {
  const credential = (operation.body as { credential?: string } | null)?.credential;
  if (credential === undefined) return;
  await trx('credentials').where({ id: credential, state: 'candidate' }).delete();
}
