import type { KeyRing } from '../config/environment.js';
import { seal } from './envelope.js';
import { newId } from './ids.js';
import type { Integration } from './integrations.js';
import type { Transaction } from './transaction.js';

/**
 * What opens an account at a provider, always encrypted. A candidate is what somebody just typed: it lives until the
 * probe has accepted it, at most a quarter of an hour, and is nobody's to choose.
 */
export interface CredentialView {
  readonly id: string;
  readonly provider: string;
  readonly name: string;
  readonly usedBy: readonly string[];
  readonly lastUsedAt: Date | null;
}

const CANDIDATE_LIFE = '15 minutes';

/** The identity that a ciphertext is bound to: copied to another row or programme it does not open. */
export const credentialIdentity = (programme: string, credential: string): string => `${programme}/${credential}`;

export async function insertCandidate(
  trx: Transaction,
  keys: KeyRing,
  candidate: { programme: string; provider: string; name: string; values: Readonly<Record<string, string>> },
): Promise<string> {
  const id = newId();
  const sealed = seal(keys, JSON.stringify(candidate.values), credentialIdentity(candidate.programme, id));
  await trx('credentials').insert({
    programme_id: candidate.programme,
    id,
    provider: candidate.provider,
    name: candidate.name,
    ciphertext: sealed.ciphertext,
    key_id: sealed.keyId,
    state: 'candidate',
    expires_at: trx.raw('rollcall_now() + ?::interval', [CANDIDATE_LIFE]),
  });
  return id;
}

/** The same credential with other contents, such as a token that was exchanged for another. */
export async function replaceSecret(
  trx: Transaction,
  keys: KeyRing,
  { programme, id, values }: { programme: string; id: string; values: Readonly<Record<string, string>> },
): Promise<void> {
  const sealed = seal(keys, JSON.stringify(values), credentialIdentity(programme, id));
  await trx('credentials').where({ id }).update({ ciphertext: sealed.ciphertext, key_id: sealed.keyId });
}

/** What was probed and found good is nobody's candidate any more. */
export async function promoteCandidate(trx: Transaction, id: string, accountFingerprint: string): Promise<void> {
  await trx('credentials')
    .where({ id })
    .update({
      state: 'active',
      expires_at: null,
      account_fingerprint: accountFingerprint,
      last_used_at: trx.raw('rollcall_now()'),
    });
}

/** Gives the integration another credential, or none; the one before is destroyed unless another integration uses it. */
export async function releaseCredential(
  trx: Transaction,
  integration: Integration,
  next: string | null,
): Promise<void> {
  await trx('integrations').where({ id: integration.id }).update({ credential_id: next });
  if (integration.credential !== null && integration.credential !== next) {
    await deleteCredential(trx, integration.credential);
  }
}

/** Ends the integration's access where the vendor has to be told of it: nobody can use the credential any more. */
export async function endCredential(trx: Transaction, integration: Integration): Promise<void> {
  await trx('integrations').where({ id: integration.id }).update({ credential_id: null });
  if (integration.credential === null) return;
  await unused(trx, integration.credential).update({ state: 'ending', last_used_at: trx.raw('rollcall_now()') });
}

export interface EndingCredential {
  readonly id: string;
  readonly provider: string;
  readonly sealed: { readonly keyId: string; readonly ciphertext: Buffer };
}

export async function listEnding(trx: Transaction): Promise<EndingCredential[]> {
  const rows = (await trx('credentials').where({ state: 'ending' }).orderBy('id')) as {
    id: string;
    provider: string;
    key_id: string;
    ciphertext: Buffer;
  }[];
  return rows.map((row) => ({
    id: row.id,
    provider: row.provider,
    sealed: { keyId: row.key_id, ciphertext: row.ciphertext },
  }));
}

export async function deleteEnding(trx: Transaction, id: string): Promise<void> {
  await trx('credentials').where({ id, state: 'ending' }).delete();
}

function unused(trx: Transaction, id: string) {
  return trx('credentials')
    .where({ id, state: 'active' })
    .whereNotExists(trx('integrations').select(trx.raw('1')).where({ credential_id: id }));
}

interface CredentialRow {
  id: string;
  provider: string;
  name: string;
  last_used_at: Date | null;
  used_by: string[];
}

const mapper = {
  fromRow: (row: CredentialRow): CredentialView => ({
    id: row.id,
    provider: row.provider,
    name: row.name,
    usedBy: row.used_by,
    lastUsedAt: row.last_used_at,
  }),
};

/** The programme's credentials in use or ready for use, never candidates, never the secret. */
export async function listCredentials(
  trx: Transaction,
  page: { limit: number; after: string | null },
): Promise<CredentialView[]> {
  return (await select(trx, page)).map(mapper.fromRow);
}

export async function findCredential(trx: Transaction, id: string): Promise<CredentialView | null> {
  const row = (await select(trx, { limit: 1, id }))[0];
  return row === undefined ? null : mapper.fromRow(row);
}

/** Deletes an unused one; a used one stays, which the caller has to have told. */
export async function deleteCredential(trx: Transaction, id: string): Promise<boolean> {
  return (await unused(trx, id).delete()) === 1;
}

async function select(
  trx: Transaction,
  wanted: { limit: number; after?: string | null; id?: string },
): Promise<CredentialRow[]> {
  const query = trx('credentials as c')
    .select('c.id', 'c.provider', 'c.name', 'c.last_used_at')
    .select(
      trx.raw(`array(select i.id from integrations i
        where i.programme_id = c.programme_id and i.credential_id = c.id order by i.id)::text[] as used_by`),
    )
    .where('c.state', 'active')
    .orderBy('c.id')
    .limit(wanted.limit);
  if (wanted.id !== undefined) void query.where('c.id', wanted.id);
  if (wanted.after != null) void query.where('c.id', '>', wanted.after);
  return (await query) as CredentialRow[];
}
