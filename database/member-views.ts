import type { Knex } from 'knex';
import type { SaasUser } from '../domain/employee.js';
import { canonicalEmail, EMPLOYEE_ID, MEMBER_FIELDS, type MappableField, type MemberState } from '../domain/member.js';
import { MANAGER_OF } from './managers.js';
import type { Transaction } from './transaction.js';

/** Members as people see and search them; the writing side is the pipeline's. */
export type MemberRecord = Readonly<Record<MappableField, string | null>> & {
  readonly id: string;
  readonly integration: string | null;
  readonly state: MemberState;
  readonly role: string | null;
  readonly custom: Readonly<Record<string, string>>;
  readonly saasUser: SaasUser | null;
  readonly protected: boolean;
  /** The member whom `managerId` means. */
  readonly manager: string | null;
  readonly closeDown: { readonly reason: string; readonly startedOn: string; readonly endsOn: string } | null;
  readonly joinedAt: string;
};

/** Several values of one filter mean any of them; several filters mean all of them. */
export interface MemberFilter {
  readonly fields: readonly {
    readonly field: MappableField | 'role' | `custom.${string}`;
    readonly values: string[];
  }[];
  readonly integrations: readonly string[];
  readonly states: readonly MemberState[];
  readonly joinedWithinDays: number | null;
  readonly birthdayMonths: readonly number[];
  readonly search: string | null;
}

type MemberRow = Record<string, unknown> & {
  id: string;
  integration_id: string | null;
  employee_id: string | null;
  state: MemberState;
  role: string | null;
  custom: Record<string, string> | null;
  saas_user: SaasUser | null;
  protected: boolean;
  manager: string | null;
  close_down_reason: string | null;
  close_down_started_on: string | null;
  close_down_ends_on: string | null;
  joined_at: Date;
};

const mapper = {
  fromRow: (row: MemberRow): MemberRecord => ({
    ...standardFields(row),
    id: row.id,
    integration: row.integration_id,
    state: row.state,
    role: row.role,
    custom: row.custom ?? {},
    saasUser: row.saas_user,
    protected: row.protected,
    manager: row.manager,
    closeDown: closeDown(row),
    joinedAt: row.joined_at.toISOString(),
  }),
  column: columnOf,
};

/** The column of a standard field, or of `role`. */
export function columnOf(field: string): string {
  return field === EMPLOYEE_ID ? 'employee_id' : (MEMBER_FIELDS.find((known) => known.id === field)?.column ?? field);
}

/**
 * All that a search looks at as one text, a line for each: seven comparisons without case cost seven times as much. Who
 * has only a first and a last name is found by both together.
 */
const SEARCHED = `concat_ws(E'\\n', m.full_name, concat_ws(' ', m.first_name, m.last_name), m.preferred_name, m.email,
  nullif(m.username, m.email), m.employee_id)`;

export async function listMembers(
  trx: Transaction,
  filter: MemberFilter,
  page: { limit: number; after: string | null },
): Promise<{ items: MemberRecord[]; total: number }> {
  // Whoever matches is looked for once, by id alone, for page and total together.
  const found = matching(trx, filter).select('m.id');
  const { rows } = await trx.raw<{ rows: (MemberRow & { found_total: number })[] }>(
    `with found as materialized (?), page as (select id from found where id > ? order by id limit ?)
     select m.*, ?, (select count(*) from found) as found_total from page join members m on m.id = page.id order by m.id`,
    [found, page.after ?? FIRST_ID, page.limit, managerOf(trx)],
  );
  const total = rows[0]?.found_total ?? (page.after === null ? 0 : await countMembers(trx, filter));
  return { items: rows.map(mapper.fromRow), total };
}

/** Before every id. */
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** Without counting: for whoever reads page after page. */
export async function pageOfMembers(
  trx: Transaction,
  filter: MemberFilter,
  page: { limit: number; after: string | null },
): Promise<MemberRecord[]> {
  const query = matching(trx, filter).select('m.*', managerOf(trx)).orderBy('m.id').limit(page.limit);
  if (page.after !== null) void query.where('m.id', '>', page.after);
  return ((await query) as MemberRow[]).map(mapper.fromRow);
}

export async function countMembers(trx: Transaction, filter: MemberFilter): Promise<number> {
  const rows = await matching(trx, filter).count<{ count: number }[]>('* as count');
  return rows[0]?.count ?? 0;
}

export async function findMember(trx: Transaction, id: string): Promise<MemberRecord | null> {
  const row = await trx<MemberRow>('members as m').where({ id }).first<MemberRow | undefined>('m.*', managerOf(trx));
  return row === undefined ? null : mapper.fromRow(row);
}

const managerOf = (trx: Transaction) => trx.raw(`${MANAGER_OF} as manager`);

/** Whose a member is, and who they are there; null: there is no such member. */
export async function findLink(
  trx: Transaction,
  id: string,
): Promise<{ integration: string | null; person: string | null } | null> {
  const row = await trx('members')
    .where({ id })
    .first<{ integration: string | null; person: string | null } | undefined>({
      integration: 'integration_id',
      person: 'provider_person_id',
    });
  return row ?? null;
}

/** The version is raised, so a removal that was planned before loses against it and is planned anew. */
export async function protectMember(trx: Transaction, id: string, isProtected: boolean): Promise<void> {
  await trx('members')
    .where({ id })
    .whereNot({ protected: isProtected })
    .update({ protected: isProtected, version: trx.raw(`version + case when state = 'active' then 1 else 0 end`) });
}

/** Members as a query that more can be asked of. */
export function matching(trx: Transaction, filter: MemberFilter): Knex.QueryBuilder {
  const query = trx('members as m').whereIn('m.state', filter.states);
  for (const { field, values } of filter.fields) whereAnyOf(query, field, values);
  if (filter.integrations.length > 0) void query.whereIn('m.integration_id', filter.integrations);
  if (filter.joinedWithinDays !== null) {
    // In a subquery, which is evaluated once: the function reads a setting.
    void query.whereRaw("m.joined_at >= (select rollcall_now() - ? * interval '1 day')", [filter.joinedWithinDays]);
  }
  if (filter.birthdayMonths.length > 0) {
    const months = filter.birthdayMonths.map((month) => String(month).padStart(2, '0'));
    void query.whereRaw('left(m.birthday, 2) = any(?::text[])', [months]);
  }
  if (filter.search !== null) {
    const pattern = `%${filter.search.replace(/\s+/g, ' ').replace(/[\\%_]/g, '\\$&')}%`;
    void query.whereRaw(`lower(${SEARCHED}) like lower(?)`, [pattern]);
  }
  return query;
}

/** Text is compared trimmed and without case, as in a segment's rule. */
function whereAnyOf(query: Knex.QueryBuilder, field: string, values: readonly string[]): void {
  const wanted = values.map((value) => (field === 'email' ? canonicalEmail(value) : value.trim().toLowerCase()));
  const custom = /^custom\.(.+)$/.exec(field)?.[1];
  if (field === 'managerId') {
    // The text that the HR system gave, or the member whom it means.
    void query.where((any) => {
      void any.whereRaw('lower(m.manager_id) = any(?::text[])', [wanted]);
      void any.orWhereRaw(
        `(m.integration_id, m.manager_id) in
           (select integration_id, reference from manager_references where manager_id::text = any(?::text[]))
         and ${MANAGER_OF}::text = any(?::text[])`,
        [wanted, wanted],
      );
    });
  } else if (custom === undefined) {
    void query.whereRaw('lower(m.??::text) = any(?::text[])', [mapper.column(field), wanted]);
  } else {
    void query.whereRaw('lower(m.custom->>?) = any(?::text[])', [custom, wanted]);
  }
}

function standardFields(row: MemberRow): Record<MappableField, string | null> {
  const names = [EMPLOYEE_ID, ...MEMBER_FIELDS.map((field) => field.id)] as const;
  return Object.fromEntries(names.map((name) => [name, (row[mapper.column(name)] as string | null) ?? null])) as Record<
    MappableField,
    string | null
  >;
}

function closeDown(row: MemberRow): MemberRecord['closeDown'] {
  const { close_down_reason: reason, close_down_started_on: startedOn, close_down_ends_on: endsOn } = row;
  return reason === null || startedOn === null || endsOn === null ? null : { reason, startedOn, endsOn };
}
