import { startVendor, type Site, type Vendor, type VendorOptions, type VendorSimulator } from './directories.js';
import { answerV2, isTokenV2, pageOfV2, tokenV2 } from './personio-v2.js';
import { formOf, jsonOf, type Incoming, type Reply } from './serve.js';
import type { Directory, Employee } from './directory.js';

/**
 * Personio's API v1 as its public description says: a token for a client's id and secret, employees by attributes; v2 is
 * beside it. `hide: ["v1"]` at the control endpoint: these credentials are good for v2 alone.
 */
const MOST_A_PAGE = 100;
const USUAL_PAGE = 50;
const TOKEN_SECONDS = 86_400;

interface Attribute {
  readonly label: string;
  readonly value: unknown;
  readonly type: string;
  readonly universal_id: string | null;
}

/** Of the customer's own; two of them hold what nobody may read. */
const CUSTOM = [
  { key: 'dynamic_24407', label: 'T-shirt size', type: 'list', universal_id: null },
  { key: 'dynamic_24408', label: 'Interests', type: 'tags', universal_id: null },
  { key: 'dynamic_24409', label: 'Geburtstag', type: 'date', universal_id: 'date_of_birth' },
  { key: 'dynamic_24410', label: 'Konto', type: 'standard', universal_id: 'iban' },
] as const;

export function startPersonio(options: VendorOptions = {}): Promise<VendorSimulator> {
  return startVendor(PERSONIO, options);
}

const PERSONIO: Vendor = {
  basePath: '',
  demo: { account: 'papi-demo-client', secret: 'papi-demo-secret' },
  stranger: refused(401, 'sorry, you could not be authenticated with those credentials'),
  find: (sites, incoming) => {
    if (isAuth(incoming)) return sites.get(credentials(incoming).client_id ?? '');
    // Where nobody is known, v2 answers otherwise than v1: any company will do to say so.
    if (isTokenV2(incoming)) return sites.get(formOf(incoming).client_id ?? '') ?? sites.values().next().value;
    const token = bearer(incoming);
    return [...sites.values()].find((site) => site.tokens.has(token));
  },
  pageOf: ({ directory }, incoming) => {
    if (incoming.path[0] === 'v2') return pageOfV2(directory, incoming);
    return Math.floor(Number(incoming.query.get('offset') ?? 0) / limitOf(incoming.query)) + 1;
  },
  answer: (site, incoming) => {
    if (isTokenV2(incoming)) return tokenV2(site, incoming);
    if (isAuth(incoming)) return authenticate(site, incoming);
    const newer = answerV2(site.directory, incoming);
    if (newer !== null) return newer;
    const path = `${incoming.method} /${incoming.path.join('/')}`;
    if (path === 'GET /v1/company/employees') return page(site.directory, incoming);
    if (path === 'GET /v1/company/employees/attributes') return attributes(site.directory);
    const [id] = /\d+$/.exec(path) ?? [];
    if (path === `GET /v1/company/employees/${id}`) return one(site.directory, Number(id));
    return refused(404, 'Not found');
  },
};

const isAuth = ({ method, path }: Incoming) => method === 'POST' && path.join('/') === 'v1/auth';
const bearer = ({ headers }: Incoming) => /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1] ?? '';
const credentials = (incoming: Incoming) => jsonOf(incoming) as { client_id?: string; client_secret?: string };

function refused(code: number, message: string): Reply {
  return { status: code, body: { success: false, error: { code, message } } };
}

function authenticate(site: Site, incoming: Incoming): Reply {
  const { secret } = site.directory;
  if (site.directory.hides('v1') || credentials(incoming).client_secret !== secret) return PERSONIO.stranger;
  const token = `papi-${site.directory.account.length}${Math.random().toString(36).slice(2)}`;
  site.tokens.add(token);
  return {
    status: 200,
    body: { success: true, data: { token, expires_in: TOKEN_SECONDS, scope: 'employees:read' } },
  };
}

function limitOf(query: URLSearchParams): number {
  const asked = Number(query.get('limit') ?? USUAL_PAGE);
  return Math.min(MOST_A_PAGE, Number.isInteger(asked) && asked > 0 ? asked : USUAL_PAGE);
}

function page(directory: Directory, { query }: Incoming): Reply {
  const limit = limitOf(query);
  const offset = Math.max(0, Number(query.get('offset') ?? 0) || 0);
  const wanted = query.getAll('attributes[]');
  const all = directory.employees();
  return {
    status: 200,
    body: {
      success: true,
      metadata: {
        total_elements: all.length,
        current_page: Math.floor(offset / limit),
        total_pages: Math.ceil(all.length / limit),
      },
      offset,
      limit,
      data: all.slice(offset, offset + limit).map((employee) => shown(directory, employee, wanted)),
    },
  };
}

/** @param wanted names of attributes; none: all of them. */
function shown(directory: Directory, employee: Employee, wanted: readonly string[]) {
  return {
    type: 'Employee',
    attributes: Object.fromEntries(
      Object.entries(record(directory, employee)).filter(
        ([key]) => key === 'id' || (!directory.hides(key) && (wanted.length === 0 || wanted.includes(key))),
      ),
    ),
  };
}

function one(directory: Directory, id: number): Reply {
  const employee = directory.get(id);
  if (employee === undefined) return refused(404, 'Es ist ein Problem aufgetreten');
  return { status: 200, body: { success: true, data: shown(directory, employee, []) } };
}

function attributes(directory: Directory): Reply {
  const [first] = directory.employees();
  const standard = first === undefined ? {} : record(directory, first);
  const data = Object.entries(standard)
    .filter(([key]) => !directory.hides(key))
    .map(([key, { label, type, universal_id }]) => ({ key, label, type, universal_id }));
  return { status: 200, body: { success: true, data } };
}

/** Local midnight with its offset, as the vendor writes dates. */
const midnight = (date: string | null) =>
  date === null ? null : `${date}T00:00:00+0${/-(0[4-9]|10)-/.test(date) ? 2 : 1}:00`;

function record(directory: Directory, employee: Employee): Record<string, Attribute> {
  const standard = (label: string, key: string, value: unknown, type = 'standard'): [string, Attribute] => [
    key,
    { label, value, type, universal_id: key },
  ];
  const group = (type: string, id: number, name: string) => ({ type, attributes: { id, name } });
  const all = Object.fromEntries([
    standard('ID', 'id', employee.id, 'integer'),
    standard('First name', 'first_name', employee.firstName),
    standard('Last name', 'last_name', employee.lastName),
    standard('Email', 'email', employee.email),
    standard('Gender', 'gender', employee.gender.toLowerCase()),
    standard('Status', 'status', statusOf(directory, employee)),
    standard('Position', 'position', employee.position),
    standard('Supervisor', 'supervisor', supervisorOf(employee)),
    standard('Employment type', 'employment_type', employee.contract === 'Contractor' ? 'external' : 'internal'),
    standard('Weekly hours', 'weekly_working_hours', '40'),
    standard('Hire date', 'hire_date', midnight(employee.startsOn), 'date'),
    standard('Termination date', 'termination_date', midnight(employee.endsOn), 'date'),
    standard('Last day of work', 'last_working_day', midnight(employee.endsOn), 'date'),
    standard('Office', 'office', group('Office', 131_000 + employee.city.length, employee.city)),
    standard('Department', 'department', group('Department', 281_000 + employee.teamId, employee.team)),
    standard('Salary', 'fix_salary', 4200, 'decimal'),
    ...CUSTOM.map(({ key, ...custom }): [string, Attribute] => [key, { ...custom, value: customOf(employee, key) }]),
  ]);
  for (const [key, value] of Object.entries(employee.raw)) {
    all[key] = { label: key, type: 'standard', universal_id: key, ...all[key], value };
  }
  return all;
}

function statusOf(directory: Directory, employee: Employee): string {
  const standing = directory.standing(employee);
  return standing === 'left' ? 'inactive' : standing === 'future' ? 'onboarding' : 'active';
}

function supervisorOf({ managerId }: Employee): unknown {
  if (managerId === null) return null;
  const id = { label: 'ID', value: managerId, type: 'integer', universal_id: 'id' };
  return { type: 'Employee', attributes: { id } };
}

function customOf(employee: Employee, key: (typeof CUSTOM)[number]['key']): unknown {
  switch (key) {
    case 'dynamic_24407':
      return employee.custom['T-shirt size'] ?? null;
    case 'dynamic_24408':
      return [employee.custom.Interests].flat().join(',');
    case 'dynamic_24409':
      return employee.bornOn;
    case 'dynamic_24410':
      return `DE00 ${employee.id}`;
  }
}
