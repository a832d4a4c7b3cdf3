import { startVendor, type Site, type Vendor, type VendorOptions, type VendorSimulator } from './directories.js';
import { LINK_SCRIPT } from './merge-link.js';
import { jsonOf, type Incoming, type Reply } from './serve.js';
import type { Directory, Employee } from './directory.js';

/** Merge's HRIS API as its public description says, with linked accounts for HR systems, and what Merge Link ends with. */
export const PLATFORM_KEY = 'demo-merge-key';
/** Among the tokens of an account that was deleted: its own opens nothing any more, until `DELETE /control/{account}/tokens`. */
const DELETED = 'deleted';
const USUAL_PAGE = 30;
const FIRST_REMOTE_ID = 19_000;
const MOST_A_PAGE = 100;
const CUSTOM: readonly (readonly [string, string])[] = [['t_shirt_size', 'T-shirt size']];

export function startMerge(options: VendorOptions = {}): Promise<VendorSimulator> {
  return startVendor(MERGE, options);
}

/** The account is a company; its secret is the token of the linked account. */
const MERGE: Vendor = {
  basePath: '',
  demo: { account: 'acme', secret: 'demo-account-token' },
  stranger: { status: 401, body: { detail: 'Invalid token.' } },
  find: (sites, incoming) => {
    const all = [...sites.values()];
    const [, , action = '', id = ''] = incoming.path;
    if (incoming.path[0] === 'initialize.js') return all[0];
    if (incoming.path[0] === 'link') return sites.get(incoming.query.get('account') ?? MERGE.demo.account);
    if (incoming.headers.authorization !== `Bearer ${PLATFORM_KEY}`) return undefined;
    if (action === 'link-token') return all[0];
    if (action === 'account-token') return all.find((site) => site.tokens.has(id)) ?? all[0];
    return all.find(
      ({ directory, tokens }) => directory.secret === incoming.headers['x-account-token'] && !tokens.has(DELETED),
    );
  },
  pageOf: (_, { query }) => Math.floor(offsetOf(query) / sizeOf(query)) + 1,
  answer: (site, incoming) => {
    if (incoming.path[0] === 'initialize.js') return { status: 200, script: LINK_SCRIPT };
    if (incoming.path[0] === 'link') return link(site);
    const [version, api, action, id] = incoming.path;
    switch (`${incoming.method} ${version}/${api}/${action}`) {
      case 'POST hris/v1/link-token':
        return linkToken(incoming);
      case 'GET hris/v1/account-token':
        return accountToken(site, id ?? '');
      case 'GET hris/v1/employees':
        if (id !== undefined) return one(site.directory, id);
        return incoming.query.has('remote_id') ? filtered(site.directory, incoming) : page(site.directory, incoming);
      case 'POST hris/v1/delete-account':
        site.tokens.add(DELETED);
        return { status: 200, body: {} };
      case 'GET hris/v1/sync-status':
        return syncStatus(site.directory);
      default:
        return { status: 404, body: { detail: 'Not found.' } };
    }
  },
};

function linkToken(incoming: Incoming): Reply {
  const body = jsonOf(incoming) as Record<string, unknown>;
  const missing = ['end_user_email_address', 'end_user_organization_name', 'end_user_origin_id', 'categories'].filter(
    (name) => body[name] === undefined,
  );
  if (missing.length > 0) return { status: 400, body: Object.fromEntries(missing.map((name) => [name, ['required']])) };
  const token = `link-${Math.random().toString(36).slice(2)}`;
  return {
    status: 200,
    body: { link_token: token, integration_name: '', magic_link_url: `https://link.merge.dev/magic-link/${token}` },
  };
}

/** Stands for the page where somebody chooses the company's HR system: `POST /link/{link_token}?account=acme`. */
function link(site: Site): Reply {
  const token = `public-${Math.random().toString(36).slice(2)}`;
  site.tokens.add(token);
  return { status: 200, body: { public_token: token } };
}

/** Good for one use. */
function accountToken(site: Site, publicToken: string): Reply {
  if (!site.tokens.delete(publicToken)) return { status: 404, body: { detail: 'Not found.' } };
  const integration = { name: 'PeopleHR', slug: 'peoplehr', categories: ['hris'], image: null };
  return { status: 200, body: { account_token: site.directory.secret, integration, id: id('a0000000', 1) } };
}

function syncStatus(directory: Directory): Reply {
  // `hide: ["first-sync-done"]` at the control endpoint: the first sync still runs.
  const first = directory.hides('first-sync-done');
  const status = first ? 'SYNCING' : 'DONE';
  // `hide: ["earlier-sync"]`: another sync has been made since.
  const hour = directory.hides('earlier-sync') ? '06' : '00';
  return {
    status: 200,
    body: {
      next: null,
      previous: null,
      results: ['Employee', 'Employment', 'Location', 'Group'].map((name) => ({
        model_name: name,
        model_id: `hris.${name}`,
        last_sync_start: `2026-03-10T${hour}:00:00Z`,
        next_sync_start: '2026-03-11T00:00:00Z',
        last_sync_result: status,
        last_sync_finished: first ? null : `2026-03-10T${hour}:05:00Z`,
        status,
        is_initial_sync: first,
      })),
    },
  };
}

function sizeOf(query: URLSearchParams): number {
  return Math.min(MOST_A_PAGE, Number(query.get('page_size') ?? USUAL_PAGE) || USUAL_PAGE);
}

function offsetOf(query: URLSearchParams): number {
  return Number(Buffer.from(query.get('cursor') ?? '', 'base64url').toString() || 0);
}

function page(directory: Directory, { query }: Incoming): Reply {
  const [offset, size] = [offsetOf(query), sizeOf(query)];
  const all = directory.employees();
  const expanded = new Set((query.get('expand') ?? '').split(','));
  const cursor = (at: number) => Buffer.from(String(at)).toString('base64url');
  return {
    status: 200,
    body: {
      next: offset + size < all.length ? cursor(offset + size) : null,
      previous: offset > 0 ? cursor(Math.max(0, offset - size)) : null,
      results: all.slice(offset, offset + size).map((employee) => record(directory, employee, expanded)),
    },
  };
}

/** By the HR system's own id; with who was deleted there, where that is noticed: `hide: ["deletions"]` at the control endpoint. */
function filtered(directory: Directory, { query }: Incoming): Reply {
  const wanted = query.get('remote_id') ?? '';
  const found = copied(directory, Number(wanted) - FIRST_REMOTE_ID, query.get('include_deleted_data') === 'true');
  const results = found?.remote_id === wanted ? [found] : [];
  return { status: 200, body: { next: null, previous: null, results } };
}

/** By Merge's own id. */
function one(directory: Directory, wanted: string): Reply {
  const found = copied(directory, Number.parseInt(wanted.slice(-ID_DIGITS), 16), true);
  return found?.id === wanted.toLowerCase()
    ? { status: 200, body: found }
    : { status: 404, body: { detail: 'Not found.' } };
}

function copied(directory: Directory, number: number, isDeletedWanted: boolean): Record<string, unknown> | undefined {
  const there = directory.get(number);
  const isShown = isDeletedWanted && !directory.hides('deletions');
  const found = there ?? (isShown ? directory.deleted(number) : undefined);
  if (found === undefined) return undefined;
  return { ...record(directory, found, new Set()), remote_was_deleted: there === undefined };
}

const ID_DIGITS = 12;
const id = (kind: string, number: number) => `${kind}-287f-494d-965e-${number.toString(16).padStart(ID_DIGITS, '0')}`;
const midnight = (date: string | null) => (date === null ? null : `${date}T00:00:00Z`);

const STATUS = { future: 'PENDING', employed: 'ACTIVE', left: 'INACTIVE' } as const;

function record(directory: Directory, employee: Employee, expanded: ReadonlySet<string>): Record<string, unknown> {
  const manager = employee.managerId === null ? undefined : directory.get(employee.managerId);
  // `hide: ["remote_id"]`: an HR system that gives its people no ids.
  const remoteId = (number: number) => (directory.hides('remote_id') ? null : String(FIRST_REMOTE_ID + number));
  const related = (name: string, whole: { readonly id: string }) => (expanded.has(name) ? whole : whole.id);
  const employment = {
    id: id('17a54124', employee.id),
    job_title: employee.position,
    pay_rate: 50_000,
    pay_currency: 'GBP',
    effective_date: midnight(employee.startsOn),
    employment_type: employee.contract === 'Part-time' ? 'PART_TIME' : 'FULL_TIME',
  };
  const earlier = {
    ...employment,
    id: id('17a54125', employee.id),
    job_title: 'Trainee',
    effective_date: '2001-01-01T00:00:00Z',
  };
  const department = { id: id('21a54124', employee.teamId), name: employee.team, type: 'DEPARTMENT' };
  const location = {
    id: id('9efbc633', employee.city.length),
    name: `${employee.city} office`,
    street_1: employee.street,
    street_2: null,
    city: employee.city,
    state: null,
    zip_code: employee.postCode,
    country: employee.country,
    location_type: 'WORK',
  };
  return {
    id: id('0958cbc6', employee.id),
    remote_id: remoteId(employee.id),
    created_at: '2026-01-01T00:00:00Z',
    modified_at: '2026-01-01T00:00:00Z',
    employee_number: String(employee.id),
    company: id('8d9fd929', 1),
    first_name: employee.firstName,
    last_name: employee.lastName,
    preferred_name: null,
    display_full_name: `${employee.firstName} ${employee.lastName}`,
    username: null,
    groups: [related('groups', department)],
    work_email: employee.email,
    personal_email: null,
    mobile_phone_number: null,
    employments: [related('employments', earlier), related('employments', employment)],
    home_location: null,
    work_location: related('work_location', location),
    manager:
      manager === undefined
        ? null
        : related('manager', {
            id: id('0958cbc6', manager.id),
            ...{ remote_id: remoteId(manager.id) },
          }),
    team: null,
    pay_group: null,
    ssn: null,
    gender: employee.gender.toUpperCase(),
    ethnicity: null,
    marital_status: null,
    date_of_birth: midnight(employee.bornOn),
    hire_date: midnight(employee.startsOn),
    start_date: midnight(employee.startsOn),
    remote_created_at: null,
    employment_status: STATUS[directory.standing(employee)],
    termination_date: midnight(employee.endsOn),
    avatar: null,
    custom_fields: Object.fromEntries(CUSTOM.map(([name, label]) => [name, employee.custom[label] ?? null])),
    remote_was_deleted: false,
    field_mappings: { organization_defined_targets: {}, linked_account_defined_targets: {} },
    remote_data: null,
    ...employee.raw,
  };
}
