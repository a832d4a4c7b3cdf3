import { createHash, randomBytes } from 'node:crypto';
import type { Database } from './connection.js';
import { newId } from './ids.js';
import { acrossProgrammes, inProgramme } from './transaction.js';

/**
 * Tokens of the API. Only the SHA-256 of a token is kept: it has 256 random bits, so a slow hash would add nothing
 * but delay to every request. An operator's token belongs to no programme.
 */
export type TokenRole = 'operator' | 'admin' | 'viewer';

export interface ApiToken {
  readonly id: string;
  readonly programme: string | null;
  readonly role: TokenRole;
  /** The last four characters, to tell tokens apart. */
  readonly hint: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

interface ApiTokenRow {
  id: string;
  programme_id: string | null;
  role: TokenRole;
  hash: Buffer;
  hint: string;
  created_at: Date;
  last_used_at: Date | null;
  revoked_at: Date | null;
}

const PREFIX = 'rc_';
const TOKEN_BYTES = 32;
const HINT_LENGTH = 4;
/** Row-level security lets an operator's token be written only by a transaction without a programme. */
const NO_PROGRAMME = '';
const COLUMNS = ['id', 'programme_id', 'role', 'hint', 'created_at', 'last_used_at', 'revoked_at'] as const;

const mapper = {
  fromRow: (row: Omit<ApiTokenRow, 'hash'>): ApiToken => ({
    id: row.id,
    programme: row.programme_id,
    role: row.role,
    hint: row.hint,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
    revokedAt: row.revoked_at,
  }),
};

/** @returns the token itself; it is shown once and cannot be read again. */
export function insertToken(
  db: Database,
  token: { programme: string | null; role: TokenRole },
): Promise<{ id: string; token: string }> {
  const secret = PREFIX + randomBytes(TOKEN_BYTES).toString('base64url');
  const id = newId();
  return inProgramme(db, token.programme ?? NO_PROGRAMME, async (trx) => {
    await trx('api_tokens').insert({
      id,
      programme_id: token.programme,
      role: token.role,
      hash: digest(secret),
      hint: secret.slice(-HINT_LENGTH),
    });
    return { id, token: secret };
  });
}

/** The living token with this text. */
export async function findToken(db: Database, secret: string): Promise<ApiToken | null> {
  const row = await acrossProgrammes(db, (trx) =>
    trx<ApiTokenRow>('api_tokens')
      .select(...COLUMNS)
      .where({ hash: digest(secret) })
      .whereNull('revoked_at')
      .first(),
  );
  return row === undefined ? null : mapper.fromRow(row);
}

export function listTokens(db: Database): Promise<ApiToken[]> {
  return acrossProgrammes(db, async (trx) =>
    (
      await trx<ApiTokenRow>('api_tokens')
        .select(...COLUMNS)
        .orderBy('id')
    ).map(mapper.fromRow),
  );
}

export async function findTokenById(db: Database, id: string): Promise<ApiToken | null> {
  const row = await acrossProgrammes(db, (trx) =>
    trx<ApiTokenRow>('api_tokens')
      .select(...COLUMNS)
      .where({ id })
      .first(),
  );
  return row === undefined ? null : mapper.fromRow(row);
}

/** Repeating it changes nothing: the first moment stays. */
export function revokeToken(db: Database, token: ApiToken): Promise<void> {
  return inProgramme(db, token.programme ?? NO_PROGRAMME, async (trx) => {
    await trx('api_tokens')
      .where({ id: token.id })
      .whereNull('revoked_at')
      .update({ revoked_at: trx.raw('rollcall_now()') });
  });
}

export function markTokenUsed(db: Database, token: ApiToken): Promise<void> {
  return inProgramme(db, token.programme ?? NO_PROGRAMME, async (trx) => {
    await trx('api_tokens')
      .where({ id: token.id })
      .update({ last_used_at: trx.raw('rollcall_now()') });
  });
}

function digest(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
