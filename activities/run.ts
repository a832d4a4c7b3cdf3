import type { Database } from '../database/connection.js';
import {
  beginWaitingRun,
  closeRun,
  enterPhase,
  listOpenRuns,
  openRun,
  type OpenedRun,
  type OpenRun,
  type OpenRequest,
  type Phase,
} from '../database/import-runs.js';
import {
  baseConfiguration,
  findIntegration,
  lockIntegration,
  UnknownIntegration,
  writeConfiguration,
} from '../database/integrations.js';
import { dayWithEnded, endedKey } from '../database/last-days.js';
import { waiting } from '../database/outbox.js';
import type { Undoing } from '../database/run-context.js';
import { troubledPeople, type OnlyPeople } from '../database/some-people.js';
import { undoOfDecision } from '../database/undo.js';
import { inProgramme, inRun, type Transaction } from '../database/transaction.js';
import type { AttentionCode } from '../domain/attention.js';
import type { CommandReply } from '../domain/commands.js';
import type { Ending } from '../domain/import-ending.js';
import type { Mapping } from '../domain/mapping.js';
import type { IntegrationRef, RunRef } from '../domain/references.js';
import type { Segment } from '../domain/segment.js';
import type { UndoWish } from '../domain/undo.js';
import { findProvider } from '../providers/registry.js';

export interface RunOpening extends OpenRequest, IntegrationRef {
  /** The command that asked, whose answer this run is. */
  readonly operation: string | null;
}

/** Where an integration stands: what its workflow loads before it judges anything. */
export interface LoadedIntegration {
  readonly state: string;
  readonly revision: number;
  readonly provider: string;
  readonly name: string;
  readonly needsAttention: AttentionCode | null;
  readonly slowed: boolean;
  /** Whether the vendor has to be told when the access ends. */
  readonly linked: boolean;
  readonly open: readonly OpenRun[];
  /** The key of the run that closes accounts whose last day is over; null: nobody's is. */
  readonly ended: string | null;
}

export function createRunActivities({ db }: { db: Database }) {
  return {
    async loadIntegration(ref: IntegrationRef): Promise<LoadedIntegration> {
      return inProgramme(db, ref.programme, async (trx) => {
        const integration = await findIntegration(trx, ref.integration);
        if (integration === null) throw new UnknownIntegration();
        const { state, revision, provider, name, needsAttention, slowed } = integration;
        const open = await listOpenRuns(trx, ref.integration);
        const linked = findProvider(provider)?.linking !== undefined;
        const day = await dayWithEnded(trx, ref.integration);
        const ended = day === null ? null : endedKey(day);
        const attention = needsAttention?.code ?? null;
        return { state, revision, provider, name, needsAttention: attention, slowed, linked, open, ended };
      });
    },

    async openRun(opening: RunOpening): Promise<OpenedRun> {
      return inProgramme(db, opening.programme, async (trx) => {
        const configuration = opening.kind === 'review' ? await reviewedConfiguration(trx, opening) : null;
        const trigger = await triggerOf(trx, opening);
        const only = await onlyPeople(trx, opening);
        const undo = await undoing(trx, opening);
        const request = { ...opening, trigger, only, undo, ...(configuration === null ? {} : { configuration }) };
        const opened = await openRun(trx, opening.integration, request);
        if (opening.operation !== null) {
          const reply: CommandReply = { outcome: 'done', import: opened.import, joined: opened.how === 'joined' };
          await trx('operations')
            .where({ id: opening.operation })
            .update({ state: 'done', result: JSON.stringify(reply) });
        }
        return opened;
      });
    },

    async beginRun(ref: IntegrationRef & { import: string }): Promise<OpenedRun> {
      return inProgramme(db, ref.programme, (trx) => beginWaitingRun(trx, ref.integration, ref.import));
    },

    async announcePhase(run: RunRef, phase: Phase): Promise<void> {
      await inRun(db, run, (trx) => enterPhase(trx, run.import, phase, { done: null, total: null }));
    },

    /** How a run that did all it could is to end: with a question, with errors, or well. */
    async judgeRun(run: RunRef): Promise<Ending> {
      return inRun(db, run, (trx) => judge(trx, run.import));
    },

    /** @returns how many of its mails nobody looks after from now on. */
    async closeRun(ref: IntegrationRef & { import: string }, ending: Ending): Promise<{ mailsLeft: number }> {
      return inProgramme(db, ref.programme, async (trx) => {
        await closeRun(trx, ref.integration, ref.import, ending);
        const { left } = await waiting(trx, { integration: ref.integration, import: ref.import, kinds: null });
        return { mailsLeft: left };
      });
    },
  };
}

/** Who asked may say for which reason: a vendor's webhook is nobody's wish. */
async function triggerOf(trx: Transaction, { trigger, operation }: RunOpening): Promise<OpenRequest['trigger']> {
  if (operation === null) return trigger;
  const asked = await trx('operations')
    .where({ id: operation })
    .first<{ body: { trigger?: OpenRequest['trigger'] } | null } | undefined>('body');
  return asked?.body?.trigger ?? trigger;
}

/** Whom a run is about that is not about everybody; the command's row says so. */
async function onlyPeople(trx: Transaction, { kind, operation }: RunOpening): Promise<OnlyPeople | null> {
  if (kind !== 'person' && kind !== 'retry') return null;
  const asked = await trx('operations')
    .where({ id: operation })
    .first<{ body: { employeeId?: string; import?: string } | null } | undefined>('body');
  const { employeeId, import: id } = asked?.body ?? {};
  if (kind === 'person') return { employeeId: employeeId ?? '' };
  return { persons: await troubledPeople(trx, id ?? '') };
}

/** The run whose changes are put back: the command's row says so, or what was decided about an undo. */
async function undoing(trx: Transaction, { kind, operation, requestKey }: RunOpening): Promise<Undoing | null> {
  if (kind === 'removals') return undoOfDecision(trx, requestKey);
  if (kind !== 'undo') return null;
  const asked = await trx('operations')
    .where({ id: operation })
    .first<{ body: UndoWish & { import: string } } | undefined>('body');
  return asked === undefined ? null : { import: asked.body.import, only: asked.body.only ?? null };
}

/** What a review looks at: the draft, else what is published; with a mapping or segment of its own, that one instead. */
async function reviewedConfiguration(trx: Transaction, opening: RunOpening): Promise<string> {
  const integration = await lockIntegration(trx, opening.integration);
  const base = await baseConfiguration(trx, integration);
  if (base === null)
    throw new Error(`The integration ${integration.id} has nothing to review although its state says so.`);
  const operation = await trx('operations')
    .where({ id: opening.operation })
    .first<{ body: { mapping?: Mapping; segment?: Segment } | null } | undefined>('body');
  const { mapping = base.mapping, segment = base.segment } = operation?.body ?? {};
  return (await writeConfiguration(trx, integration, { setup: base.setup, mapping, segment })).id;
}

async function judge(trx: Transaction, importId: string): Promise<Ending> {
  const row = await trx('import_runs').where({ id: importId }).first<{
    counts: Record<string, number>;
    held: { question: string | null } | null;
  }>('counts', 'held');
  const lost = await trx('changes')
    .where({ import_id: importId })
    .whereIn('outcome', ['conflict', 'stale'])
    .count<{ count: number }[]>('* as count');
  const failed = (row.counts.error ?? 0) + (lost[0]?.count ?? 0) > 0;
  const ended = failed ? 'completed-with-errors' : 'completed';
  const state = row.held?.question === importId ? 'waiting-for-approval' : ended;
  return { state, failureCode: null, failureDetail: null };
}
