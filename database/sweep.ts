import type { LiveSettings } from '../domain/configuration.js';
import type { Transaction } from './transaction.js';

/** What the passing of time alone brings about, found in one programme. */
export interface Unheard {
  readonly integration: string;
  readonly provider: string;
  readonly live: LiveSettings;
  /** When it last came through, was published or resumed. */
  readonly since: Date;
  /** Full days since then. */
  readonly days: number;
}

/** Published integrations, with the last moment when all was well. They are locked, so that no ending run comes in between. */
export async function listUnheard(trx: Transaction): Promise<Unheard[]> {
  const { rows } = await trx.raw<{ rows: Unheard[] }>(
    `select i.id as integration, i.provider, i.live, well.since,
       floor(extract(epoch from rollcall_now() - well.since) / 86400)::int as days
     from integrations i cross join lateral (
       select greatest(
         (select max(r.ended_at) from import_runs r
          where r.integration_id = i.id and r.lane = 'write' and r.state not in ('failed', 'cancelled')),
         (select max(a.at) from audit_log a where a.subject = i.id::text and a.action in ('publish', 'resume')),
         i.created_at) as since
     ) well
     where i.state = 'published' order by i.id`,
  );
  return rows;
}

/** Credentials that were typed and that no probe has proven good in time. */
export function deleteExpiredCandidates(trx: Transaction): Promise<number> {
  return trx('credentials')
    .where({ state: 'candidate' })
    .andWhere('expires_at', '<=', trx.raw('rollcall_now()'))
    .delete();
}

/** Access that ended and whose vendor nobody could tell of it: what should have done so is gone. */
export function deleteForgottenEndings(trx: Transaction): Promise<number> {
  return trx('credentials')
    .where({ state: 'ending' })
    .andWhere('last_used_at', '<=', trx.raw(`rollcall_now() - interval '2 days'`))
    .delete();
}

export function deleteExpiredSamples(trx: Transaction): Promise<number> {
  return trx('discovered_records').where('expires_at', '<=', trx.raw('rollcall_now()')).delete();
}

/**
 * Integrations with mails that are due and that no run looks after: a mail server was down for long, or somebody died
 * before telling the workflow that sends them. After revoke invitations stay where they are.
 */
export async function listLeftBehind(trx: Transaction): Promise<string[]> {
  const { rows } = await trx.raw<{ rows: { id: string }[] }>(
    `select distinct i.id from outbox o join integrations i on i.id = o.integration_id
     where o.state in ('pending', 'sending') and o.send_after <= rollcall_now()
       and (o.kind <> 'invitation' or i.state in ('published', 'paused'))
       and not exists (select from import_runs r where r.id = o.import_id and r.ended_at is null)`,
  );
  return rows.map((row) => row.id);
}

/** What an earlier sweep changed without having told the workflows, if it died in between. */
export async function listJustChanged(trx: Transaction): Promise<string[]> {
  const { rows } = await trx.raw<{ rows: { id: string }[] }>(
    `select id from integrations
     where needs_attention->>'code' = 'no-success-since'
       and (needs_attention->>'since')::timestamptz > rollcall_now() - interval '2 hours'
     union
     select integration_id from removal_holds where state = 'expired' and expires_at > rollcall_now() - interval '2 hours'`,
  );
  return rows.map((row) => row.id);
}
