import type { Transaction } from './transaction.js';

/**
 * Invitations go out in waves, a quarter of an hour's share every quarter of an hour, for all integrations of a programme
 * together: a whole company that sets its passwords in the same minutes would find its help desk, its mail gateway and
 * ours in the way. Nothing else waits for a wave, and neither does an invitation that somebody asked for by name.
 */
export const WAVE_MINUTES = 15;
const WAVES_PER_HOUR = 60 / WAVE_MINUTES;

/** How many invitations may still go in this wave; the row is locked until they are counted. */
export async function openWave(trx: Transaction): Promise<number> {
  await trx.raw(`insert into invitation_waves (programme_id) values (rollcall_programme()) on conflict do nothing`);
  const { rows } = await trx.raw<{ rows: { room: number }[] }>(
    `update invitation_waves w set
       began_at = case when over.is_over then rollcall_now() else w.began_at end, sent = case when over.is_over then 0 else w.sent end
     from (select w.programme_id, w.began_at <= rollcall_now() - interval '${WAVE_MINUTES} minutes' as is_over, p.invitations_per_hour
       from invitation_waves w join programmes p on p.id = w.programme_id for update of w) over
     where w.programme_id = over.programme_id
     returning greatest(0, ceil(over.invitations_per_hour / ${WAVES_PER_HOUR}.0) - w.sent)::int as room`,
  );
  return rows[0]?.room ?? 0;
}

export async function countInWave(trx: Transaction, invitations: number): Promise<void> {
  if (invitations === 0) return;
  await trx('invitation_waves').update({ sent: trx.raw('sent + ?', [invitations]) });
}

/** SQL for the moment when the next wave may go, or null while this one has room. */
export const NEXT_WAVE = `(select w.began_at + interval '${WAVE_MINUTES} minutes' from invitation_waves w join programmes p on p.id = w.programme_id
  where w.sent >= ceil(p.invitations_per_hour / ${WAVES_PER_HOUR}.0) and w.began_at > rollcall_now() - interval '${WAVE_MINUTES} minutes')`;

/** An invitation that somebody has asked for by name goes at once. */
export const IS_THROTTLED = `(o.kind = 'invitation' and not o.payload \\? 'asked')`;
