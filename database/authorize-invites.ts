import { createHash } from 'node:crypto';
import type { Database } from './connection.js';
import { newId } from './ids.js';
import { acrossProgrammes, type Transaction } from './transaction.js';

/**
 * One-time links for a colleague who has the credentials and no account: each opens the authorize step of one
 * integration, until somebody has authorized it. Only the token's SHA-256 is kept.
 */
export interface AuthorizeInvite {
  readonly id: string;
  readonly programme: string;
  readonly programmeName: string;
  readonly integration: string;
  readonly integrationName: string;
  readonly provider: string;
  readonly state: 'open' | 'used' | 'expired';
}

/** Long enough for somebody on leave, short enough that a forgotten mail opens nothing. */
export const INVITE_DAYS = 7;

export async function insertAuthorizeInvite(trx: Transaction, programme: string, integration: string): Promise<string> {
  const id = newId();
  await trx('authorize_invites').insert({
    programme_id: programme,
    id,
    integration_id: integration,
    expires_at: trx.raw('rollcall_now() + make_interval(days => ?)', [INVITE_DAYS]),
  });
  return id;
}

interface InviteRow {
  id: string;
  programme_id: string;
  programme_name: string;
  integration_id: string;
  integration_name: string;
  provider: string;
  used_at: Date | null;
  expired: boolean;
}

const mapper = {
  fromRow: (row: InviteRow): AuthorizeInvite => ({
    id: row.id,
    programme: row.programme_id,
    programmeName: row.programme_name,
    integration: row.integration_id,
    integrationName: row.integration_name,
    provider: row.provider,
    state: row.used_at !== null ? 'used' : row.expired ? 'expired' : 'open',
  }),
};

/** The link names no programme, so it is looked for across all of them. */
export async function findAuthorizeInvite(db: Database, token: string): Promise<AuthorizeInvite | null> {
  const row = await acrossProgrammes(db, (trx) =>
    trx('authorize_invites as a')
      .join('integrations as i', (join) =>
        join.on('i.programme_id', 'a.programme_id').andOn('i.id', 'a.integration_id'),
      )
      .join('programmes as p', 'p.id', 'a.programme_id')
      .select('a.id', 'a.programme_id', 'p.name as programme_name', 'a.integration_id', 'a.used_at')
      .select('i.name as integration_name', 'i.provider')
      .select(trx.raw('(a.expires_at <= rollcall_now()) as expired'))
      .where('a.token_hash', createHash('sha256').update(token).digest())
      .first<InviteRow | undefined>(),
  );
  return row === undefined ? null : mapper.fromRow(row);
}

/** Nothing is left to do for any of the integration's links: it was authorized, or its access was ended. */
export async function closeAuthorizeInvites(trx: Transaction, integration: string): Promise<void> {
  await trx('authorize_invites')
    .where({ integration_id: integration })
    .whereNull('used_at')
    .update({ used_at: trx.raw('rollcall_now()') });
}
