import { newId } from './ids.js';
import type { Transaction } from './transaction.js';

/** Saved searches over members: a name and the filters, never the people who matched. */
export interface Audience {
  readonly id: string;
  readonly name: string;
  /** Each filter with its values, as it was given. */
  readonly filter: Readonly<Record<string, string[]>>;
}

const COLUMNS = ['id', 'name', 'filter'] as const;

export async function listAudiences(
  trx: Transaction,
  page: { limit: number; after: string | null },
): Promise<Audience[]> {
  const query = trx<Audience>('audiences')
    .select(...COLUMNS)
    .orderBy('id')
    .limit(page.limit);
  if (page.after !== null) void query.where('id', '>', page.after);
  return query;
}

export async function findAudience(trx: Transaction, id: string): Promise<Audience | null> {
  const row = await trx<Audience>('audiences')
    .select(...COLUMNS)
    .where({ id })
    .first();
  return row ?? null;
}

/** @returns null where the programme has one of that name. */
export async function insertAudience(
  trx: Transaction,
  programme: string,
  audience: Omit<Audience, 'id'> & { createdBy: string },
): Promise<string | null> {
  const id = newId();
  const { rowCount } = await trx.raw<{ rowCount: number }>(
    `insert into audiences (programme_id, id, name, filter, created_by) values (:programme, :id, :name, :filter, :createdBy)
     on conflict (programme_id, lower(name)) do nothing`,
    { ...audience, programme, id, filter: JSON.stringify(audience.filter) },
  );
  return rowCount === 0 ? null : id;
}

/** @returns false where another one has that name. */
export async function updateAudience(trx: Transaction, { id, name, filter }: Audience): Promise<boolean> {
  const taken = await trx('audiences')
    .whereRaw('lower(name) = lower(?)', [name])
    .whereNot({ id })
    .first<{ id: string } | undefined>('id');
  if (taken !== undefined) return false;
  await trx('audiences')
    .where({ id })
    .update({ name, filter: JSON.stringify(filter) });
  return true;
}

export async function deleteAudience(trx: Transaction, id: string): Promise<boolean> {
  return (await trx('audiences').where({ id }).delete()) > 0;
}
