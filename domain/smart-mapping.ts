import { describeForms } from './date-forms.js';
import { FIELD_NAMES, FILLERS } from './field-names.js';
import type { DiscoveredField } from './fields.js';
import { EMPLOYEE_ID, memberField, MEMBER_FIELDS, type MappableField, type MemberFieldId } from './member.js';
import { parseFrom } from './paths.js';
import { isSensitive } from './privacy.js';

/**
 * Proposals for a mapping, from the names of the fields and from their values. A proposal is never applied by itself:
 * the admin sees it with its confidence and reason. No field is proposed twice, and no sensitive one at all.
 */
export interface Suggestion {
  readonly member: MappableField;
  readonly from: string;
  readonly confidence: number;
  readonly reason: string;
}

const SAME_NAME = 0.98;
/** Surer than a name. */
const SAME_MANAGER = 0.99;
const SYNONYM = 0.92;
/** A name lower in the list of names is a weaker sign, by so much. */
const SYNONYM_STEP = 0.004;
const BY_VALUE = 0.6;
/** Only the end of a path has the name: `workAddress.city`. */
const PART_FACTOR = 0.97;
/** A field that is empty nearly everywhere is a weaker proposal than one that is filled. */
const EMPTY_FACTOR = 0.9;
/** One of several, such as the first of all addresses. */
const INDEX_FACTOR = 0.8;

const ONE_EMAIL = /^[^\s@,]+@[^\s@,]+\.[^\s@,]+$/;
const CALLED_EMAIL = /(^| )e ?mails?|mail( |$)|mailadress?e?|courriel|correo/;
const PRIVATE_EMAIL = /privat|private|personal|personnel|prive|perso|home|particular/;
/** A word for how somebody is employed, not for whether. */
const EMPLOYMENT_TYPE = /full|part|time|perm|contract|temp|intern|fix/i;
const EMPLOYMENT_STATUS = /^(in)?active$|staff|current/i;
const SALUTATION = /^(mr|mrs|ms|mx|miss|dr|prof|herr|frau)\.?$/i;
/** Says nothing without what stands before it. */
const NAME = 'name';

/** With what it may be called. */
interface NamedField extends DiscoveredField {
  readonly names: readonly string[];
}

interface Proposal extends Suggestion {
  readonly member: MemberFieldId;
}

export function suggestMapping(fields: readonly DiscoveredField[], employeeIdFrom: string): Suggestion[] {
  const first: Suggestion = {
    member: EMPLOYEE_ID,
    from: employeeIdFrom,
    confidence: 1,
    reason: "The HR system's own id of the person never changes.",
  };
  const usable = fields.filter((field) => !isSensitive(field.label) && fromOf(field) !== employeeIdFrom);
  const proposals = usable
    .map((field) => ({ ...field, names: namesOf(field) }))
    .flatMap((field) => MEMBER_FIELDS.flatMap(({ id, label }) => propose(field, id, label, employeeIdFrom) ?? []))
    .sort((one, other) => other.confidence - one.confidence);
  const chosen = new Map<MemberFieldId, Proposal>();
  const taken = new Set<string>();
  for (const proposal of proposals) {
    if (chosen.has(proposal.member) || taken.has(proposal.from)) continue;
    chosen.set(proposal.member, proposal);
    taken.add(proposal.from);
  }
  return [first, ...MEMBER_FIELDS.flatMap(({ id }) => chosen.get(id) ?? [])];
}

const namesFor = (member: MemberFieldId): readonly string[] => FIELD_NAMES.get(member) ?? [];

const fromOf = ({ path }: DiscoveredField): string => `{{${path}}}`;

function propose(field: NamedField, member: MemberFieldId, label: string, employeeIdFrom: string): Proposal | null {
  const found =
    member === 'email' || member === 'personalEmail'
      ? proposeEmail(field, member)
      : (proposeManager(field, member, employeeIdFrom) ?? proposeByName(field, member, label));
  if (found === null || !fits(field, member)) return null;
  const factor = (field.filled > 0 ? 1 : EMPTY_FACTOR) * (/\[\d+\]/.test(field.path) ? INDEX_FACTOR : 1);
  const confidence = Math.round(found.confidence * factor * 1000) / 1000;
  return { member, from: fromOf(field), confidence, reason: `${found.reason}${datesSaid(field, member)}` };
}

/** Which dates they are is told before the field is mapped: nothing fails later, it only is another day. */
function datesSaid({ dates }: DiscoveredField, member: MemberFieldId): string {
  const kind = memberField(member)?.kind;
  return dates === undefined || (kind !== 'date' && kind !== 'month-day') ? '' : ` ${describeForms(dates)}`;
}

type Found = Pick<Suggestion, 'confidence' | 'reason'>;

/** Of a manager's several ids the one that people are known by: `manager.remote_id` beside `remote_id`. */
function proposeManager({ path }: DiscoveredField, member: MemberFieldId, employeeIdFrom: string): Found | null {
  if (member !== 'managerId') return null;
  const steps = stepsOf(path);
  const id = stepsOf(employeeIdFrom.slice(2, -2)).at(-1);
  const who = plain(steps.slice(0, -1).join(' '));
  if (steps.at(-1) !== id || !namesFor('managerId').includes(`${who} id`)) return null;
  return { confidence: SAME_MANAGER, reason: 'It is the id of the manager that people are known by.' };
}

function proposeByName(field: NamedField, member: MemberFieldId, label: string): Found | null {
  const [whole = ''] = field.names;
  if (whole === plain(member) || whole === plain(label)) {
    return { confidence: SAME_NAME, reason: `Both are called "${field.label}".` };
  }
  const names = namesFor(member);
  const candidates = field.names.flatMap((name, at) => {
    const place = names.indexOf(name);
    return place < 0 ? [] : [(SYNONYM - place * SYNONYM_STEP) * (at === 0 ? 1 : PART_FACTOR)];
  });
  if (candidates.length === 0) return null;
  return { confidence: Math.max(...candidates), reason: `"${field.label}" is another word for "${label}".` };
}

/** An address is known by its values as well as by its name; whose it is only by its name. */
function proposeEmail(field: NamedField, member: 'email' | 'personalEmail'): Found | null {
  const [name = ''] = field.names;
  const isCalled = CALLED_EMAIL.test(name);
  const looks = ONE_EMAIL.test(field.samples[0] ?? '');
  const isPrivate = PRIVATE_EMAIL.test(name);
  if (isPrivate !== (member === 'personalEmail') || !(isCalled || looks)) return null;
  if (!isCalled) return { confidence: BY_VALUE, reason: 'Its values look like e-mail addresses.' };
  const reason = `"${field.label}" names an e-mail address${isPrivate ? ', a private one' : ''}.`;
  return { confidence: looks ? SAME_NAME : SYNONYM, reason };
}

/** What the values say against a name. */
function fits({ samples }: DiscoveredField, member: MemberFieldId): boolean {
  const [sample = ''] = samples;
  if (sample === '') return true;
  if (member === 'email' || member === 'personalEmail') return samples.every((one) => ONE_EMAIL.test(one));
  if (member === 'employmentType') return EMPLOYMENT_TYPE.test(sample) || !EMPLOYMENT_STATUS.test(sample);
  if (member === 'jobTitle') return !SALUTATION.test(sample);
  if (member === 'username') return !/\s/.test(sample);
  return member === 'managerId' || !ONE_EMAIL.test(sample);
}

/** The whole name first, then what the ends of its path are called. */
function namesOf({ path, label }: DiscoveredField): string[] {
  const steps = stepsOf(path).map(plain);
  const ends = steps.flatMap((step, from) => {
    const end = steps.slice(from + 1);
    // `department.name` is the department; `department.id` is not.
    if (end.at(-1) === NAME) return end.length === 1 ? [step] : [end.join(' '), [step, ...end.slice(0, -1)].join(' ')];
    return [end.join(' ')];
  });
  return [plain(label), ...ends];
}

function stepsOf(path: string): string[] {
  const parsed = parseFrom(`{{${path}}}`);
  return parsed.ok && parsed.from.kind === 'path' ? parsed.from.steps.filter((step) => typeof step === 'string') : [];
}

/** `positionTitle`, `Position_Title` and `Position title` are one name; accents, signs and little words do not count. */
function plain(text: string): string {
  return text
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replaceAll('ß', 'ss')
    .toLowerCase()
    .replace(/([a-z])(\d)/g, '$1 $2')
    .split(/[^a-z\d]+/)
    .filter((word) => word !== '' && !FILLERS.has(word))
    .join(' ');
}
