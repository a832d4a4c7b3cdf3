import { randomBytes } from 'node:crypto';
import type { Database } from './connection.js';
import { isId, newId } from './ids.js';
import { acrossProgrammes, inProgramme, type Transaction } from './transaction.js';
import type { ProgrammeSettings } from '../domain/programme.js';

/** Programmes, the tenants. Lists run across all of them and so are for operators alone. */
export interface Programme extends ProgrammeSettings {
  readonly id: string;
  readonly createdAt: Date;
}

interface ProgrammeRow {
  id: string;
  name: string;
  time_zone: string;
  grace_days: number;
  roles: string[];
  sign_in_url: string | null;
  invitations_per_hour: number;
  created_at: Date;
}

const COLUMNS = [
  'id',
  'name',
  'time_zone',
  'grace_days',
  'roles',
  'sign_in_url',
  'invitations_per_hour',
  'created_at',
] as const;
const ERASURE_KEY_BYTES = 32;

const mapper = {
  fromRow: (row: ProgrammeRow): Programme => ({
    id: row.id,
    name: row.name,
    timeZone: row.time_zone,
    graceDays: row.grace_days,
    roles: row.roles,
    signInUrl: row.sign_in_url,
    invitationsPerHour: row.invitations_per_hour,
    createdAt: row.created_at,
  }),
  toRow: (settings: ProgrammeSettings) => ({
    name: settings.name,
    time_zone: settings.timeZone,
    grace_days: settings.graceDays,
    roles: JSON.stringify(settings.roles),
    sign_in_url: settings.signInUrl,
    invitations_per_hour: settings.invitationsPerHour,
  }),
};

export function insertProgramme(db: Database, settings: ProgrammeSettings): Promise<Programme> {
  const id = newId();
  return inProgramme(db, id, async (trx) => {
    const rows = await trx<ProgrammeRow>('programmes')
      .insert({ id, ...mapper.toRow(settings), erasure_key: randomBytes(ERASURE_KEY_BYTES) } as object)
      .returning([...COLUMNS]);
    return mapper.fromRow(only(rows));
  });
}

export async function findProgramme(trx: Transaction, id: string): Promise<Programme | null> {
  const row = await trx<ProgrammeRow>('programmes')
    .select(...COLUMNS)
    .where({ id })
    .first();
  return row === undefined ? null : mapper.fromRow(row);
}

export async function updateProgramme(trx: Transaction, id: string, settings: ProgrammeSettings): Promise<Programme> {
  const rows = await trx<ProgrammeRow>('programmes')
    .where({ id })
    .update(mapper.toRow(settings) as object, [...COLUMNS]);
  return mapper.fromRow(only(rows));
}

/** Oldest first, from the programme after `after` on. */
export function listProgrammes(db: Database, page: { limit: number; after: string | null }): Promise<Programme[]> {
  return acrossProgrammes(db, async (trx) => {
    const query = trx<ProgrammeRow>('programmes')
      .select(...COLUMNS)
      .orderBy('id')
      .limit(page.limit);
    if (page.after !== null) void query.where('id', '>', page.after);
    return (await query).map(mapper.fromRow);
  });
}

/** All of them, or those with these ids, by name; for the one who signed in to choose from. */
export function listProgrammesOf(db: Database, ids: readonly string[] | null): Promise<Programme[]> {
  return acrossProgrammes(db, async (trx) => {
    const query = trx<ProgrammeRow>('programmes')
      .select(...COLUMNS)
      .orderByRaw('lower(name), id')
      .limit(MOST_TO_CHOOSE_FROM);
    if (ids !== null) void query.whereIn('id', [...ids]);
    return (await query).map(mapper.fromRow);
  });
}

/** A list to choose from, not to page through; an operator of more has `GET /programmes`. */
const MOST_TO_CHOOSE_FROM = 1000;

/** Those that an operator may mean by what they typed: the one with this id, or all with this name. */
export function findProgrammesCalled(db: Database, idOrName: string): Promise<Programme[]> {
  return acrossProgrammes(db, async (trx) => {
    const query = trx<ProgrammeRow>('programmes')
      .select(...COLUMNS)
      .orderBy('id')
      .limit(2);
    void (isId(idOrName) ? query.where({ id: idOrName }) : query.where({ name: idOrName }));
    return (await query).map(mapper.fromRow);
  });
}

const OWNED = {
  integration: 'integrations',
  import: 'import_runs',
  member: 'members',
  operation: 'operations',
} as const;

/** The programme of a thing of which an operator knows only the id. */
export async function findOwner(db: Database, kind: keyof typeof OWNED, id: string): Promise<string | null> {
  if (!isId(id)) return null;
  const row = await acrossProgrammes(db, (trx) =>
    trx<{ id: string; programme_id: string }>(OWNED[kind]).select('programme_id').where({ id }).first(),
  );
  return row?.programme_id ?? null;
}

function only<T>(rows: readonly T[]): T {
  const row = rows[0];
  if (row === undefined) throw new Error('The programme was gone before it could be written.');
  return row;
}
