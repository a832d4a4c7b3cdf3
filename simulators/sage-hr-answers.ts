import { TEAMS } from './company.js';
import { activeRecord, terminatedDetail, terminatedRecord, type Histories } from './sage-hr-records.js';
import type { Company } from './sage-hr-company.js';
import type { Reply } from './serve.js';

/** Fixed at Sage HR; there is no parameter for it. */
const PER_PAGE = 50;
const NOT_FOUND: Reply = { status: 404, body: { error_code: 'not_found', errors: [] } };
const REASONS = [
  { id: 1, name: 'Resignation', code: null, type: 'voluntary' },
  { id: 2, name: 'Redundancy', code: 'RED', type: 'involuntary' },
];

/** The API itself: read-only, by `X-Auth-Token`. */
export function answerVendor(
  company: Company,
  method: string,
  path: readonly string[],
  query: URLSearchParams,
  key: string | string[] | undefined,
): Reply {
  if (key !== company.apiKey) return { status: 401, body: { error_code: 'unauthorized', errors: [] } };
  if (method !== 'GET') return NOT_FOUND;
  const [resource = '', id = '', part = ''] = path;
  if (path.length > 3) return NOT_FOUND;
  if (part !== '') {
    return resource === 'employees' && part === 'custom-fields' ? customFields(company, id) : NOT_FOUND;
  }
  if (id !== '') return one(company, resource, id, query);
  switch (resource) {
    case 'employees':
      return page(company.lists().active, query, (employee) => activeRecord(employee, histories(query)));
    case 'terminated-employees':
      return page(company.lists().terminated, query, terminatedRecord);
    case 'teams':
      return page(teams(company), query, (team) => team);
    case 'positions':
      return page(positions(), query, (position) => position);
    case 'termination-reasons':
      return page(REASONS, query, (reason) => reason);
    default:
      return NOT_FOUND;
  }
}

function one(company: Company, resource: string, id: string, query: URLSearchParams): Reply {
  if (resource === 'employees') {
    const employee = company.find('active', id);
    return employee === undefined
      ? NOT_FOUND
      : { status: 200, body: { data: activeRecord(employee, histories(query)) } };
  }
  const leaver = resource === 'terminated-employees' ? company.find('terminated', id) : undefined;
  return leaver === undefined ? NOT_FOUND : { status: 200, body: { data: terminatedDetail(leaver) } };
}

/** Of active people only: what the vendor says of leavers' custom fields is unknown. */
function customFields(company: Company, id: string): Reply {
  const employee = company.find('active', id);
  return employee === undefined ? NOT_FOUND : { status: 200, body: { data: company.customFields(employee) } };
}

function page<T>(items: readonly T[], query: URLSearchParams, show: (item: T) => unknown): Reply {
  const asked = Number(query.get('page') ?? 1);
  const current = Number.isInteger(asked) && asked > 0 ? asked : 1;
  const totalPages = Math.max(1, Math.ceil(items.length / PER_PAGE));
  return {
    status: 200,
    body: {
      data: items.slice((current - 1) * PER_PAGE, current * PER_PAGE).map(show),
      meta: {
        current_page: current,
        next_page: current < totalPages ? current + 1 : null,
        previous_page: current > 1 ? current - 1 : null,
        total_pages: totalPages,
        per_page: PER_PAGE,
        total_entries: items.length,
      },
    },
  };
}

function histories(query: URLSearchParams): Histories {
  const wanted = (name: string) => query.get(name) === 'true';
  return {
    team: wanted('team_history'),
    employmentStatus: wanted('employment_status_history'),
    position: wanted('position_history'),
  };
}

function teams(company: Company): unknown[] {
  return TEAMS.map((team, index) => {
    const members = company.lists().active.filter((employee) => employee.team === team.name);
    return {
      id: index + 1,
      name: team.name,
      manager_ids: members.slice(0, 1).map((employee) => employee.id),
      employee_ids: members.map((employee) => employee.id),
    };
  });
}

function positions(): unknown[] {
  return TEAMS.flatMap((team, index) =>
    team.positions.map((title, at) => ({ id: (index + 1) * 10 + at, title, description: null, code: null })),
  );
}
