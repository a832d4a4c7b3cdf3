import type { DiscoveredField } from './fields.js';
import { EMPLOYEE_ID, MEMBER_FIELDS, type MappableField, type MemberFieldId } from './member.js';

/**
 * Proposals for a mapping, from the names of the fields and from their values. A proposal is never applied by itself:
 * the admin sees it with its confidence and reason.
 */
export interface Suggestion {
  readonly member: MappableField;
  readonly from: string;
  readonly confidence: number;
  readonly reason: string;
}

/** What vendors call a member field, best first; compared without case, spaces and signs. */
const SYNONYMS: Readonly<Record<MemberFieldId, readonly string[]>> = {
  email: ['work email', 'email address', 'company email', 'business email', 'primary email', 'mail'],
  username: ['user name', 'login'],
  fullName: ['name', 'display name', 'display full name', 'employee name'],
  firstName: ['given name', 'forename', 'legal first name'],
  lastName: ['surname', 'family name', 'legal last name'],
  preferredName: ['nickname', 'known as', 'preferred first name'],
  jobTitle: ['position', 'position title', 'title', 'job position title name', 'job name', 'role title'],
  department: ['department name', 'division', 'business unit', 'job business unit name'],
  team: ['team name', 'group', 'squad'],
  managerId: ['reports to', 'reports to id', 'manager', 'supervisor id', 'manager employee id'],
  location: ['location name', 'office', 'site', 'work location', 'job location name', 'workplace'],
  addressLine1: ['address', 'street', 'street address', 'street first', 'address street'],
  addressLine2: ['street second', 'address 2'],
  addressLine3: ['address 3'],
  city: ['town', 'address city'],
  region: ['state', 'province', 'county', 'address state'],
  postalCode: ['post code', 'zip', 'zip code', 'postcode', 'address zip code'],
  country: ['country name', 'address country', 'country code'],
  startDate: ['employment start date', 'hire date', 'employed from', 'company start date', 'date of joining'],
  endDate: ['termination date', 'leave date', 'last day', 'employment end date', 'contract end date'],
  birthday: ['date of birth', 'birth date', 'dob'],
  personalEmail: ['private email', 'home email'],
  phone: ['work phone', 'mobile phone', 'phone number', 'mobile', 'telephone'],
  employmentType: ['contract type', 'employment status type', 'work type'],
};

const SAME_NAME = 0.98;
const SYNONYM = 0.9;
const SYNONYM_STEP = 0.03;
const BY_VALUE = 0.6;
/** A field that is empty nearly everywhere is a weaker proposal than one that is filled. */
const EMPTY_FACTOR = 0.7;
const LOOKS_LIKE_EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

export function suggestMapping(fields: readonly DiscoveredField[], employeeIdFrom: string): Suggestion[] {
  const first: Suggestion = {
    member: EMPLOYEE_ID,
    from: employeeIdFrom,
    confidence: 1,
    reason: "The HR system's own id of the person never changes.",
  };
  const rest = MEMBER_FIELDS.flatMap((field) => best(fields, field.id, field.label) ?? []);
  return [first, ...rest];
}

function best(fields: readonly DiscoveredField[], member: MemberFieldId, label: string): Suggestion | null {
  const proposals = fields
    .flatMap((field) => propose(field, member, label) ?? [])
    .sort((a, b) => b.confidence - a.confidence);
  return proposals[0] ?? null;
}

function propose(field: DiscoveredField, member: MemberFieldId, label: string): Suggestion | null {
  const from = `{{${field.path}}}`;
  const weigh = (confidence: number) => Math.round(confidence * (field.filled > 0 ? 1 : EMPTY_FACTOR) * 100) / 100;
  const name = plain(field.label);
  if (name === plain(member) || name === plain(label)) {
    return { member, from, confidence: weigh(SAME_NAME), reason: `Both are called "${field.label}".` };
  }
  const at = SYNONYMS[member].findIndex((synonym) => plain(synonym) === name);
  if (at >= 0) {
    const reason = `"${field.label}" is another word for "${label}".`;
    return { member, from, confidence: weigh(SYNONYM - at * SYNONYM_STEP), reason };
  }
  const samples = field.samples;
  if (member === 'email' && samples.length > 0 && samples.every((sample) => LOOKS_LIKE_EMAIL.test(sample))) {
    return { member, from, confidence: BY_VALUE, reason: 'Its values look like e-mail addresses.' };
  }
  return null;
}

function plain(text: string): string {
  return text.toLowerCase().replace(/[^a-z\d]/g, '');
}
