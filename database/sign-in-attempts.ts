import { createHash } from 'node:crypto';
import type { Transaction } from './transaction.js';

/**
 * Lock-out with growing back-off, in Postgres, so that it holds over all processes and restarts. A try counts before
 * the password is looked at: a hundred guesses at the same moment are a hundred tries. The keys are hashes.
 */
export interface Guard {
  readonly key: string;
  /** Tries in a row that cost nothing. */
  readonly free: number;
}

/** After the free ones each try in a row doubles the wait, from half a minute to an hour. */
const FIRST_WAIT_SECONDS = 30;
const LONGEST_WAIT_SECONDS = 3600;
const MOST_DOUBLINGS = 7;
/** Tries that lie a day back say nothing of now. */
const FORGOTTEN = '24 hours';

/** Somebody forgets a password five times; a whole office behind one address is more people. */
export const ofAccount = (kind: string, account: string): Guard => ({ key: `${kind} account ${account}`, free: 5 });
export const ofAddress = (kind: string, address: string): Guard => ({ key: `${kind} address ${address}`, free: 30 });

/** Counts a try. @returns for how many seconds no try is taken, 0 where this one is. */
export async function countTry(trx: Transaction, guards: readonly Guard[]): Promise<number> {
  const blocked = await blockedFor(trx, guards);
  if (blocked > 0) return blocked;
  for (const { key, free } of guards) {
    const { rowCount } = await trx.raw<{ rowCount: number }>(
      `insert into sign_in_attempts as t (key, failures, blocked_until) values (:key, 1, rollcall_now())
       on conflict (key) do update set last_at = rollcall_now(),
         failures = case when t.last_at < rollcall_now() - interval '${FORGOTTEN}' then 1 else t.failures + 1 end,
         blocked_until = case when t.failures + 1 < :free or t.last_at < rollcall_now() - interval '${FORGOTTEN}' then rollcall_now()
           else rollcall_now() + interval '1 second' * least(${LONGEST_WAIT_SECONDS},
             ${FIRST_WAIT_SECONDS} * power(2, least(t.failures + 1 - :free, ${MOST_DOUBLINGS}))) end
       where t.blocked_until <= rollcall_now()`,
      { key: digest(key), free },
    );
    // Somebody else's try has closed the door since it was looked at.
    if (rowCount === 0) return Math.max(1, await blockedFor(trx, guards));
  }
  return 0;
}

/** The password was right: the account's tries are forgotten, and this one does not count against the address. */
export async function forgiveTry(trx: Transaction, account: Guard, address: Guard): Promise<void> {
  await forgetTriesOf(trx, account);
  await trx('sign_in_attempts')
    .where({ key: digest(address.key) })
    .update({ failures: trx.raw('greatest(failures - 1, 0)'), blocked_until: trx.raw('rollcall_now()') });
}

export async function forgetTriesOf(trx: Transaction, { key }: Guard): Promise<void> {
  await trx('sign_in_attempts')
    .where({ key: digest(key) })
    .delete();
}

export async function deleteOldAttempts(trx: Transaction): Promise<void> {
  await trx('sign_in_attempts')
    .whereRaw(`last_at < rollcall_now() - interval '${FORGOTTEN}' and blocked_until < rollcall_now()`)
    .delete();
}

async function blockedFor(trx: Transaction, guards: readonly Guard[]): Promise<number> {
  const { rows } = await trx.raw<{ rows: { seconds: number | null }[] }>(
    `select ceil(extract(epoch from max(blocked_until) - rollcall_now()))::int as seconds
     from sign_in_attempts where key = any(cast(? as bytea[])) and blocked_until > rollcall_now()`,
    [guards.map(({ key }) => digest(key))],
  );
  return rows[0]?.seconds ?? 0;
}

function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
