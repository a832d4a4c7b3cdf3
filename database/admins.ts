import { canonicalEmail } from '../domain/member.js';
import { newId } from './ids.js';
import { turnTo, type Transaction } from './transaction.js';

/** People who administer: one account each, with a role in one programme or several, or as operator in all of them. */
export interface Admin {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly passwordHash: string | null;
  readonly operator: boolean;
}

export type AdminRole = 'admin' | 'viewer';

/** What one programme knows of an admin of its own. */
export interface ProgrammeAdmin {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: AdminRole;
  readonly lastSignInAt: Date | null;
  readonly invitedAt: Date;
}

interface AdminRow {
  id: string;
  email: string;
  name: string;
  password_hash: string | null;
  operator: boolean;
}

interface ProgrammeAdminRow {
  admin_id: string;
  email: string;
  name: string;
  role: AdminRole;
  last_sign_in_at: Date | null;
  invited_at: Date;
}

const COLUMNS = ['id', 'email', 'name', 'password_hash', 'operator'] as const;
const OF_PROGRAMME = ['admin_id', 'email', 'name', 'role', 'last_sign_in_at', 'invited_at'] as const;

const mapper = {
  fromRow: (row: AdminRow): Admin => ({
    id: row.id,
    email: row.email,
    name: row.name,
    passwordHash: row.password_hash,
    operator: row.operator,
  }),
  ofProgramme: (row: ProgrammeAdminRow): ProgrammeAdmin => ({
    id: row.admin_id,
    email: row.email,
    name: row.name,
    role: row.role,
    lastSignInAt: row.last_sign_in_at,
    invitedAt: row.invited_at,
  }),
};

export async function findAdminByEmail(trx: Transaction, email: string): Promise<Admin | null> {
  const row = await trx<AdminRow & { email_key: string }>('admins')
    .select(...COLUMNS)
    .where({ email_key: canonicalEmail(email) })
    .first();
  return row === undefined ? null : mapper.fromRow(row);
}

export async function findAdmin(trx: Transaction, id: string): Promise<Admin | null> {
  const row = await trx<AdminRow>('admins')
    .select(...COLUMNS)
    .where({ id })
    .first();
  return row === undefined ? null : mapper.fromRow(row);
}

/** The account with this address, made where there is none; somebody who is known keeps their name. */
export async function ensureAdmin(trx: Transaction, wanted: { email: string; name: string }): Promise<Admin> {
  await trx('admins')
    .insert({ id: newId(), email: wanted.email, email_key: canonicalEmail(wanted.email), name: wanted.name })
    .onConflict('email_key')
    .ignore();
  const admin = await findAdminByEmail(trx, wanted.email);
  if (admin === null) throw new Error('The account of an admin was gone before it could be read.');
  return admin;
}

export async function setOperator(trx: Transaction, id: string, operator: boolean): Promise<void> {
  await trx('admins').where({ id }).update({ operator });
}

export async function setPasswordHash(trx: Transaction, id: string, passwordHash: string): Promise<void> {
  await trx('admins').where({ id }).update({ password_hash: passwordHash });
}

/** Oldest first. */
export async function listOperators(trx: Transaction): Promise<(Admin & { lastSignInAt: Date | null })[]> {
  const rows = await trx<AdminRow & { last_sign_in_at: Date | null }>('admins')
    .select(...COLUMNS, 'last_sign_in_at')
    .where({ operator: true })
    .orderBy('id');
  return rows.map((row) => ({ ...mapper.fromRow(row), lastSignInAt: row.last_sign_in_at }));
}

/** The names of those who are operators, by id; for what they did in a programme. */
export async function operatorNames(trx: Transaction, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await trx<AdminRow>('admins')
    .select('id', 'name')
    .whereIn('id', [...ids]);
  return new Map(rows.map((row) => [row.id, row.name]));
}

/** The roles that an admin has, by programme; read in a sweep or, for one programme, in its own transaction. */
export async function rolesOf(trx: Transaction, admin: string): Promise<Map<string, AdminRole>> {
  const rows = await trx<{ programme_id: string; admin_id: string; role: AdminRole; removed_at: Date | null }>(
    'programme_admins',
  )
    .select('programme_id', 'role')
    .where({ admin_id: admin })
    .whereNull('removed_at')
    .orderBy('programme_id');
  return new Map(rows.map((row) => [row.programme_id, row.role]));
}

export async function listProgrammeAdmins(trx: Transaction): Promise<ProgrammeAdmin[]> {
  const rows = await trx<ProgrammeAdminRow>('programme_admins')
    .select(...OF_PROGRAMME)
    .whereNull('removed_at')
    .orderBy('admin_id');
  return rows.map(mapper.ofProgramme);
}

/** All admins of the programme, held until the transaction ends: who is the last one cannot change meanwhile. */
export async function lockProgrammeAdmins(trx: Transaction): Promise<ProgrammeAdmin[]> {
  const rows = await trx<ProgrammeAdminRow>('programme_admins')
    .select(...OF_PROGRAMME)
    .whereNull('removed_at')
    .orderBy('admin_id')
    .forUpdate();
  return rows.map(mapper.ofProgramme);
}

/** Gives somebody a role, for the first time or again. */
export async function admitAdmin(
  trx: Transaction,
  programme: string,
  { admin, email, name, role }: { admin: string; email: string; name: string; role: AdminRole },
): Promise<ProgrammeAdmin> {
  const rows = await trx<ProgrammeAdminRow>('programme_admins')
    .insert({ programme_id: programme, admin_id: admin, email, name, role } as object)
    .onConflict(['programme_id', 'admin_id'])
    .merge({ email, name, role, invited_at: trx.raw('rollcall_now()'), removed_at: null } as object)
    .returning([...OF_PROGRAMME]);
  const row = rows[0];
  if (row === undefined) throw new Error('The admin was gone before their role could be written.');
  return mapper.ofProgramme(row);
}

export async function changeRole(trx: Transaction, admin: string, role: AdminRole): Promise<void> {
  await trx('programme_admins').where({ admin_id: admin }).whereNull('removed_at').update({ role });
}

export async function removeAdmin(trx: Transaction, admin: string): Promise<void> {
  await trx('programme_admins')
    .where({ admin_id: admin })
    .whereNull('removed_at')
    .update({ removed_at: trx.raw('rollcall_now()') });
}

/** Notes the sign-in in the account and in each programme it leads to. */
export async function noteSignIn(trx: Transaction, admin: string, programmes: Iterable<string>): Promise<void> {
  const now = trx.raw('rollcall_now()');
  await trx('admins').where({ id: admin }).update({ last_sign_in_at: now });
  for (const programme of programmes) {
    await turnTo(trx, programme);
    await trx('programme_admins').where({ admin_id: admin }).update({ last_sign_in_at: now });
  }
}
