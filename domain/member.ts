/**
 * The fields of a member, once: the mapping, the staging table, the plan and the API are all made from this list.
 * `id` is the name outside (API, mapping), `column` the one in Postgres.
 */
export type MemberFieldKind = 'text' | 'email' | 'date' | 'month-day';

export interface MemberField {
  readonly id: string;
  readonly column: string;
  readonly label: string;
  readonly kind: MemberFieldKind;
}

export const MEMBER_FIELDS = [
  { id: 'email', column: 'email', label: 'E-mail', kind: 'email' },
  { id: 'username', column: 'username', label: 'User name', kind: 'text' },
  { id: 'fullName', column: 'full_name', label: 'Full name', kind: 'text' },
  { id: 'firstName', column: 'first_name', label: 'First name', kind: 'text' },
  { id: 'lastName', column: 'last_name', label: 'Last name', kind: 'text' },
  { id: 'preferredName', column: 'preferred_name', label: 'Preferred name', kind: 'text' },
  { id: 'jobTitle', column: 'job_title', label: 'Job title', kind: 'text' },
  { id: 'department', column: 'department', label: 'Department', kind: 'text' },
  { id: 'team', column: 'team', label: 'Team', kind: 'text' },
  { id: 'managerId', column: 'manager_id', label: 'Manager ID', kind: 'text' },
  { id: 'location', column: 'location', label: 'Location', kind: 'text' },
  { id: 'addressLine1', column: 'address_line1', label: 'Address line 1', kind: 'text' },
  { id: 'addressLine2', column: 'address_line2', label: 'Address line 2', kind: 'text' },
  { id: 'addressLine3', column: 'address_line3', label: 'Address line 3', kind: 'text' },
  { id: 'city', column: 'city', label: 'City', kind: 'text' },
  { id: 'region', column: 'region', label: 'Region', kind: 'text' },
  { id: 'postalCode', column: 'postal_code', label: 'Postal code', kind: 'text' },
  { id: 'country', column: 'country', label: 'Country', kind: 'text' },
  { id: 'startDate', column: 'start_date', label: 'Start date', kind: 'date' },
  { id: 'endDate', column: 'end_date', label: 'End date', kind: 'date' },
  { id: 'birthday', column: 'birthday', label: 'Birthday', kind: 'month-day' },
  { id: 'personalEmail', column: 'personal_email', label: 'Personal e-mail', kind: 'email' },
  { id: 'phone', column: 'phone', label: 'Phone', kind: 'text' },
  { id: 'employmentType', column: 'employment_type', label: 'Employment type', kind: 'text' },
] as const satisfies readonly MemberField[];

export type MemberFieldId = (typeof MEMBER_FIELDS)[number]['id'];

/** `employeeId` is the sync key's default source; it is kept with the link to the provider, not among the fields. */
export const EMPLOYEE_ID = 'employeeId';
export type MappableField = MemberFieldId | typeof EMPLOYEE_ID;

export const MAPPABLE_FIELDS = [EMPLOYEE_ID, ...MEMBER_FIELDS.map((field) => field.id)] as readonly MappableField[];

export function memberField(id: string): MemberField | undefined {
  return MEMBER_FIELDS.find((field) => field.id === id);
}

const PLAIN = /^[!-~]*$/;

/**
 * The form in which addresses and user names are compared; they are stored as they were given. Composed again at the
 * end: some small letters have a composed form that their capitals lack, and case alone must not make two addresses.
 */
export function canonicalEmail(email: string): string {
  // Of plain letters there is one form only.
  if (PLAIN.test(email)) return email.toLowerCase();
  return email.trim().normalize('NFKC').toLowerCase().normalize('NFKC');
}

export const MEMBER_STATES = ['active', 'closing-down', 'deleted'] as const;
export type MemberState = (typeof MEMBER_STATES)[number];
