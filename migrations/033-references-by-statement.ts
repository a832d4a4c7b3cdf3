import type { Knex } from 'knex';

/**
 * What all rows of a statement share, the run, the integration and the programme, is looked for once a statement and no
 * longer once a row: a first import spent a seventh of its time on that (docs/decisions/040). Whoever adds a row still
 * locks what it points at, and whoever takes that away is still refused. References that differ from row to row stay
 * foreign keys of Postgres.
 */
const REFERENCES = [
  { child: 'changes', own: ['programme_id', 'import_id'], parent: 'import_runs', other: ['programme_id', 'id'] },
  { child: 'members', own: ['programme_id'], parent: 'programmes', other: ['id'] },
  { child: 'members', own: ['programme_id', 'integration_id'], parent: 'integrations', other: ['programme_id', 'id'] },
] as const;
type Reference = (typeof REFERENCES)[number];

export async function up(db: Knex): Promise<void> {
  await db.raw(`
    -- Arguments: the reference's name, the table it points at, its own columns as w's, the other's as p's. Each of the
    -- different values of a statement is looked up by itself, which takes an index whatever the statistics say.
    create function require_parents() returns trigger language plpgsql as $$
    declare
      is_missing boolean;
    begin
      execute format('select exists (select from (select distinct %1$s from written w) w
        where (%1$s) is not null and (select true from %2$I p where (%3$s) = (%1$s) for key share) is null)',
        tg_argv[2], tg_argv[1], tg_argv[3]) into is_missing;
      if is_missing then
        raise exception 'insert or update on table "%" violates foreign key constraint "%"', tg_table_name, tg_argv[0]
          using errcode = 'foreign_key_violation', constraint = tg_argv[0], table = tg_table_name;
      end if;
      return null;
    end $$;

    -- Arguments: the reference's name, the table that points here, its columns as c's, those of this table as p's. Nothing
    -- of a row that is gone may be pointed at, unless another row has its key by now.
    create function keep_parents() returns trigger language plpgsql as $$
    declare
      is_wanted boolean;
    begin
      execute format('select exists (select from %1$I c join (select ($1).*) p on (%2$s) = (%3$s))
        and not exists (select from %4$I p where (%3$s) = (select %3$s from (select ($1).*) p))',
        tg_argv[1], tg_argv[2], tg_argv[3], tg_table_name) into is_wanted using old;
      if is_wanted then
        raise exception 'update or delete on table "%" violates foreign key constraint "%" on table "%"',
          tg_table_name, tg_argv[0], tg_argv[1]
          using errcode = 'foreign_key_violation', constraint = tg_argv[0], table = tg_argv[1];
      end if;
      return null;
    end $$;

    ${REFERENCES.map(byStatement).join('\n')}
  `);
}

export async function down(db: Knex): Promise<void> {
  await db.raw(`
    ${REFERENCES.map(byRow).join('\n')}
    drop function require_parents();
    drop function keep_parents();
  `);
}

const nameOf = ({ child, own }: Reference): string => `${child}_${own.join('_')}_fkey`;
const of = (table: string, columns: readonly string[]): string => columns.map((name) => `${table}.${name}`).join(', ');

function byStatement(reference: Reference): string {
  const { child, own, parent, other } = reference;
  const name = nameOf(reference);
  const required = `execute function require_parents('${name}', '${parent}', '${of('w', own)}', '${of('p', other)}')`;
  return `
    alter table ${child} drop constraint ${name};
    create trigger ${name}_insert after insert on ${child} referencing new table as written for each statement ${required};
    create trigger ${name}_update after update on ${child} referencing new table as written for each statement ${required};
    create trigger ${name}_kept after delete or update of ${other.join(', ')} on ${parent}
      for each row execute function keep_parents('${name}', '${child}', '${of('c', own)}', '${of('p', other)}');`;
}

function byRow(reference: Reference): string {
  const { child, own, parent, other } = reference;
  const name = nameOf(reference);
  return `
    drop trigger ${name}_insert on ${child};
    drop trigger ${name}_update on ${child};
    drop trigger ${name}_kept on ${parent};
    alter table ${child} add constraint ${name} foreign key (${own.join(', ')}) references ${parent} (${other.join(', ')});`;
}
