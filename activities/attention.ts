import { endAttention, failuresInARow, raiseAttention, slowDown, speedUp } from '../database/attention.js';
import { findOwner, type Owner } from '../database/reports.js';
import { enqueue } from '../database/outbox.js';
import type { Transaction } from '../database/transaction.js';
import {
  ACCESS_CODES,
  isAccessCode,
  isToldByMail,
  type Attention,
  type AttentionCode,
  type Incident,
} from '../domain/attention.js';
import type { Ending } from '../domain/import-ending.js';
import type { IntegrationRef } from '../domain/references.js';
import { FAILURES_UNTIL_SLOW } from '../domain/slow-down.js';
import type { AttentionMail } from '../mails/attention.js';
import { readersOf } from './readers.js';

/**
 * Tells people once when an integration begins to need them and once when it no longer does, in the transaction that
 * writes it down. A mail that belongs to a run leaves with it; others wait for the workflow `mails`.
 */
interface RunPlace extends IntegrationRef {
  readonly import: string;
}

/** What the end of an import means for the integration. Repeating it tells nothing twice. */
export async function noteEnding(trx: Transaction, run: RunPlace, ending: Ending): Promise<void> {
  const owner = await findOwner(trx, run);
  // A revoke may have ended it in between: then nothing of it is news any more.
  if (owner?.open !== true) return;
  if (ending.state === 'failed') await noteFailure(trx, run, owner, ending);
  else if (ending.state !== 'cancelled') await noteSuccess(trx, run, owner);
}

async function noteFailure(trx: Transaction, run: RunPlace, owner: Owner, ending: Ending): Promise<void> {
  const detail = ending.failureDetail ?? '';
  const failures = (await failuresInARow(trx, run.integration)) + 1;
  if (failures >= FAILURES_UNTIL_SLOW) await slowDown(trx, run.integration);
  const code = ACCESS_CODES.find((access) => access === ending.failureCode);
  if (code !== undefined) await tell(trx, run, owner, { code, detail });
  else if (failures >= FAILURES_UNTIL_SLOW) {
    const said = `${failures} imports in a row failed. The last one: ${detail} It imports once a day at most, until an import comes through.`;
    await tell(trx, run, owner, { code: 'failing-repeatedly', detail: said });
  }
}

async function tell(trx: Transaction, run: RunPlace, owner: Owner, attention: Attention): Promise<void> {
  if (await raiseAttention(trx, run.integration, attention)) {
    await enqueueAttention(trx, run, owner, { key: `${attention.code}:${run.import}`, ...attention });
  }
}

async function noteSuccess(trx: Transaction, run: RunPlace, owner: Owner): Promise<void> {
  await speedUp(trx, run.integration);
  const over = await endAttention(trx, run.integration, () => true);
  if (over !== null && isToldByMail(over.code)) {
    const detail = `${was(over)} An import has come through since.`;
    await enqueueAttention(trx, run, owner, { key: `works-again:${run.import}`, code: 'works-again', detail });
  }
}

/** Good credentials end the incidents that only they can end, and the next import deserves its usual time. */
export async function noteAuthorized(trx: Transaction, place: IntegrationRef, operation: string): Promise<void> {
  await speedUp(trx, place.integration);
  const over = await endAttention(trx, place.integration, isAccessCode);
  if (over === null) return;
  const owner = await findOwner(trx, { ...place, import: null });
  if (owner === null) return;
  const detail = `${was(over)} It is authorized again, and the next import runs on its schedule.`;
  const mail = { key: `works-again:${operation}`, code: 'works-again' as const, detail };
  await enqueueAttention(trx, { ...place, import: null }, owner, mail);
}

const was = ({ code, since }: Incident): string => `It needed attention since ${since.slice(0, 10)} (${code}).`;

export interface AttentionNote {
  /** One mail for each key, integration and reader, for ever. */
  readonly key: string;
  readonly code: AttentionCode | 'works-again';
  readonly detail: string;
  /** Days that it lasts already, for a reminder. */
  readonly days?: number;
}

export async function enqueueAttention(
  trx: Transaction,
  place: IntegrationRef & { readonly import: string | null },
  owner: Owner,
  { key, code, detail, days }: AttentionNote,
): Promise<void> {
  const { programmeName, integrationName } = owner;
  const payload: AttentionMail = { programmeName, integrationName, code, detail, days: days ?? null };
  await enqueue(
    trx,
    readersOf(owner.live, owner.createdBy).map((recipient) => ({
      integration: place.integration,
      import: place.import,
      member: null,
      kind: 'attention',
      dedupeKey: `attention:${place.integration}:${key}:${recipient.toLowerCase()}`,
      recipient,
      payload,
    })),
  );
}
