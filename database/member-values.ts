import { columnOf, matching, type MemberFilter } from './member-views.js';
import type { Transaction } from './transaction.js';

/** What members have in a field, with how many of them, for somebody who chooses what to filter by. */
export interface MemberValue {
  readonly value: string;
  /** Whom an id means, where the field holds one. */
  readonly label: string | null;
  readonly members: number;
}

const NAME = `coalesce(b.full_name, nullif(concat_ws(' ', b.first_name, b.last_name), ''), b.email)`;

/** The most frequent values first. @returns how many different ones there are besides. */
export async function listMemberValues(
  trx: Transaction,
  field: string,
  { filter, search, limit }: { filter: MemberFilter; search: string | null; limit: number },
): Promise<{ items: MemberValue[]; total: number }> {
  const values = matching(trx, filter);
  const custom = /^custom\.(.+)$/.exec(field)?.[1];
  if (field === 'managerId') {
    void values
      .joinRaw(
        `join manager_references g on g.integration_id = m.integration_id and g.reference = m.manager_id and g.manager_id <> m.id`,
      )
      .join('members as b', 'b.id', 'g.manager_id')
      .select(trx.raw(`b.id::text as value, ${NAME} as label`));
  } else if (custom === undefined) {
    void values.select(trx.raw('m.??::text as value, null::text as label', [columnOf(field)]));
  } else {
    void values.select(trx.raw('m.custom->>? as value, null::text as label', [custom]));
  }
  const pattern = search === null ? null : `%${search.replace(/[\\%_]/g, '\\$&')}%`;
  const { rows } = await trx.raw<{ rows: (MemberValue & { total: number })[] }>(
    `with grouped as (select v.value, v.label, count(*) as members from (${values.toQuery()}) v where v.value is not null group by 1, 2)
     select value, label, members, count(*) over () as total from grouped
     where cast(:pattern as text) is null or coalesce(label, value) ilike :pattern
     order by members desc, coalesce(label, value), value limit :limit`,
    { pattern, limit },
  );
  const items = rows.map(({ value, label, members }) => ({ value, label, members }));
  return { items, total: rows[0]?.total ?? 0 };
}

/** The names of the custom fields that anybody has. */
export async function customFieldNames(trx: Transaction): Promise<string[]> {
  const { rows } = await trx.raw<{ rows: { name: string }[] }>(
    `select distinct jsonb_object_keys(custom) as name from members where custom is not null and state <> 'deleted' order by 1`,
  );
  return rows.map(({ name }) => name);
}
