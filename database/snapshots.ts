import { EMPLOYEE_ID, MEMBER_FIELDS } from '../domain/member.js';
import { fieldsOf } from '../domain/segment.js';
import { findConfiguration, type Configuration } from './integrations.js';
import { peopleTable } from './staging.js';
import type { Transaction } from './transaction.js';

/**
 * The people of an integration as the last run saw them that had the proof of having seen everybody: what questions
 * about the directory are answered from, without asking the HR system. At most eight days old; of people outside the
 * segment it holds what the rule uses, and nothing else.
 */
export interface Snapshot {
  readonly import: string;
  readonly at: Date;
  /** The table of its people. */
  readonly people: string;
  readonly configuration: Configuration;
  /** Is there anybody of whom only the rule's fields are known? */
  readonly hasOutside: boolean;
}

const KEPT_DAYS = 8;
/** Of somebody outside: who it is, where they stand and what the rule looked at. */
const HIDDEN_OUTSIDE = [
  'sync_key',
  'email_key',
  'role',
  'custom',
  'saas_user',
  'problems',
  ...MEMBER_FIELDS.map(({ column }) => column),
];

/** A run that has ended: its people become the snapshot if it saw everybody, else they are gone. */
export async function retireStaging(trx: Transaction, integration: string, importId: string): Promise<void> {
  const kept = await trx('import_runs')
    .where({ id: importId, proof: 'proven', from_snapshot: false })
    .whereIn('kind', ['import', 'review'])
    .whereIn('state', ['completed', 'completed-with-errors', 'waiting-for-approval'])
    .first<{ config_id: string } | undefined>('config_id');
  if (kept === undefined) return dropStaging(trx, importId);
  await dropSnapshot(trx, integration);
  await trx.raw(
    `update ${peopleTable(importId)} set ${HIDDEN_OUTSIDE.map((column) => `${column} = null`).join(', ')} where outside`,
  );
  await trx('integrations')
    .where({ id: integration })
    .update({ snapshot_import: importId, snapshot_config: kept.config_id, snapshot_at: trx.raw('rollcall_now()') });
}

async function dropStaging(trx: Transaction, importId: string): Promise<void> {
  await trx.raw('call drop_staging(?)', [importId]);
}

export async function dropSnapshot(trx: Transaction, integration: string): Promise<void> {
  const before = await trx('integrations')
    .where({ id: integration })
    .whereNotNull('snapshot_import')
    .first<{ snapshot_import: string } | undefined>('snapshot_import');
  if (before === undefined) return;
  await dropStaging(trx, before.snapshot_import);
  await trx('integrations')
    .where({ id: integration })
    .update({ snapshot_import: null, snapshot_config: null, snapshot_at: null });
}

/** In a sweep of one programme, which has locked its integrations. */
export async function dropOldSnapshots(trx: Transaction): Promise<void> {
  const old = await trx('integrations')
    .whereRaw(`snapshot_at <= rollcall_now() - ? * interval '1 day'`, [KEPT_DAYS])
    .select<{ id: string }[]>('id');
  for (const { id } of old) await dropSnapshot(trx, id);
}

export async function findSnapshot(trx: Transaction, integration: string): Promise<Snapshot | null> {
  const row = await trx('integrations')
    .where({ id: integration })
    .whereNotNull('snapshot_import')
    // Shared, so that no ending run drops the table while it is being read.
    .forShare()
    .first<{ snapshot_import: string; snapshot_config: string; snapshot_at: Date } | undefined>(
      'snapshot_import',
      'snapshot_config',
      'snapshot_at',
    );
  if (row === undefined) return null;
  const people = peopleTable(row.snapshot_import);
  const outside: unknown = await trx(people).where({ outside: true }).first(trx.raw('1'));
  return {
    import: row.snapshot_import,
    at: row.snapshot_at,
    people,
    configuration: await findConfiguration(trx, row.snapshot_config),
    hasOutside: outside !== undefined,
  };
}

/** SQL over a row `s` for the text that a field holds; null: the snapshot does not have it of everybody. */
function expressionOf({ configuration, hasOutside }: Snapshot, field: string): string | null {
  const { mapping, segment } = configuration;
  const ofRule = fieldsOf(segment.rule).indexOf(field);
  if (ofRule >= 0) return `s.segment_values[${ofRule + 1}]`;
  if (field === EMPLOYEE_ID) return 's.employee_id';
  if (hasOutside || mapping === null) return null;
  const mapped = MEMBER_FIELDS.find(
    ({ id }) => id === field || mapping.fields.some(({ member, from }) => member === id && from === field),
  );
  if (mapped !== undefined) {
    const isThere = mapped.id === 'username' || mapping.fields.some(({ member }) => member === mapped.id);
    return isThere ? `s.${mapped.column}::text` : null;
  }
  const custom = mapping.custom.find(({ name, from }) => `custom.${name}` === field || from === field);
  // The name has letters and digits only.
  return custom === undefined ? null : `s.custom->>'${custom.name}'`;
}

/** Fields of the rule that the snapshot does not have of everybody. */
export const fieldsLacking = (snapshot: Snapshot, fields: readonly string[]): string[] =>
  fields.filter((field) => expressionOf(snapshot, field) === null);

/** SQL over a row `s` for each of some fields, all of which the snapshot has. */
export const expressionsOf = (snapshot: Snapshot, fields: readonly string[]): string[] =>
  fields.map((field) => expressionOf(snapshot, field) ?? 'null');

export interface Group {
  /** In the order of the fields that were asked for. */
  readonly values: readonly (string | null)[];
  /** Employed people with these values. */
  readonly people: number;
  /** Of these, whoever has an active account of the integration that a run may close. */
  readonly members: number;
}

/** The employed, grouped by what they have in some fields, all of which the snapshot has. */
export async function groupsOf(
  trx: Transaction,
  integration: string,
  snapshot: Snapshot,
  fields: readonly string[],
): Promise<Group[]> {
  const values = `cast(array[${expressionsOf(snapshot, fields).join(', ')}] as text[])`;
  const { rows } = await trx.raw<{ rows: Group[] }>(
    `select ${values} as values, count(*)::int as people, count(m.id)::int as members
     from ${snapshot.people} s
     left join members m on m.integration_id = :integration and m.provider_person_id = s.provider_person_id
       and m.state = 'active' and not m.protected
     where s.standing = 'employed' group by 1`,
    { integration },
  );
  return rows;
}

export interface SamplePerson {
  readonly employeeId: string | null;
  readonly name: string | null;
  readonly email: string | null;
}

interface Sample {
  readonly fields: readonly string[];
  readonly groups: readonly Group[];
  /** Members with an active account that a run may close, or everybody. */
  readonly only: 'members' | 'people';
  readonly limit: number;
}

/** Some of the employed of these groups by name; of whoever is no member, as far as the snapshot has it. */
export async function somePeopleOf(
  trx: Transaction,
  integration: string,
  snapshot: Snapshot,
  { fields, groups, only, limit }: Sample,
): Promise<SamplePerson[]> {
  // Each group has somebody, so more groups than names are not looked into.
  const wanted = groups.filter((group) => only === 'people' || group.members > 0).slice(0, limit);
  if (wanted.length === 0) return [];
  const values = `cast(array[${expressionsOf(snapshot, fields).join(', ')}] as text[])`;
  const name = (of: string) =>
    `coalesce(nullif(${of}.full_name, ''), nullif(concat_ws(' ', ${of}.first_name, ${of}.last_name), ''))`;
  const { rows } = await trx.raw<{ rows: SamplePerson[] }>(
    `select s.employee_id as "employeeId", coalesce(${name('s')}, ${name('m')}) as name, coalesce(s.email, m.email) as email
     from ${snapshot.people} s
     ${only === 'members' ? 'join' : 'left join'} members m on m.integration_id = :integration
       and m.provider_person_id = s.provider_person_id and m.state = 'active' and not m.protected
     where s.standing = 'employed' and to_jsonb(${values}) in (select value from jsonb_array_elements(cast(:wanted as jsonb)))
     order by name nulls last, s.employee_id limit :limit`,
    { integration, wanted: JSON.stringify(wanted.map((group) => group.values)), limit },
  );
  return rows;
}

export interface SnapshotPerson {
  readonly standing: string;
  readonly outside: boolean;
  readonly endsOn: string | null;
  readonly employeeId: string | null;
  readonly segmentValues: readonly (string | null)[] | null;
  readonly fields: Readonly<Record<string, string>>;
}

/** One person by the vendor's own id or, where that is not known, by the employee ID. */
export async function findSnapshotPerson(
  trx: Transaction,
  snapshot: Snapshot,
  by: { readonly person: string } | { readonly employeeId: string },
): Promise<(SnapshotPerson & { readonly person: string }) | null> {
  const where = 'person' in by ? { provider_person_id: by.person } : { employee_id: by.employeeId };
  const row = await trx(snapshot.people).where(where).first<Record<string, unknown> | undefined>();
  if (row === undefined) return null;
  const fields = MEMBER_FIELDS.flatMap(({ id, column }) => {
    const value = row[column];
    return typeof value === 'string' ? [[id, value] as const] : [];
  });
  const custom = Object.entries((row.custom ?? {}) as Record<string, string>);
  return {
    person: row.provider_person_id as string,
    standing: row.standing as string,
    outside: row.outside as boolean,
    endsOn: row.ends_on as string | null,
    employeeId: row.employee_id as string | null,
    segmentValues: row.segment_values as (string | null)[] | null,
    fields: Object.fromEntries([...fields, ...custom.map(([name, value]) => [`custom.${name}`, value] as const)]),
  };
}
