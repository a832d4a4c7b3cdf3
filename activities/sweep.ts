import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { endAttention, listLostAccess, noteReminder, raiseAttention } from '../database/attention.js';
import type { Environment } from '../config/environment.js';
import type { Database } from '../database/connection.js';
import { eraseDue } from '../database/erasure.js';
import { expireQuestions } from '../database/holds.js';
import { lockIntegrations } from '../database/integrations.js';
import { listEnded } from '../database/last-days.js';
import { deleteEndedMemberSessions } from '../database/member-sessions.js';
import { deleteOldPasswordLinks } from '../database/password-links.js';
import { listProgrammes } from '../database/programmes.js';
import { findOwner } from '../database/reports.js';
import { forgetAnswered } from '../database/operations.js';
import { deleteOldDetails, forgetRecipients } from '../database/retention.js';
import { dropOldSnapshots } from '../database/snapshots.js';
import {
  deleteExpiredCandidates,
  deleteExpiredSamples,
  deleteForgottenEndings,
  listJustChanged,
  listLeftBehind,
  listUnheard,
} from '../database/sweep.js';
import { inProgramme, type Transaction } from '../database/transaction.js';
import { deleteOldUploads } from '../database/uploads.js';
import { daysUntilNoticed, reminderDue } from '../domain/attention.js';
import type { IntegrationRef } from '../domain/references.js';
import type { Swept } from '../domain/swept.js';
import { findProvider } from '../providers/registry.js';
import { atMost } from './at-most.js';
import { enqueueAttention, type AttentionNote } from './attention.js';
import { nameFor } from './reconcile-names.js';
import { createSendSoon, startAccountMails } from './send-soon.js';
import { sweepAccounts } from './account-mails.js';

/**
 * One transaction a programme, then the workflows are told. Where it dies in between, the next sweep tells them: what
 * it finds is judged by rows alone.
 */
export interface SweepNames {
  /** Forms of ids, with `{id}` for an integration's id, and the signals to send there. */
  readonly integration: { readonly workflow: string; readonly signal: string };
  readonly mails: { readonly workflow: string; readonly signal: string };
  readonly accountMails: { readonly workflow: string; readonly signal: string };
}

interface Dependencies {
  readonly db: Database;
  readonly environment: Pick<Environment, 'ROLLCALL_RETENTION_DAYS'>;
  readonly temporal: () => Promise<Client>;
}

interface Found extends Omit<Swept, 'programmes' | 'mailsFound' | 'detailsDeleted'> {
  /** Integrations whose rows were changed. */
  readonly changed: readonly string[];
  readonly leftBehind: readonly string[];
}

const AT_ONCE = 4;
const PAGE = 500;

export function createSweep({ db, environment, temporal }: Dependencies) {
  const sendSoon = createSendSoon({ temporal });
  return async function sweepProgrammes(names: SweepNames): Promise<Swept> {
    const client = await temporal();
    const swept = {
      programmes: 0,
      reminded: 0,
      noticed: 0,
      questionsExpired: 0,
      candidatesExpired: 0,
      mailsFound: 0,
      detailsDeleted: 0,
    };
    let after: string | null = null;
    do {
      const page = await listProgrammes(db, { after, limit: PAGE });
      await atMost(AT_ONCE, page, async ({ id: programme }) => {
        const found = await inProgramme(db, programme, (trx) => sweepProgramme(trx, programme));
        swept.programmes += 1;
        swept.reminded += found.reminded;
        swept.noticed += found.noticed;
        swept.questionsExpired += found.questionsExpired;
        swept.candidatesExpired += found.candidatesExpired;
        swept.mailsFound += found.leftBehind.length;
        swept.detailsDeleted += await retire(db, programme, environment.ROLLCALL_RETENTION_DAYS);
        for (const integration of found.changed) await lookAgain(client, names, integration);
        for (const integration of found.leftBehind) {
          const { workflow, signal } = names.mails;
          await sendSoon({ programme, integration, workflow: nameFor(workflow, integration), signal });
        }
      });
      after = page.length < PAGE ? null : (page.at(-1)?.id ?? null);
    } while (after !== null);
    if ((await sweepAccounts(db)) > 0) await startAccountMails(client, names.accountMails);
    return swept;
  };
}

/** So many portions of one programme in an hour: what a long retention period leaves behind when it is shortened. */
const MOST_PORTIONS = 200;

/** What is kept for a time only. @returns runs without details from now on */
export async function retire(db: Database, programme: string, retentionDays: number): Promise<number> {
  let runs = 0;
  await inPortions(db, programme, async (trx) => {
    const done = await deleteOldDetails(trx, programme, retentionDays);
    runs += done.runs;
    return done.more;
  });
  await inPortions(db, programme, forgetRecipients);
  await inPortions(db, programme, forgetAnswered);
  return runs;
}

/** A transaction a portion, so that nobody waits long for a row. @param work says whether more may be due */
async function inPortions(
  db: Database,
  programme: string,
  work: (trx: Transaction) => Promise<boolean>,
): Promise<void> {
  for (let portion = 0; portion < MOST_PORTIONS; portion += 1) {
    if (!(await inProgramme(db, programme, (trx) => work(trx)))) return;
  }
}

/** What is due in one programme; the mails of it are among those left behind. */
export async function sweepProgramme(trx: Transaction, programme: string): Promise<Found> {
  await lockIntegrations(trx);
  const reminded = await remind(trx, programme);
  const noticed = await notice(trx, programme);
  const expired = await expireQuestions(trx);
  for (const integration of expired) await endAttention(trx, integration, (code) => code === 'removals-held');
  const candidatesExpired = await deleteExpiredCandidates(trx);
  await deleteExpiredSamples(trx);
  await dropOldSnapshots(trx);
  await eraseDue(trx, programme);
  await deleteOldUploads(trx);
  await deleteEndedMemberSessions(trx);
  await deleteOldPasswordLinks(trx);
  await deleteForgottenEndings(trx);
  const changed = new Set([...noticed, ...expired, ...(await listJustChanged(trx)), ...(await listEnded(trx))]);
  return {
    reminded,
    noticed: noticed.length,
    questionsExpired: expired.length,
    candidatesExpired,
    changed: [...changed],
    leftBehind: await listLeftBehind(trx),
  };
}

async function remind(trx: Transaction, programme: string): Promise<number> {
  let reminders = 0;
  for (const { integration, incident, days, reminded } of await listLostAccess(trx)) {
    const day = reminderDue(days, reminded);
    if (day === null) continue;
    await noteReminder(trx, integration, day);
    const { code, detail, since } = incident;
    await tell(trx, { programme, integration }, { key: `${code}:${since}:${day}`, code, detail, days });
    reminders += 1;
  }
  return reminders;
}

/** @returns the integrations that are noticed for the first time. */
async function notice(trx: Transaction, programme: string): Promise<string[]> {
  const noticed: string[] = [];
  for (const { integration, provider, live, since, days } of await listUnheard(trx)) {
    // Nothing is due where somebody has to give a file first.
    if (findProvider(provider)?.files !== undefined) continue;
    if (days < daysUntilNoticed(live.cadence, since)) continue;
    const detail = `No import has come through since ${since.toISOString().slice(0, 10)}.`;
    const attention = { code: 'no-success-since', detail } as const;
    if (!(await raiseAttention(trx, integration, attention))) continue;
    await tell(trx, { programme, integration }, { key: `no-success-since:${since.toISOString()}`, ...attention });
    noticed.push(integration);
  }
  return noticed;
}

async function tell(trx: Transaction, place: IntegrationRef, note: AttentionNote): Promise<void> {
  const owner = await findOwner(trx, { ...place, import: null });
  if (owner !== null) await enqueueAttention(trx, { ...place, import: null }, owner, note);
}

/** One without a workflow finds out by itself when a reconcile or a command starts it. */
async function lookAgain(client: Client, names: SweepNames, integration: string): Promise<void> {
  const { workflow, signal } = names.integration;
  try {
    await client.workflow.getHandle(nameFor(workflow, integration)).signal(signal);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}
