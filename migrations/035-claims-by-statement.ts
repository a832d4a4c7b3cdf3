import type { Knex } from 'knex';

/**
 * Claims and the names of managers are no longer looked for row by row either (docs/decisions/043): a claim's member by one
 * look without a lock where this very transaction has made the member, whom nobody else can see or take away; the
 * integration of a reference once a statement, as in 033.
 */
const REFERENCE = 'manager_references_programme_id_integration_id_fkey';
const CLAIM = 'member_keys_programme_id_member_id_fkey';

export async function up(db: Knex): Promise<void> {
  await db.raw(`
    -- Each member is looked up by itself, which takes the index whatever the statistics say.
    create function require_members() returns trigger language plpgsql as $$
    declare
      own constant xid := pg_current_xact_id()::xid;
    begin
      if exists (
        select from written w
        where (select m.xmin = own from members m where (m.programme_id, m.id) = (w.programme_id, w.member_id)) is not true
          and (select true from members m where (m.programme_id, m.id) = (w.programme_id, w.member_id) for key share) is null
      ) then
        raise exception 'insert or update on table "%" violates foreign key constraint "%"', tg_table_name, tg_argv[0]
          using errcode = 'foreign_key_violation', constraint = tg_argv[0], table = tg_table_name;
      end if;
      return null;
    end $$;

    alter table member_keys drop constraint ${CLAIM};
    ${byStatement('member_keys', CLAIM, `require_members('${CLAIM}')`)}
    create trigger ${CLAIM}_kept after delete or update of programme_id, id on members
      for each row execute function keep_parents('${CLAIM}', 'member_keys', 'c.programme_id, c.member_id', 'p.programme_id, p.id');

    alter table manager_references drop constraint ${REFERENCE};
    ${byStatement('manager_references', REFERENCE, `require_parents('${REFERENCE}', 'integrations', 'w.programme_id, w.integration_id', 'p.programme_id, p.id')`)}
    create trigger ${REFERENCE}_kept after delete or update of programme_id, id on integrations
      for each row execute function keep_parents('${REFERENCE}', 'manager_references', 'c.programme_id, c.integration_id', 'p.programme_id, p.id');
  `);
}

export async function down(db: Knex): Promise<void> {
  await db.raw(`
    drop trigger ${CLAIM}_insert on member_keys;
    drop trigger ${CLAIM}_update on member_keys;
    drop trigger ${CLAIM}_kept on members;
    alter table member_keys add constraint ${CLAIM} foreign key (programme_id, member_id) references members (programme_id, id);
    drop trigger ${REFERENCE}_insert on manager_references;
    drop trigger ${REFERENCE}_update on manager_references;
    drop trigger ${REFERENCE}_kept on integrations;
    alter table manager_references add constraint ${REFERENCE}
      foreign key (programme_id, integration_id) references integrations (programme_id, id);
    drop function require_members();
  `);
}

function byStatement(child: string, name: string, required: string): string {
  return `
    create trigger ${name}_insert after insert on ${child} referencing new table as written for each statement execute function ${required};
    create trigger ${name}_update after update on ${child} referencing new table as written for each statement execute function ${required};`;
}
