import type { Knex } from 'knex';

/** The database's role sees every programme whatever the policies say. The sentence says what to do. */
export class UnguardedRole extends Error {
  override readonly name = 'UnguardedRole';
  constructor(role: string) {
    super(
      `The role "${role}" of DATABASE_URL is a superuser or has BYPASSRLS and would walk through row-level security. Give Rollcall a role of its own that owns the database: create role rollcall login password '…'; alter database … owner to rollcall.`,
    );
  }
}

/** Throws UnguardedRole where row-level security would not hold. */
export async function requireGuardedRole(db: Knex): Promise<void> {
  const { rows } = await db.raw<{ rows: { rolname: string; unguarded: boolean }[] }>(
    'select rolname, rolsuper or rolbypassrls as unguarded from pg_roles where rolname = current_user',
  );
  const [role] = rows;
  if (role?.unguarded === true) throw new UnguardedRole(role.rolname);
}
