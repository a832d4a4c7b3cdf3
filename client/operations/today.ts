import type { Transaction } from '../../database/transaction.js';

/** The calendar date of this moment in a zone, `YYYY-MM-DD`. */
export async function todayIn(trx: Transaction, zone: string): Promise<string> {
  const { rows } = await trx.raw<{ rows: { today: string }[] }>(
    `select to_char(rollcall_now() at time zone ?, 'YYYY-MM-DD') as today`,
    [zone],
  );
  return rows[0]?.today ?? '';
}
