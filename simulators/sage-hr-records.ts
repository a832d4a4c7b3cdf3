import { INTERESTS, SHIRTS, type Person } from './company.js';

/** One person as Sage HR keeps them. Field names are the vendor's; the last three never stand in a list like this. */
export interface Employee {
  readonly id: number;
  email: string | null;
  first_name: string;
  last_name: string;
  picture_url: string | null;
  employment_start_date: string | null;
  date_of_birth: string | null;
  team: string | null;
  team_id: number | null;
  position: string | null;
  position_id: number | null;
  reports_to_employee_id: number | null;
  work_phone: string | null;
  home_phone: string | null;
  mobile_phone: string | null;
  gender: string | null;
  street_first: string | null;
  street_second: string | null;
  city: string | null;
  post_code: string | number | null;
  country: string | null;
  employee_number: string | null;
  employment_status: string | null;
  /** Last working day. Until it is over the person is active. */
  termination_date: string | null;
  termination: { reason: string; comments: string } | null;
  /** Values of custom fields by the field's id. */
  custom: Record<string, unknown>;
}

export interface CustomFieldDefinition {
  readonly id: number;
  readonly label: string;
  readonly type: string;
  readonly options: readonly string[] | null;
}

export const SHIRT_FIELD: CustomFieldDefinition = {
  id: 1,
  label: 'T-shirt size',
  type: 'CustomDropdownField',
  options: SHIRTS,
};
export const INTERESTS_FIELD: CustomFieldDefinition = { id: 2, label: 'Interests', type: 'CustomTags', options: null };

/** The fields that a control request may set. */
export const SETTABLE = [
  'email',
  'first_name',
  'last_name',
  'picture_url',
  'employment_start_date',
  'date_of_birth',
  'team',
  'team_id',
  'position',
  'position_id',
  'reports_to_employee_id',
  'work_phone',
  'home_phone',
  'mobile_phone',
  'gender',
  'street_first',
  'street_second',
  'city',
  'post_code',
  'country',
  'employee_number',
  'employment_status',
] as const satisfies readonly (keyof Employee)[];

export function employeeOf(person: Person, subdomain: string): Employee {
  const number = String(person.id).padStart(4, '0');
  return {
    id: person.id,
    email: person.email,
    first_name: person.firstName,
    last_name: person.lastName,
    picture_url: person.id % 7 === 0 ? null : `https://${subdomain}.sage.hr/pictures/${person.id}.png`,
    employment_start_date: person.startsOn,
    date_of_birth: person.bornOn,
    team: person.team,
    team_id: person.teamId,
    position: person.position,
    position_id: person.positionId,
    reports_to_employee_id: person.managerId,
    work_phone: `555-1${number}`,
    home_phone: `555-2${number}`,
    mobile_phone: person.id % 5 === 0 ? null : `555-3${number}`,
    gender: person.gender,
    street_first: person.street,
    street_second: '',
    city: person.city,
    // The vendor's own example has a number here, so both forms occur.
    post_code: /^[1-9]\d*$/.test(person.postCode) ? Number(person.postCode) : person.postCode,
    country: person.country,
    employee_number: person.id % 11 === 0 ? null : `A${number}`,
    employment_status: person.contract,
    termination_date: person.endsOn,
    termination: person.endsOn === null ? null : { reason: 'Resignation', comments: 'Left for a new challenge' },
    custom: {
      [SHIRT_FIELD.id]: person.shirt,
      [INTERESTS_FIELD.id]: person.interests.length > 0 ? person.interests : [INTERESTS[0]],
    },
  };
}

export interface Histories {
  readonly team: boolean;
  readonly employmentStatus: boolean;
  readonly position: boolean;
}

/** An item of GET /employees and the answer of GET /employees/{id}. */
export function activeRecord(employee: Employee, histories: Histories): Record<string, unknown> {
  const record: Record<string, unknown> = { id: employee.id };
  for (const field of SETTABLE) record[field] = employee[field];
  const since = { start_date: employee.employment_start_date, end_date: null };
  if (histories.team) {
    record.team_history = [{ team_id: employee.team_id, ...since, team_name: employee.team }];
  }
  if (histories.employmentStatus) {
    // The vendor's own spelling of the last key.
    record.employment_status_history = [
      { employment_status_id: 1, ...since, employment_statu_name: employee.employment_status },
    ];
  }
  if (histories.position) {
    record.position_history = [
      { position_id: employee.position_id, ...since, position_name: employee.position, position_code: 'P1' },
    ];
  }
  return record;
}

/** An item of GET /terminated-employees: fewer fields than an active person has. */
export function terminatedRecord(employee: Employee): Record<string, unknown> {
  return {
    id: employee.id,
    termination_date: employee.termination_date,
    employee_number: employee.employee_number,
    email: employee.email,
    first_name: employee.first_name,
    last_name: employee.last_name,
    picture_url: employee.picture_url,
    employment_start_date: employee.employment_start_date,
    date_of_birth: employee.date_of_birth,
    position: employee.position,
  };
}

/** The answer of GET /terminated-employees/{id}: the vendor leaves the employee number out and adds the reason. */
export function terminatedDetail(employee: Employee): Record<string, unknown> {
  const record = Object.entries(terminatedRecord(employee)).filter(([field]) => field !== 'employee_number');
  return { ...Object.fromEntries(record), termination: employee.termination ?? { reason: 'Other', comments: '' } };
}
