import { isSensitive } from '../../domain/privacy.js';
import { readDate } from '../../domain/values.js';
import { DateReader, idText, isObject, monthAndDay, plainFields, plainObject, plainValue } from '../record.js';
import type { EmploymentFacts, JsonRecord, JsonValue } from '../../domain/employee.js';

export const PEOPLE = 'people';

/**
 * What may leave this provider. Pay, medical conditions, work rights, emergency contacts, gender and home addresses
 * come along unasked and end here.
 */
const PERSON = [
  'id',
  'title',
  'firstName',
  'middleName',
  'lastName',
  'preferredName',
  'displayName',
  'employeeNumber',
  'autoIncrementIntellihrId',
  'employmentStatus',
  'isSupervisor',
] as const;
const PRIMARY_ADDRESS = ['email'] as const;
const ADDRESS = ['email', 'isPrimary', 'isPersonal'] as const;
const EMPLOYMENT = ['jobStatus', 'companyStartDate', 'companyEndDate', 'isEndDateConfirmed'] as const;
const JOB = [
  'id',
  'name',
  'workClass',
  'workType',
  'jobStatus',
  'isPrimaryJob',
  'companyStartDate',
  'positionStartDate',
  'companyEndDate',
  'isEndDateConfirmed',
] as const;
/** Objects with a name and a code of the customer's own. */
const JOB_PLACES = ['positionTitle', 'location', 'businessUnit', 'businessEntity'] as const;
const PLACE = ['name', 'code'] as const;
const SUPERVISOR = ['id'] as const;
const PAST = 'Past Job';
const DAY_MS = 86_400_000;

const STATUSES: Readonly<Record<string, EmploymentFacts['status']>> = {
  'Current Staff': 'employed',
  'Exiting Staff': 'employed',
  'Upcoming Staff': 'employed',
  'Returning Staff': 'employed',
  'Past Staff': 'left',
};

/** Which custom fields may be read: all but those that their owner marks as sensitive. */
export type MayRead = (apiName: string) => boolean;

/**
 * One person with the job that describes them, `job`, and the dates of all of them, `employments`.
 *
 * @param details the person's jobs as the list of jobs has them.
 * @param mayRead null: custom fields are not wanted.
 */
export function filterRecord(raw: JsonRecord, details: readonly JsonRecord[], mayRead: MayRead | null): JsonRecord {
  const jobs = jobsOf(raw, details);
  // Assigned one by one, since spreading each of a million people costs more than choosing their fields.
  const kept = plainFields(raw, PERSON);
  const birthday = monthAndDay(raw.dateOfBirth);
  if (birthday !== undefined) kept.dateOfBirth = birthday;
  kept.primaryEmailAddress = plainObject(raw.primaryEmailAddress, PRIMARY_ADDRESS);
  kept.emailAddresses = listOf(raw.emailAddresses).map((address) => plainFields(address, ADDRESS));
  kept.job = jobs[0] ?? null;
  kept.employments = jobs.map((job) => plainFields(job, EMPLOYMENT));
  if (mayRead !== null) kept.customFields = customFields(raw.customFields, mayRead);
  return kept;
}

/** The ids of the jobs that are not over: their details have to be known. */
export function liveJobs(raw: JsonRecord): readonly string[] {
  return listOf(raw.jobs)
    .filter((job) => job.jobStatus !== PAST)
    .flatMap((job) => (typeof job.id === 'string' ? [job.id] : []));
}

/** The primary job of those that go on first, or of those that are over where none does. */
function jobsOf(raw: JsonRecord, details: readonly JsonRecord[]): JsonRecord[] {
  const all = listOf(raw.jobs).map((job) => filterJob(details.find(({ id }) => id === job.id) ?? withoutDetails(job)));
  // Nearly everybody has one job.
  if (all.length < 2) return all;
  const live = all.filter((job) => job.jobStatus !== PAST);
  return (live.length > 0 ? live : all).sort((one, other) => rank(one) - rank(other));
}

const rank = (job: JsonRecord): number => (job.isPrimaryJob === true ? 0 : 1);

/** A job that is over may be missing in the list of jobs; its dates have other names in the list of people. */
const withoutDetails = (job: JsonRecord): JsonRecord => ({
  ...job,
  companyStartDate: job.startDate,
  companyEndDate: job.endDate,
});

function filterJob(raw: JsonRecord): JsonRecord {
  const kept = plainFields(raw, JOB);
  for (const name of JOB_PLACES) if (name in raw) kept[name] = plainObject(raw[name], PLACE);
  if ('supervisorPerson' in raw) kept.supervisorPerson = plainObject(raw.supervisorPerson, SUPERVISOR);
  return kept;
}

/** By their label; of two with one label the first by `apiName` has it, the other is `label (apiName)`. */
function customFields(fields: JsonValue | undefined, mayRead: MayRead): JsonRecord {
  if (!isObject(fields)) return {};
  const byLabel = new Map<string, JsonValue>();
  for (const apiName of Object.keys(fields).sort()) {
    const field = fields[apiName];
    if (!isObject(field)) continue;
    const label = typeof field.name === 'string' && field.name.trim() !== '' ? field.name.trim() : apiName;
    const value = customValue(field.value);
    if (value === undefined || !mayRead(apiName) || isSensitive(apiName) || isSensitive(label)) continue;
    byLabel.set(byLabel.has(label) ? `${label} (${apiName})` : label, value);
  }
  // fromEntries defines own properties, so a field called __proto__ is a field like any other.
  return Object.fromEntries(byLabel);
}

/** A choice is known by its label; lists of choices by theirs. People in a drop-down are dropped. */
function customValue(value: JsonValue | undefined): JsonValue | undefined {
  if (!isObject(value)) return plainValue(value);
  if ('labels' in value) return plainValue(value.labels);
  return 'label' in value ? plainValue(value.label) : undefined;
}

function listOf(value: JsonValue | undefined): readonly JsonRecord[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]).filter(isObject) : [];
}

/**
 * Several jobs may go on at once: employment begins with the first of them and ends when the last one has ended. The
 * vendor's end dates are exclusive, and one that is not confirmed may still change.
 */
export function readEmployment(record: JsonRecord, _list: string, zone: string): EmploymentFacts {
  const dates = new DateReader();
  const day = (field: string, value: JsonValue | undefined) =>
    dates.read(field, value, (text) => {
      const date = readDate(text, { dateFormat: null, zone });
      return date.ok ? date.value : null;
    });
  const jobs = listOf(record.employments);
  const starts = jobs.flatMap((job) => day('job.companyStartDate', job.companyStartDate) ?? []);
  const ends = jobs.map((job) => (isFinal(job) ? day('job.companyEndDate', job.companyEndDate) : null));
  const status = typeof record.employmentStatus === 'string' ? STATUSES[record.employmentStatus] : undefined;
  const facts: EmploymentFacts = {
    personId: idText(record.id),
    status: status ?? 'unknown',
    startsOn: starts.sort()[0] ?? null,
    endsOn: lastDay(ends),
  };
  return dates.unreadable.length === 0 ? facts : { ...facts, unreadable: dates.unreadable };
}

const isFinal = (job: JsonRecord): boolean => job.jobStatus === PAST || job.isEndDateConfirmed !== false;

function lastDay(ends: readonly (string | null)[]): string | null {
  const known = ends.filter((end) => end !== null).sort();
  const latest = known.at(-1);
  if (latest === undefined || known.length < ends.length) return null;
  return new Date(Date.parse(`${latest}T00:00:00Z`) - DAY_MS).toISOString().slice(0, 10);
}
