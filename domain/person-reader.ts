import type { EmploymentFacts, JsonRecord, JsonValue } from './employee.js';
import { standing, type EligibilityOptions, type Standing } from './eligibility.js';
import type { Mapping } from './mapping.js';
import { canonicalEmail, EMPLOYEE_ID, MEMBER_FIELDS, type MemberFieldKind } from './member.js';
import { compileFrom, parseFrom } from './paths.js';
import {
  addUnreadableDates,
  locate,
  missingEmail,
  missingId,
  missingKey,
  unknownStatus,
  unusable,
} from './person-problems.js';
import { shown, type Problem } from './problem.js';
import { canonicalText, compileRule, CUSTOM, fieldsOf, type SegmentRule } from './segment.js';
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
  /** Does the segment's rule exclude the person? */
  readonly outside: boolean;
  /** What the rule's fields held, in their order; null without a rule. */
  readonly segmentValues: readonly (string | null)[] | null;
  readonly problems: readonly Problem[];
}

export interface ReaderOptions extends EligibilityOptions, DateReading {
  readonly mapping: Mapping;
  readonly rule: SegmentRule | null;
  readonly employeeIdFrom: string;
  readonly roles: readonly string[];
  /** Hears what was received for each member field that is a date. */
  readonly onDate?: (field: string, received: JsonValue) => void;
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
    if (from === undefined) return null;
    return valueReader(field.id, field.kind, from, options, isDate(field) ? options.onDate : undefined);
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
    values[usernameAt] ??= values[emailAt] ?? null;
    if (where === 'employed' && values[emailAt] == null && !problems.some((problem) => problem.field === 'email')) {
      problems.push(missingEmail(mapped.get('email') ?? ''));
    }
    const custom = reduced ? null : readCustom(customs, record, problems);
    const email = values[emailAt] ?? null;
    const syncKey = chooseSyncKey(mapping.syncKey, id, email, custom);
    // What cannot be read may be the key itself: one fault is told once.
    if (where === 'employed' && syncKey === null && problems.length === 0) problems.push(missingKey(mapping.syncKey));
    const role = reduced ? null : readRole(record, problems);
    const judged = reduced ? NOT_JUDGED : readSegment(record, { id, values, custom });
    addUnreadableDates(facts, problems);
    if (facts.place !== undefined) locate(problems, facts.place);
    const failed = problems.some((problem) => problem.severity === 'error');
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
      outside: judged.outside,
      segmentValues: judged.values,
      problems,
    };
  };
}

function valueReader(
  field: string,
  kind: MemberFieldKind | 'key',
  from: string,
  reading: DateReading,
  listen?: ReaderOptions['onDate'],
): ReadOne {
  const parsed = parseFrom(from);
  if (!parsed.ok) throw new Error(`The mapping of ${field} cannot be compiled: ${parsed.detail}`);
  const read = compileFrom(parsed.from);
  const convert = converter(kind, reading);
  return (response, problems) => {
    const received = read(response);
    listen?.(field, received);
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

const isDate = ({ kind }: { readonly kind: MemberFieldKind }): boolean => kind === 'date' || kind === 'month-day';

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

interface Judged {
  readonly outside: boolean;
  readonly values: readonly (string | null)[] | null;
}
const NOT_JUDGED: Judged = { outside: false, values: null };

interface Mapped {
  readonly id: string | null;
  readonly values: readonly (string | null)[];
  readonly custom: Readonly<Record<string, string>> | null;
}

function segmentReader({ rule, ...options }: ReaderOptions): (record: JsonRecord, mapped: Mapped) => Judged {
  if (rule === null) return () => NOT_JUDGED;
  const readers = fieldsOf(rule).map((field) => fieldReader(field, options));
  const isInside = compileRule(rule, {
    today: options.today,
    readDate: (text) => {
      const date = readDate(text, options);
      return date.ok ? date.value : null;
    },
  });
  return (record, mapped) => {
    const values = readers.map((read) => read(record, mapped));
    return { outside: !isInside((field) => values[field] ?? null), values };
  };
}

/** What a rule compares: a value as it was mapped, or one that the mapping does not have. */
function fieldReader(field: string, reading: DateReading): (record: JsonRecord, mapped: Mapped) => string | null {
  if (field === EMPLOYEE_ID) return (_, { id }) => id;
  const at = MEMBER_FIELDS.findIndex(({ id }) => id === field);
  if (at >= 0) return (_, { values }) => values[at] ?? null;
  if (field.startsWith(CUSTOM)) return (_, { custom }) => ownValue(custom, field.slice(CUSTOM.length));
  const read = valueReader('segment', 'text', field, reading);
  return (record) => read(record, []);
}

function chooseSyncKey(
  syncKey: string,
  employeeId: string | null,
  email: string | null,
  custom: Readonly<Record<string, string>> | null,
): string | null {
  if (syncKey === EMPLOYEE_ID) return employeeId;
  if (syncKey === 'email') return email === null ? null : canonicalEmail(email);
  return ownValue(custom, syncKey.slice(CUSTOM.length));
}

/** A custom field may be called "constructor". */
function ownValue(custom: Readonly<Record<string, string>> | null, name: string): string | null {
  return custom !== null && Object.hasOwn(custom, name) ? (custom[name] ?? null) : null;
}

function isUsableId(id: string | null): id is string {
  return id !== null && id !== '' && id.length <= LONGEST_KEY && !UNKEEPABLE.test(id);
}
