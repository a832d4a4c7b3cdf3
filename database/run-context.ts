import type { LiveSettings } from '../domain/configuration.js';
import { clearedFields, findConfiguration, findIntegration, type Configuration } from './integrations.js';
import type { OnlyPeople } from './some-people.js';
import type { Transaction } from './transaction.js';

/** All that the phases of a run need to know besides its people; pinned by the run: its instant and configuration. */
export interface RunContext {
  readonly import: string;
  readonly kind: string;
  /** It shows what would be and changes nothing. */
  readonly isReview: boolean;
  readonly requestKey: string | null;
  readonly trigger: string;
  readonly programme: string;
  readonly integration: string;
  readonly provider: string;
  readonly name: string;
  /** The calendar date of the run's one instant, in the data's time zone. */
  readonly today: string;
  readonly dataTimeZone: string;
  /** The same instant's date where the programme lives: close-down counts from it. */
  readonly programmeToday: string;
  readonly graceDays: number;
  readonly roles: readonly string[];
  readonly live: LiveSettings;
  readonly configuration: Configuration;
  readonly cleared: { readonly fields: readonly string[]; readonly custom: readonly string[] };
  /** Mapped fields that the HR system gives nobody any more, once the segment has looked. */
  readonly lost: readonly string[];
  readonly membersBefore: number;
  /** What is done with what was staged: MAPPED, SEGMENTED, or 0. */
  readonly mappedThrough: number;
  /** The last ordinal that was provisioned; null: nothing yet. */
  readonly appliedThrough: number | null;
  readonly credential: string | null;
  /** Null: everybody. */
  readonly only: OnlyPeople | null;
  /** The run whose changes it puts back. */
  readonly undo: Undoing | null;
  /** More people would be invited than the limit allows: they wait for a decision, with an account. */
  readonly invitationsHeld: boolean;
  /** A review with a segment of its own, and nothing else of its own. */
  readonly asksWhatIf: boolean;
}

export interface Undoing {
  readonly import: string;
  /** Null: all of its changes. */
  readonly only: 'removals' | null;
}

interface Row {
  integration_id: string;
  kind: string;
  lane: 'write' | 'review';
  undoes: string | null;
  invitations_held: boolean;
  undoes_only: 'removals' | null;
  trigger: string;
  config_id: string;
  request_key: string | null;
  as_of: Date;
  lost_fields: string[];
  members_before: number;
  mapped_through: number;
  applied_through: number | null;
  only_people: OnlyPeople | null;
  time_zone: string;
  grace_days: number;
  roles: string[];
}

/** Records have become people. */
export const MAPPED = 1;
/** The segment has judged them. */
export const SEGMENTED = 2;

export async function loadRun(trx: Transaction, importId: string): Promise<RunContext> {
  const row = await trx('import_runs')
    .join('programmes', 'programmes.id', 'import_runs.programme_id')
    .where('import_runs.id', importId)
    .first<Row | undefined>('import_runs.*', 'programmes.time_zone', 'programmes.grace_days', 'programmes.roles');
  if (row === undefined) throw new Error(`There is no import ${importId} in this programme.`);
  const integration = await findIntegration(trx, row.integration_id);
  if (integration === null) throw new Error(`The import ${importId} belongs to no integration.`);
  const configuration = await findConfiguration(trx, row.config_id);
  const dataTimeZone = configuration.setup.dataTimeZone ?? row.time_zone;
  return {
    import: importId,
    kind: row.kind,
    isReview: row.lane === 'review',
    requestKey: row.request_key,
    trigger: row.trigger,
    programme: integration.programme,
    integration: integration.id,
    provider: integration.provider,
    name: integration.name,
    today: calendarDate(row.as_of, dataTimeZone),
    dataTimeZone,
    programmeToday: calendarDate(row.as_of, row.time_zone),
    graceDays: row.grace_days,
    roles: row.roles,
    live: integration.live,
    configuration,
    cleared: await clearedFields(trx, integration.id, configuration),
    lost: row.lost_fields,
    membersBefore: row.members_before,
    mappedThrough: row.mapped_through,
    appliedThrough: row.applied_through,
    credential: integration.credential,
    only: row.only_people,
    invitationsHeld: row.invitations_held,
    undo: row.undoes === null ? null : { import: row.undoes, only: row.undoes_only },
    asksWhatIf: row.kind === 'review' && (await asksWhatIf(trx, row)),
  };
}

async function asksWhatIf(trx: Transaction, { request_key: operation }: Row): Promise<boolean> {
  const asked = await trx('operations')
    .whereRaw('cast(id as text) = ?', [operation])
    .first<{ body: { mapping?: unknown; segment?: unknown } | null } | undefined>('body');
  return asked?.body?.segment !== undefined && asked.body.mapping === undefined;
}

/** The calendar date of an instant in a zone. */
function calendarDate(instant: Date, timeZone: string): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(
    instant,
  );
}
