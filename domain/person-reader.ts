import type { EmploymentFacts, JsonRecord, JsonValue } from './employee.js';
import { standing, type EligibilityOptions, type Standing } from './eligibility.js';
import type { Mapping } from './mapping.js';
import { canonicalEmail, EMPLOYEE_ID, MEMBER_FIELDS, memberField, type MemberFieldKind } from './member.js';
import { compileFrom, parseFrom } from './paths.js';
import { shown, type Problem } from './problem.js';
import { canonicalText, type SegmentRule } from './segment.js';
import {
  LONGEST_KEY,
  readDate,
  readEmail,
  readKey,
  readMonthDay,
  readText,
  UNKEEPABLE,
  type DateReading,
  type Read,
} from './values.js';

/**
 * One mapping compiled into a reader that turns a provider's record into a person ready to be staged. Compiled once a
 * run: checking each person with a schema library costs six times as much (docs/performance.md).
 */
export interface ReadPerson {
  readonly personId: string;
  readonly standing: Standing | 'error';
  readonly employeeId: string | null;
  readonly syncKey: string | null;
  /** The canonical address, for comparing. */
  readonly emailKey: string | null;
  readonly endsOn: string | null;
  readonly role: string | null;
  /** In the order of MEMBER_FIELDS. */
  readonly values: readonly (string | null)[];
  readonly custom: Readonly<Record<string, string>> | null;
  /** Canonical text of the field the segment's rule is about. */
  readonly segmentValue: string | null;
  readonly problems: readonly Problem[];
}

export interface ReaderOptions extends EligibilityOptions, DateReading {
  readonly mapping: Mapping;
  readonly rule: SegmentRule | null;
  readonly employeeIdFrom: string;
  readonly roles: readonly string[];
}

type ReadOne = (response: JsonRecord, problems: Problem[]) => string | null;

/** Records without the vendor's id of the person cannot be told apart; they become error rows under this name. */
export const NAMELESS = 'no-id';

export function compileReader(
  options: ReaderOptions,
): (record: JsonRecord, facts: EmploymentFacts, place: string) => ReadPerson {
  const { mapping } = options;
  const mapped = new Map(mapping.fields.map((field) => [field.member as string, field.from]));
  const employeeId = valueReader(EMPLOYEE_ID, 'key', mapped.get(EMPLOYEE_ID) ?? options.employeeIdFrom, options);
  const fields = MEMBER_FIELDS.map((field) => {
    const from = mapped.get(field.id);
    return from === undefined ? null : valueReader(field.id, field.kind, from, options);
  });
  const customs = mapping.custom.map((field) => ({
    name: field.name,
    read: valueReader(`custom.${field.name}`, field.unique ? 'key' : 'text', field.from, options),
  }));
  const emailAt = MEMBER_FIELDS.findIndex((field) => field.id === 'email');
  const usernameAt = MEMBER_FIELDS.findIndex((field) => field.id === 'username');
  const readRole = roleReader(options);
  const readStatus = statusReader(options);
  const readSegment = segmentReader(options);

  return (record, given, place) => {
    const problems: Problem[] = [];
    const facts = readStatus(record, given, problems);
    const known = isUsableId(facts.personId);
    const where = known ? standing(facts, options) : 'error';
    const personId = known ? facts.personId : `${NAMELESS}:${place}`;
    if (!known) problems.push(facts.unusable === undefined ? missingId() : unusable(facts.unusable));
    // A leaver's record is often reduced: the key is all that is read of it, so that it cannot become an error.
    const reduced = where === 'left' || where === 'unknown';
    const id = employeeId(record, reduced ? [] : problems);
    const values = fields.map((read) => (read === null || reduced ? null : read(record, problems)));
    if (!reduced) {
      values[usernameAt] ??= values[emailAt] ?? null;
      if (where === 'employed' && values[emailAt] == null && !problems.some((problem) => problem.field === 'email')) {
        problems.push(missingEmail(mapped.get('email') ?? ''));
      }
    }
    const custom = reduced ? null : readCustom(customs, record, problems);
    const email = values[emailAt] ?? null;
    const syncKey = chooseSyncKey(mapping.syncKey, id, email, custom);
    if (where === 'employed' && syncKey === null && !problems.some((problem) => problem.severity === 'error')) {
      problems.push(missingKey(mapping.syncKey));
    }
    const role = reduced ? null : readRole(record, problems);
    addUnreadableDates(facts, problems);
    if (facts.place !== undefined) locate(problems, facts.place);
    const failed = where !== 'left' && where !== 'unknown' && problems.some((problem) => problem.severity === 'error');
    return {
      personId,
      standing: failed ? 'error' : where,
      employeeId: id,
      syncKey,
      emailKey: email === null ? null : canonicalEmail(email),
      endsOn: facts.endsOn,
      role,
      values,
      custom,
      segmentValue: reduced ? null : readSegment(record, values, custom),
      problems,
    };
  };
}

function valueReader(field: string, kind: MemberFieldKind | 'key', from: string, reading: DateReading): ReadOne {
  const parsed = parseFrom(from);
  if (!parsed.ok) throw new Error(`The mapping of ${field} cannot be compiled: ${parsed.detail}`);
  const read = compileFrom(parsed.from);
  const convert = converter(kind, reading);
  return (response, problems) => {
    const received = read(response);
    const result = convert(received);
    if (result.ok) return result.value;
    problems.push({
      severity: 'error',
      code: 'value-unreadable',
      field,
      // A birthday that cannot be read may still tell the year: only its form is shown.
      received: kind === 'month-day' ? (shown(received)?.replace(/\d/g, '0') ?? null) : shown(received),
      allowed: result.allowed,
      detail: `The value for "${field}" cannot be used: it must be ${result.allowed}.`,
      fixedBy: 'hr',
    });
    return null;
  };
}

function converter(kind: MemberFieldKind | 'key', reading: DateReading): (value: JsonValue) => Read<string | null> {
  if (kind === 'key') return readKey;
  if (kind === 'email') return readEmail;
  if (kind === 'date') return (value) => readDate(value, reading);
  if (kind === 'month-day') return (value) => readMonthDay(value, reading);
  return readText;
}

function readCustom(
  customs: readonly { name: string; read: ReadOne }[],
  record: JsonRecord,
  problems: Problem[],
): Record<string, string> | null {
  if (customs.length === 0) return null;
  const custom: Record<string, string> = {};
  for (const field of customs) {
    const value = field.read(record, problems);
    if (value !== null) custom[field.name] = value;
  }
  return custom;
}

function roleReader({ mapping, roles }: ReaderOptions): ReadOne {
  const role = mapping.role;
  if (role === undefined || 'fixed' in role) {
    const fixed = role?.fixed ?? roles[0] ?? null;
    return () => fixed;
  }
  const read = valueReader('role', 'text', role.from, { dateFormat: null, zone: 'utc' });
  const byName = new Map(roles.map((name) => [canonicalText(name), name]));
  return (record, problems) => {
    const given = read(record, problems);
    if (given === null) return roles[0] ?? null;
    const known = byName.get(canonicalText(given));
    if (known !== undefined) return known;
    problems.push({
      severity: 'error',
      code: 'role-unknown',
      field: 'role',
      received: shown(given),
      allowed: roles.join(', '),
      detail: `The role is not one of the programme's: ${roles.join(', ')}.`,
      fixedBy: 'admin',
    });
    return null;
  };
}

/** With a mapped status the vendor's own word decides; without one, what the provider read stays. */
function statusReader({ mapping }: ReaderOptions) {
  const status = mapping.status;
  const words = new Map<string, 'employed' | 'left'>();
  for (const word of status?.employed ?? []) words.set(canonicalText(word), 'employed');
  for (const word of status?.left ?? []) words.set(canonicalText(word), 'left');
  const read =
    status === undefined ? null : valueReader('status', 'text', status.from, { dateFormat: null, zone: 'utc' });
  return (record: JsonRecord, facts: EmploymentFacts, problems: Problem[]): EmploymentFacts => {
    if (read !== null && facts.status !== 'left' && facts.unusable === undefined) {
      const given = read(record, []);
      const known = given === null ? undefined : words.get(canonicalText(given));
      const decided = { ...facts, status: known ?? 'unknown' } as const;
      if (known === undefined) problems.push(unknownStatus(given));
      return decided;
    }
    if (facts.status === 'unknown' && facts.unusable === undefined) problems.push(unknownStatus(null));
    return facts;
  };
}

function segmentReader({ rule, ...options }: ReaderOptions) {
  if (rule === null) return () => null;
  const at = MEMBER_FIELDS.findIndex((field) => field.id === rule.field);
  if (at >= 0) return (_: JsonRecord, values: readonly (string | null)[]) => canonicalOrNull(values[at] ?? null);
  const customName = /^custom\.(\w+)$/.exec(rule.field)?.[1];
  if (customName !== undefined) {
    return (_: JsonRecord, __: readonly (string | null)[], custom: Readonly<Record<string, string>> | null) =>
      canonicalOrNull(ownValue(custom, customName));
  }
  const read = valueReader('segment', 'text', rule.field, options);
  return (record: JsonRecord) => canonicalOrNull(read(record, []));
}

function canonicalOrNull(text: string | null): string | null {
  return text === null ? null : canonicalText(text);
}

function chooseSyncKey(
  syncKey: string,
  employeeId: string | null,
  email: string | null,
  custom: Readonly<Record<string, string>> | null,
): string | null {
  if (syncKey === EMPLOYEE_ID) return employeeId;
  if (syncKey === 'email') return email === null ? null : canonicalEmail(email);
  return ownValue(custom, syncKey.slice('custom.'.length));
}

/** A custom field may be called "constructor". */
function ownValue(custom: Readonly<Record<string, string>> | null, name: string): string | null {
  return custom !== null && Object.hasOwn(custom, name) ? (custom[name] ?? null) : null;
}

function isUsableId(id: string | null): id is string {
  return id !== null && id !== '' && id.length <= LONGEST_KEY && !UNKEEPABLE.test(id);
}

function addUnreadableDates(facts: EmploymentFacts, problems: Problem[]): void {
  for (const { field, received } of facts.unreadable ?? []) {
    problems.push({
      severity: 'warning',
      code: 'date-unreadable',
      field,
      received: shown(received),
      allowed: 'a date like 2026-03-31',
      detail: `The HR system's "${field}" is not a date and was not considered.`,
      fixedBy: 'hr',
    });
  }
}

function missingId(): Problem {
  return {
    severity: 'error',
    code: 'no-person-id',
    field: EMPLOYEE_ID,
    received: null,
    allowed: "the HR system's own id of the person",
    detail: 'The record has no id of the person, so it cannot be told whom it describes.',
    fixedBy: 'provider',
  };
}

function unusable({ detail, allowed }: NonNullable<EmploymentFacts['unusable']>): Problem {
  return { severity: 'error', code: 'record-unusable', field: null, received: null, allowed, detail, fixedBy: 'hr' };
}

/** Whoever mends a file has to find the record first. */
function locate(problems: Problem[], place: string): void {
  for (const [at, problem] of problems.entries()) {
    problems[at] = { ...problem, detail: `${place}: ${problem.detail}` };
  }
}

function missingEmail(from: string): Problem {
  return {
    severity: 'error',
    code: 'no-email',
    field: 'email',
    received: null,
    allowed: 'one e-mail address like ada.park@acme.example',
    detail: `The person has no e-mail address in ${from}; an account needs one.`,
    fixedBy: 'hr',
  };
}

function missingKey(syncKey: string): Problem {
  return {
    severity: 'error',
    code: 'no-sync-key',
    field: syncKey,
    received: null,
    allowed: `a value in ${memberField(syncKey)?.label ?? syncKey}`,
    detail: `The person has no value in "${syncKey}", which identifies members of this integration.`,
    fixedBy: 'hr',
  };
}

function unknownStatus(received: string | null): Problem {
  return {
    severity: 'warning',
    code: 'status-unknown',
    field: 'status',
    received: shown(received),
    allowed: 'a status that the mapping names as employed or left',
    detail: 'The employment status is not known, so the person was left exactly as they are.',
    fixedBy: 'admin',
  };
}
