import { findIntegrationRecord, type IntegrationRecord } from '../../database/integration-views.js';
import { isId } from '../../database/ids.js';
import type { Transaction } from '../../database/transaction.js';
import { notFound } from './refusals.js';

/** Where an integration stands: a programme and an id in it. */
export interface Place {
  readonly programme: string;
  readonly integration: string;
}

export interface ImportPlace extends Place {
  readonly import: string;
}

/** The integration, or "not found": what was removed can be read no more. */
export async function requireIntegration(trx: Transaction, id: string): Promise<IntegrationRecord> {
  const record = await requireKnown(trx, id);
  if (record.state === 'removed') throw notFound('integration');
  return record;
}

/** Also one that was removed. */
export async function requireKnown(trx: Transaction, id: string): Promise<IntegrationRecord> {
  const record = isId(id) ? await findIntegrationRecord(trx, id) : null;
  if (record === null) throw notFound('integration');
  return record;
}
