import { endAttention, speedUp } from '../database/attention.js';
import { closeAuthorizeInvites } from '../database/authorize-invites.js';
import { endCredential, promoteCandidate, releaseCredential } from '../database/credentials.js';
import { closeRun, listOpenRuns, raiseEpochs, type OpenRun } from '../database/import-runs.js';
import {
  baseConfiguration,
  findConfiguration,
  publishConfiguration,
  writeConfiguration,
  type Integration,
  type IntegrationChanges,
} from '../database/integrations.js';
import { approveReviewed, decide } from '../database/decisions.js';
import { closeOpenQuestion, findOpenQuestion } from '../database/holds.js';
import { suppressInvitations } from '../database/outbox.js';
import { refuseOutdated } from '../database/reviews.js';
import { dropSnapshot } from '../database/snapshots.js';
import type { Transaction } from '../database/transaction.js';
import { findUndoReview, refuseUndo } from '../database/undo.js';
import type { CommandName, Refusal } from '../domain/commands.js';
import type { LiveSettings, VersionedSetup } from '../domain/configuration.js';
import type { Decision } from '../domain/decision.js';
import type { Ending } from '../domain/import-ending.js';
import { customFieldsDigest, type Mapping } from '../domain/mapping.js';
import { EVERYBODY, type Segment } from '../domain/segment.js';
import { undoNote, type UndoWish } from '../domain/undo.js';
import { findProvider } from '../providers/registry.js';
import { noteAuthorized } from './attention.js';
import { OTHER_ACCOUNT } from './authorize.js';
import { unlessChanged } from './changed-meanwhile.js';
import { enqueueReport } from './notify.js';

/** What each command changes, in the transaction of its turn and before the state moves. */
export interface Operation {
  readonly id: string;
  readonly body: unknown;
  readonly actor: string;
}

export type Effect =
  | {
      readonly changes: IntegrationChanges;
      readonly import?: string;
      readonly approved?: boolean;
      readonly byImport?: boolean;
      readonly mails?: boolean;
    }
  /** For reasons that only the rows know; the table of states allowed it. */
  | { readonly refused: Refusal };
export type Carry = (trx: Transaction, integration: Integration, operation: Operation) => Promise<Effect>;

export const EFFECTS: Readonly<Record<CommandName, Carry>> = {
  setUp: unlessChanged('setup', async (trx, integration, operation) => {
    const body = operation.body as { live: LiveSettings; versioned: VersionedSetup };
    const base = await baseConfiguration(trx, integration);
    const draft = await writeConfiguration(trx, integration, {
      setup: body.versioned,
      mapping: base?.mapping ?? null,
      segment: base?.segment ?? EVERYBODY,
    });
    return { changes: { live: body.live, ...asDraft(integration, draft.id) } };
  }),
  map: unlessChanged('mapping', async (trx, integration, operation) => {
    const { mapping } = operation.body as { mapping: Mapping };
    const base = await requireBase(trx, integration);
    if (await changesLockedCustomFields(trx, integration, mapping)) return { refused: CUSTOM_FIELDS_LOCKED };
    const draft = await writeConfiguration(trx, integration, { setup: base.setup, mapping, segment: base.segment });
    return { changes: asDraft(integration, draft.id) };
  }),
  segment: unlessChanged('segment', async (trx, integration, operation) => {
    const { segment } = operation.body as { segment: Segment };
    const base = await requireBase(trx, integration);
    const draft = await writeConfiguration(trx, integration, { setup: base.setup, mapping: base.mapping, segment });
    return { changes: asDraft(integration, draft.id) };
  }),
  publish: async (trx, integration, operation) => {
    const id = integration.draftConfig ?? integration.publishedConfig;
    const configuration = id === null ? null : await findConfiguration(trx, id);
    if (id === null || configuration?.mapping == null) {
      return {
        refused: { code: 'illegal-state', detail: 'There is no mapping to publish: map at least the e-mail first.' },
      };
    }
    const { review, planDigest } = (operation.body ?? {}) as { review?: string; planDigest?: string };
    const outdated = review === undefined ? null : await refuseOutdated(trx, integration, review, configuration);
    if (outdated !== null) return outdated;
    if (planDigest !== undefined) {
      const command = { integration: integration.id, programme: integration.programme, operation: operation.id };
      const shown = { review: review ?? '', planDigest };
      const refusal = await approveReviewed(trx, { ...command, actor: operation.actor }, shown);
      if (refusal !== null) return refusal;
    }
    await publishConfiguration(trx, id, operation.actor);
    return { changes: { publishedConfig: id, draftConfig: null } };
  },
  authorize: async (trx, integration, operation) => promote(trx, integration, operation),
  upload: async (trx, integration, operation) => {
    const isRead = (await listOpenRuns(trx, integration.id)).some((run) => run.lane === 'write');
    return isRead ? { refused: FILE_IN_USE } : promote(trx, integration, operation);
  },
  pause: async (_, __, operation) => {
    const { note } = operation.body as { note?: string };
    return { changes: { pauseNote: note ?? null } };
  },
  resume: async () => ({ changes: { pauseNote: null } }),
  cancelImport: async (trx, integration, operation) => {
    const { import: id } = operation.body as { import?: string };
    const isMeant = (run: OpenRun) => (id === undefined ? run.lane === 'write' && run.started : run.id === id);
    const open = (await listOpenRuns(trx, integration.id)).find(isMeant);
    return open === undefined
      ? { refused: id === undefined ? NOTHING_RUNS : ALREADY_ENDED }
      : { changes: {}, import: open.id };
  },
  decide: async (trx, integration, operation) => {
    const decision = operation.body as Decision;
    const command = { integration: integration.id, operation: operation.id, actor: operation.actor };
    const decided = await decide(trx, command, decision);
    if ('refused' in decided) return decided;
    if (decided.stillHeld === 0) await endAttention(trx, integration.id, (code) => code === 'removals-held');
    const { byRun: approved, byImport, mails } = decided;
    return { changes: {}, approved, byImport, mails };
  },
  revoke: async (trx, integration) => endAccess(trx, integration),
  remove: async (trx, integration) => {
    const ended = await endAccess(trx, integration);
    await suppressInvitations(trx, integration.id);
    return { changes: { ...ended.changes, removed: true } };
  },
  undo: async (trx, integration, operation) => {
    const { undone, planDigest, refused } = await judgeUndo(trx, integration, operation);
    if (refused !== null) return { refused };
    if (planDigest !== undefined) {
      const review = (await findUndoReview(trx, undone, planDigest)) ?? '';
      const command = { integration: integration.id, programme: integration.programme, operation: operation.id };
      const refusal = await approveReviewed(trx, { ...command, actor: operation.actor }, { review, planDigest });
      if (refusal !== null) return refusal;
    }
    // What the import asked about is undone with it: an answer of later would remove them all the same.
    const open = await findOpenQuestion(trx, integration.id);
    if (open?.import_id === undone.import) {
      await closeOpenQuestion(trx, integration.id);
      await endAttention(trx, integration.id, (code) => code === 'removals-held');
    }
    const pauses = integration.state === 'published' || integration.state === 'paused';
    return { changes: pauses ? { pauseNote: undoNote(integration.pauseNote, undone.import) } : {} };
  },
  reviewUndo: async (trx, integration, operation) => {
    const { refused } = await judgeUndo(trx, integration, operation);
    return refused === null ? { changes: {} } : { refused };
  },
  // These open a run and change nothing of the integration itself (activities/run.ts).
  importNow: async () => ({ changes: {} }),
  importPerson: async () => ({ changes: {} }),
  retryErrors: async () => ({ changes: {} }),
  review: async () => ({ changes: {} }),
};

async function judgeUndo(trx: Transaction, integration: Integration, operation: Operation) {
  const { import: id, only, planDigest } = operation.body as UndoWish & { import: string };
  const undone = { import: id, only: only ?? null };
  return { undone, planDigest, refused: await refuseUndo(trx, integration.id, undone) };
}

const ALREADY_ENDED: Refusal = {
  code: 'already-ended',
  detail: 'This import has ended already; nothing was cancelled.',
};
const NOTHING_RUNS: Refusal = { code: 'already-ended', detail: 'No import is running; nothing was cancelled.' };

const FILE_IN_USE: Refusal = {
  code: 'illegal-state',
  detail: 'An import of the file before is still running. Upload this one when it has ended; nothing of it was kept.',
};

const REVOKED_MEANWHILE: Ending = {
  state: 'cancelled',
  failureCode: 'cancelled-by-revoke',
  failureDetail: 'The access to the HR system was revoked while it ran.',
};

/**
 * Everything that could still act for the integration ends with this transaction: its runs are closed and reported, the
 * fences raised, the credentials destroyed. Nothing of a run is written after it.
 */
async function endAccess(
  trx: Transaction,
  integration: Integration,
): Promise<{ readonly changes: IntegrationChanges }> {
  for (const run of await listOpenRuns(trx, integration.id)) {
    if (run.lane === 'write' && run.started) {
      const place = { programme: integration.programme, integration: integration.id, import: run.id };
      await enqueueReport(trx, place, REVOKED_MEANWHILE);
    }
    await closeRun(trx, integration.id, run.id, REVOKED_MEANWHILE);
  }
  await raiseEpochs(trx, integration.id);
  await closeOpenQuestion(trx, integration.id);
  if (findProvider(integration.provider)?.linking === undefined) await releaseCredential(trx, integration, null);
  else await endCredential(trx, integration);
  await trx('discovered_records').where({ integration_id: integration.id }).delete();
  await dropSnapshot(trx, integration.id);
  await speedUp(trx, integration.id);
  await closeAuthorizeInvites(trx, integration.id);
  return { changes: { seen: null, needsAttention: null, pauseNote: null } };
}

const CUSTOM_FIELDS_LOCKED: Refusal = {
  code: 'custom-fields-locked',
  detail:
    'Custom fields of a published integration can only be changed by revoking it, authorizing it again, mapping and publishing; everything else can be edited.',
};

/** What is published stays live while it is edited; an edit back to it needs no draft. */
function asDraft(integration: Integration, id: string): IntegrationChanges {
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

/** The probed credential becomes the integration's; the one before goes unless somebody else uses it. */
async function promote(trx: Transaction, integration: Integration, operation: Operation): Promise<Effect> {
  const { credential, probe } = operation.body as { credential: string; probe?: Probed };
  if (probe === undefined) throw new Error('A credential cannot be promoted before it was probed.');
  const { fingerprint, people, exact, fields, labels } = probe;
  // Judged again under the lock: two accounts may have been probed side by side.
  if ((integration.accountFingerprint ?? fingerprint) !== fingerprint) return { refused: OTHER_ACCOUNT };
  await promoteCandidate(trx, credential, fingerprint);
  await releaseCredential(trx, integration, credential);
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
  await closeAuthorizeInvites(trx, integration.id);
  await noteAuthorized(trx, { programme: integration.programme, integration: integration.id }, operation.id);
  return { changes: { accountFingerprint: fingerprint, seen: { people, exact, fields, labels } } };
}

export interface Probed {
  readonly fingerprint: string;
  readonly people: number;
  readonly exact: boolean;
  readonly fields: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly records?: unknown;
}
