import type { KeyRing } from '../config/environment.js';
import type { Database } from './connection.js';
import { credentialIdentity } from './credentials.js';
import { seal, unseal } from './envelope.js';
import { acrossProgrammes, inProgramme, type Transaction } from './transaction.js';

/** Which key seals which credentials, over all programmes, and sealing them anew. */
export interface KeyUse {
  readonly key: string;
  readonly credentials: number;
}

/** @returns the keys that the database needs, the most used first. */
export function countByKey(db: Database): Promise<KeyUse[]> {
  return acrossProgrammes(db, async (trx) => {
    const counted = await trx.raw<{ rows: KeyUse[] }>(
      'select key_id as key, count(*) as credentials from credentials group by 1 order by 2 desc, 1',
    );
    return counted.rows;
  });
}

export interface Sealed {
  readonly programme: string;
  readonly id: string;
}

/** The next credentials, by id, that another key than this one seals. */
export function listSealedOtherwise(
  db: Database,
  key: string,
  page: { readonly after: string | null; readonly limit: number },
): Promise<Sealed[]> {
  return acrossProgrammes(db, async (trx) => {
    const found = await trx.raw<{ rows: Sealed[] }>(
      `select programme_id as programme, id from credentials
       where key_id <> :key and (cast(:after as uuid) is null or id > :after) order by id limit :limit`,
      { key, ...page },
    );
    return found.rows;
  });
}

/**
 * Seals one credential with the ring's first key; its row is locked between opening and sealing, so nothing that is written
 * meanwhile is lost. Whoever reads it has the one or the other, never neither.
 *
 * @returns `unreadable` where no key of the ring opens it: then it stays as it is.
 */
export function sealAnew(
  db: Database,
  keys: KeyRing,
  { programme, id }: Sealed,
): Promise<'sealed' | 'unreadable' | 'gone'> {
  return inProgramme(db, programme, async (trx) => {
    const row = await lock(trx, id);
    if (row === undefined) return 'gone';
    const identity = credentialIdentity(programme, id);
    const text = opened(keys, { keyId: row.key_id, ciphertext: row.ciphertext }, identity);
    if (text === null) return 'unreadable';
    const sealed = seal(keys, text, identity);
    await trx('credentials').where({ id }).update({ ciphertext: sealed.ciphertext, key_id: sealed.keyId });
    return 'sealed';
  });
}

function lock(trx: Transaction, id: string) {
  return trx('credentials')
    .where({ id })
    .forUpdate()
    .first<{ key_id: string; ciphertext: Buffer } | undefined>('key_id', 'ciphertext');
}

function opened(keys: KeyRing, sealed: { keyId: string; ciphertext: Buffer }, identity: string): string | null {
  try {
    return unseal(keys, sealed, identity);
  } catch {
    // Its key is gone, or the row is damaged: told of by its id, and left for whoever finds the key.
    return null;
  }
}

/** Whoever holds it changes the key ring's file; a second one waits, or one of two new keys would be lost. */
export function whileAlone<T>(db: Database, work: () => Promise<T>): Promise<T> {
  return db.transaction(async (trx) => {
    await trx.raw(`select pg_advisory_xact_lock(hashtext('rollcall key ring'))`);
    return work();
  });
}
