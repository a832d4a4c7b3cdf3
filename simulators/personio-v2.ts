import type { Directory, Employee } from './directory.js';
import { formOf, type Incoming, type Reply } from './serve.js';
import type { Site } from './directories.js';

/** Personio's API v2 as its public description says: persons by cursor, and the employments of each beside them. */
const MOST_A_PAGE = 50;
const USUAL_PAGE = 10;
const TOKEN_SECONDS = 86_400;
const ADDRESS = 'https://api.personio.de/v2';

/** Every fiftieth was employed before, ended long ago. */
const EARLIER_EVERY = 50;

export const isTokenV2 = ({ method, path }: Incoming): boolean =>
  method === 'POST' && path.join('/') === 'v2/auth/token';

export function tokenV2(site: Site, incoming: Incoming): Reply {
  const { grant_type, client_id, client_secret } = formOf(incoming);
  if (grant_type !== 'client_credentials') return refusal('unsupported_grant_type', 'Only client_credentials');
  const { account, secret } = site.directory;
  if (client_id !== account || client_secret !== secret)
    return refusal('invalid_client', 'Client authentication failed');
  const token = `papi-v2-${Math.random().toString(36).slice(2)}`;
  site.tokens.add(token);
  const body = { access_token: token, expires_in: TOKEN_SECONDS, token_type: 'Bearer', scope: 'personio:persons:read' };
  return { status: 200, body };
}

const refusal = (error: string, error_description: string): Reply => ({
  status: 400,
  body: {
    timestamp: '2026-03-01T14:07:17Z',
    trace_id: 'baaaaaad-c0de-fade-baad-c000000000de',
    error,
    error_description,
  },
});

/** `null`: it is a question to the other version. */
export function answerV2(directory: Directory, { path, query }: Incoming): Reply | null {
  const [version, resource, id, employments] = path;
  if (version !== 'v2' || resource !== 'persons') return null;
  if (id === undefined) return persons(directory, query);
  const employee = directory.get(Number(id));
  if (employee === undefined) return problem(404, 'Not found');
  const own = employments === 'employments' ? employmentsOf(directory, employee) : null;
  if (own === null) return { status: 200, body: person(directory, employee) };
  return { status: 200, body: { _data: own, _meta: { links: { self: { href: `${ADDRESS}/employments` } } } } };
}

/** From 1; 0 for another question than the list. */
export function pageOfV2(directory: Directory, { path, query }: Incoming): number {
  return path.length === 2 ? Math.floor(placeOf(directory, query) / limitOf(query)) + 1 : 0;
}

function limitOf(query: URLSearchParams): number {
  const asked = Number(query.get('limit') ?? USUAL_PAGE);
  return asked >= 1 && asked <= MOST_A_PAGE ? asked : USUAL_PAGE;
}

/** A cursor is the id of the last person before it. */
function placeOf(directory: Directory, query: URLSearchParams): number {
  const cursor = query.get('cursor');
  return cursor === null ? 0 : directory.placeAfter(parseInt(cursor.replace('cur_', ''), 36));
}

function persons(directory: Directory, query: URLSearchParams): Reply {
  const place = placeOf(directory, query);
  const found = directory.employees().slice(place, place + limitOf(query));
  const last = found.at(-1);
  const isLast = last === undefined || place + found.length >= directory.employees().length;
  const next = { next: { href: `${ADDRESS}/persons?cursor=cur_${last?.id.toString(36)}` } };
  const links = { self: { href: `${ADDRESS}/persons` }, ...(isLast ? {} : next) };
  return { status: 200, body: { _data: found.map((employee) => person(directory, employee)), _meta: { links } } };
}

const instant = (date: string) => `${date}T08:00:00Z`;

function person(directory: Directory, employee: Employee): Record<string, unknown> {
  const { id, firstName, lastName, startsOn, custom } = employee;
  const attribute = (key: string, label: string | null, value: unknown, global_id?: string) => ({
    id: key,
    type: Array.isArray(value) ? 'string_list' : 'string',
    ...(label === null ? {} : { label }),
    ...(global_id === undefined ? {} : { global_id }),
    value,
  });
  const shown = {
    id: String(id),
    ...(employee.email === null ? {} : { email: employee.email }),
    created_at: instant(startsOn),
    updated_at: instant(startsOn),
    first_name: firstName,
    last_name: lastName,
    preferred_name: `${firstName} ${lastName}`,
    gender: employee.gender === 'Other' ? 'DIVERSE' : employee.gender.toUpperCase(),
    profile_picture: { url: `https://api.personio.de/v1/company/employees/${id}/profile-picture` },
    status: directory.standing(employee) === 'left' ? 'INACTIVE' : 'ACTIVE',
    custom_attributes: [
      attribute('dynamic_24407', 'T-shirt size', [custom['T-shirt size']].flat().join('')),
      attribute('dynamic_24408', 'Interests', [custom.Interests].flat().map(String)),
      attribute('dynamic_24409', 'Geburtstag', employee.bornOn, 'date_of_birth'),
      attribute('dynamic_24410', 'Konto', `DE00 ${id}`, 'iban'),
      attribute('dynamic_24411', null, 'nobody knows what this is'),
      // An empty list would fit two of the description's alternatives, of which one is allowed.
    ].filter(({ value }) => !Array.isArray(value) || value.length > 0),
    employments: employmentsOf(directory, employee).map((employment) => ({ id: employment.id })),
    _meta: { links: { employments: { href: `${ADDRESS}/persons/${id}/employments` } } },
    ...employee.raw,
  };
  return Object.fromEntries(Object.entries(shown).filter(([key]) => !directory.hides(key)));
}

const STATUS = { future: 'ONBOARDING', employed: 'ACTIVE', left: 'INACTIVE' } as const;

/** The most recent one first. */
function employmentsOf(directory: Directory, employee: Employee) {
  const { id, endsOn, startsOn, managerId, position, contract, city, teamId } = employee;
  const ended = (day: string) => ({
    termination: { termination_date: day, last_working_day: day, terminated_at: day, type: 'QUIT', reason: 'private' },
  });
  const one = (at: number, from: string, until: string | null) => ({
    id: `2306b77a-35fb-4b1d-8044-${(2 * id + at).toString(16).padStart(12, '0')}`,
    ...(directory.hides('employment-status')
      ? {}
      : { status: at === 1 ? 'INACTIVE' : STATUS[directory.standing(employee)] }),
    weekly_working_hours: 40,
    full_time_weekly_working_hours: 40,
    probation_end_date: null,
    employment_start_date: from,
    employment_end_date: until,
    type: contract === 'Contractor' ? 'EXTERNAL' : 'INTERNAL',
    contract_end_date: null,
    created_at: instant(from),
    updated_at: instant(from),
    position: { title: at === 1 ? 'Trainee' : position },
    ...(managerId === null ? {} : { supervisor: { id: String(managerId) } }),
    office: { id: String(131_000 + city.length) },
    legal_entity: { id: '170' },
    org_units: [{ type: 'department', id: String(281_000 + teamId) }],
    cost_centers: [{ id: '1000', weight: 100 }],
    person: { id: String(id) },
    ...(until === null ? {} : ended(until)),
    _meta: { links: { person: { href: `${ADDRESS}/persons/${id}` } } },
  });
  const earlier = id % EARLIER_EVERY === 0 ? [one(1, '2001-02-01', '2002-01-31')] : [];
  return [one(0, startsOn, endsOn), ...earlier];
}

function problem(status: number, title: string): Reply {
  const type = 'https://developer.personio.de/reference/errors#common.requested_resource_not_found';
  const errors = [{ title, detail: title, type }];
  return { status, body: { personio_trace_id: 'aswo3f', timestamp: '2026-03-01T11:17:30+00:00', errors } };
}
