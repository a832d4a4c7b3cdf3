import { startVendor, type Vendor, type VendorOptions, type VendorSimulator } from './directories.js';
import type { Incoming, Reply } from './serve.js';
import type { Directory, Employee } from './directory.js';

/** intelliHR's API v1 as its public description says: people without their jobs' details, and jobs beside them. */
const MOST_A_PAGE = 100;
const USUAL_PAGE = 25;
/** Two in a hundred people hold a second job at once. */
const SECOND_JOB_EVERY = 50;
const HOUR_MS = 3_600_000;

export interface IntelliHrOptions extends VendorOptions {
  /** Where the company's days begin and end. */
  readonly timeZone?: string;
}

export function startIntelliHr({
  timeZone = 'Europe/London',
  ...options
}: IntelliHrOptions = {}): Promise<VendorSimulator> {
  return startVendor(intelliHr(instants(timeZone)), options);
}

function intelliHr(midnight: (date: string) => string): Vendor {
  const failure = (status: number): Reply => ({ status, body: { message: `http_${status}` } });
  return {
    basePath: '/v1',
    demo: { account: 'acme', secret: 'demo-access-key' },
    stranger: failure(401),
    find: (sites, { headers }) => sites.get(String(headers.tenant ?? '')),
    pageOf: (_, { query }) => pageOf(query),
    answer: ({ directory }, incoming) => {
      if (incoming.headers.authorization !== `Bearer ${directory.secret}`) return failure(401);
      switch (`${incoming.method} /${incoming.path.join('/')}`) {
        case 'GET /v1/people':
          return page(incoming, directory.employees(), (one) => person(directory, one, midnight));
        case 'GET /v1/jobs':
          return jobsPage(directory, incoming, midnight);
        case 'GET /v1/custom-field-definitions':
          return page(incoming, DEFINITIONS, (definition) => definition);
        default: {
          const [, resource, id] = incoming.path;
          const found = resource === 'people' ? directory.get(numberOf(id)) : undefined;
          return found ? { status: 200, body: { data: person(directory, found, midnight) } } : failure(404);
        }
      }
    },
  };
}

/** Midnight of a day in the company's zone, as the instant in UTC that the vendor writes. */
function instants(timeZone: string): (date: string) => string {
  const known = new Map<string, string>();
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  return (date) => {
    const before = known.get(date);
    if (before !== undefined) return before;
    const utc = Date.parse(`${date}T00:00:00Z`);
    const local = Date.parse(`${format.format(utc).replace(' ', 'T')}:00Z`);
    let instant = utc - (local - utc);
    // Where the clock changed in between, the first guess is an hour off.
    if (!format.format(instant).startsWith(date)) instant += HOUR_MS;
    const text = `${new Date(instant).toISOString().slice(0, 19)}+00:00`;
    known.set(date, text);
    return text;
  };
}

const DEFINITIONS = [
  { id: 'e82690b4-caac-471e-94f9-9b76fa9df131', apiName: 't_shirt', name: 'T-shirt', isSensitive: false },
  { id: 'e82690b4-caac-471e-94f9-9b76fa9df132', apiName: 'union', name: 'Union', isSensitive: true },
].map((definition) => ({
  ...definition,
  description: null,
  isEnabled: true,
  modelType: 'PERSON',
  type: 'TEXT',
  definitions: {},
}));

function pageOf(query: URLSearchParams): number {
  return Math.max(1, Number(query.get('page') ?? 1) || 1);
}

function page<T>({ query, path }: Incoming, items: readonly T[], record: (item: T) => unknown): Reply {
  const limit = Math.min(MOST_A_PAGE, Math.max(1, Number(query.get('limit') ?? USUAL_PAGE) || USUAL_PAGE));
  const current = pageOf(query);
  const pages = Math.max(1, Math.ceil(items.length / limit));
  const data = items.slice((current - 1) * limit, current * limit).map(record);
  const link = (number: number) => `https://api.intellihr.io/${path.join('/')}?limit=${limit}&page=${number}`;
  return {
    status: 200,
    body: {
      data,
      meta: {
        pagination: {
          total: items.length,
          count: data.length,
          per_page: limit,
          current_page: current,
          total_pages: pages,
        },
        requestId: '8a5f3ea6-ea6b-4425-8a87-3c256bb7b6f9',
      },
      links: {
        self: link(current),
        first: link(1),
        ...(current < pages ? { next: link(current + 1) } : {}),
        last: link(pages),
      },
    },
  };
}

const uuid = (kind: string, id: number) => `${kind}-0000-4425-8a87-${id.toString(16).padStart(12, '0')}`;
const personId = ({ id }: { id: number }) => uuid('8a5f3ea6', id);
const numberOf = (personId = '') => parseInt(personId.slice(-12), 16);

const STATUS = {
  future: ['Upcoming Staff', 'Future Job'],
  employed: ['Current Staff', 'Current Job'],
  left: ['Past Staff', 'Past Job'],
} as const;

function statuses(directory: Directory, employee: Employee): readonly [string, string] {
  const standing = directory.standing(employee);
  if (standing === 'employed' && employee.endsOn !== null) return ['Exiting Staff', 'Ending Job'];
  return STATUS[standing];
}

/** The vendor's end dates are exclusive: the day after the last one. */
function dayAfter(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + 24 * HOUR_MS).toISOString().slice(0, 10);
}

function jobs(directory: Directory, employee: Employee, midnight: (date: string) => string) {
  const [, jobStatus] = statuses(directory, employee);
  const one = (at: number, isPrimaryJob: boolean) => ({
    id: uuid('11111111', 2 * employee.id + at),
    name: isPrimaryJob ? employee.position : 'First Aider',
    startDate: midnight(employee.startsOn),
    endDate: employee.endsOn === null ? null : midnight(dayAfter(employee.endsOn)),
    jobStatus,
    isPrimaryJob,
  });
  return employee.id % SECOND_JOB_EVERY === 0 ? [one(0, true), one(1, false)] : [one(0, true)];
}

function person(directory: Directory, employee: Employee, midnight: (date: string) => string) {
  const email = employee.email === null ? null : { email: employee.email, isPrimary: true, isPersonal: false };
  return {
    id: personId(employee),
    title: null,
    displayName: `${employee.firstName} ${employee.lastName}`,
    firstName: employee.firstName,
    middleName: null,
    lastName: employee.lastName,
    preferredName: null,
    dateOfBirth: employee.bornOn,
    gender: employee.gender,
    isSupervisor: employee.id <= 10,
    employeeNumber: String(employee.id).padStart(5, '0'),
    autoIncrementIntellihrId: 1000 + employee.id,
    medicalConditions: [{ id: uuid('66666666', employee.id), body: 'peanuts', isPublic: false }],
    emailAddresses: email === null ? [] : [{ ...email, customFields: {} }],
    emergencyContact: { name: 'Next Of Kin', relationship: null, phone: '+44 20 7946 0000', email: null },
    employmentStatus: statuses(directory, employee)[0],
    jobs: jobs(directory, employee, midnight).map((job) => ({
      ...job,
      isOnExtendedLeave: false,
      link: `https://api.intellihr.io/v1/jobs/${job.id}`,
    })),
    workRights: { name: 'Citizen', country: employee.country, expirationDate: null },
    primaryEmailAddress: email,
    primaryPhoneNumber: null,
    addresses: [],
    phoneNumbers: [],
    userAccount: null,
    customFields: {
      t_shirt: {
        definitionId: DEFINITIONS[0]?.id,
        name: 'T-shirt',
        type: 'SINGLE_SELECT',
        value: { id: `s-${String(employee.custom['T-shirt size'])}`, label: employee.custom['T-shirt size'] ?? null },
      },
      union: { definitionId: DEFINITIONS[1]?.id, name: 'Union', type: 'TEXT', value: 'member' },
    },
    createdAt: midnight(employee.startsOn),
    updatedAt: midnight(employee.startsOn),
    ...employee.raw,
  };
}

function jobsPage(directory: Directory, incoming: Incoming, midnight: (date: string) => string): Reply {
  const wanted = incoming.query.get('filters[personId][eq]')?.split(',');
  const people = wanted?.flatMap((id) => directory.get(numberOf(id)) ?? []) ?? directory.employees();
  const held = people.flatMap((employee) => jobs(directory, employee, midnight).map((job) => ({ employee, job })));
  return page(incoming, held, ({ employee, job }) => jobRecord(directory, employee, job, midnight));
}

function jobRecord(
  directory: Directory,
  employee: Employee,
  { startDate, endDate, ...job }: ReturnType<typeof jobs>[number],
  midnight: (date: string) => string,
) {
  const manager = employee.managerId === null ? undefined : directory.get(employee.managerId);
  const named = (kind: string, id: number, name: string) => ({ id: uuid(kind, id), name, code: null });
  return {
    ...job,
    person: { id: personId(employee), displayName: `${employee.firstName} ${employee.lastName}` },
    positionTitle: named('22222222', employee.positionId, job.name),
    location: { ...named('33333333', employee.city.length, employee.city), address: employee.street },
    businessUnit: named('44444444', employee.teamId, employee.team),
    businessEntity: named('55555555', 1, 'Acme Limited'),
    supervisorJob: null,
    supervisorPerson:
      manager === undefined ? null : { id: personId(manager), displayName: `${manager.firstName} ${manager.lastName}` },
    workClass: employee.contract === 'Part-time' ? 'Part-Time' : 'Full-Time',
    workType: employee.contract === 'Contractor' ? 'Fixed Contract' : 'Permanent',
    fte: 1,
    companyStartDate: startDate,
    positionStartDate: startDate,
    companyEndDate: endDate,
    isEndDateConfirmed: endDate !== null,
    turnoverType: null,
    turnoverReason: null,
    extendedLeave: null,
    payGrade: { name: 'B7' },
    remunerationSchedule: { annualSalary: 50_000 },
    recruitment: { cost: null, currency: 'AUD', source: null },
    establishment: { id: uuid('77777777', 1), name: 'Head office', link: 'https://api.intellihr.io/v1/locations/1' },
    employmentCondition: null,
    lastestJobChangeComment: null,
    createdBy: null,
    updatedBy: null,
    customFields: {},
    comments: [],
    createdAt: midnight(employee.startsOn),
  };
}
