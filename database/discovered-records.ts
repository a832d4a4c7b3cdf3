import type { JsonRecord } from '../domain/employee.js';
import type { Transaction } from './transaction.js';

/** The records that the last probe saw: what mapping offers as fields and samples. They live for a day. */
export async function readDiscoveredRecords(trx: Transaction, integration: string): Promise<JsonRecord[]> {
  const rows = await trx<{ integration_id: string; ordinal: number; record: JsonRecord; expires_at: Date }>(
    'discovered_records',
  )
    .select('record')
    .where({ integration_id: integration })
    .andWhere('expires_at', '>', trx.raw('rollcall_now()'))
    .orderBy('ordinal');
  return rows.map((row) => row.record);
}
