import { Refused, type Company } from './sage-hr-company.js';
import type { Reply } from './serve.js';
import type { SageHrWorld, Site } from './sage-hr-world.js';

type Body = Readonly<Record<string, unknown>>;

/** What can happen at a company; each is kept at once. */
const EVENTS: Readonly<Record<string, (company: Company, body: Body) => unknown>> = {
  hire: (company, body) => company.hire(body),
  change: (company, body) => company.change(body),
  leave: (company, body) => company.leave(body),
  rehire: (company, body) => company.rehire(body),
  delete: (company, body) => company.delete(body),
  unlist: (company, body) => company.unlist(body),
  bulk: (company, body) => company.bulk(body),
  'custom-fields': (company, body) => company.defineField(body),
};

/** The control endpoint: how a test or a curious reader of the demo moves people about. It has no key: loopback only. */
export function answerControl(world: SageHrWorld, method: string, path: readonly string[], body: unknown): Reply {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return refuse('the body must be an object');
  try {
    return route(world, method, path, body as Body);
  } catch (error) {
    if (error instanceof Refused || error instanceof RangeError) return refuse(error.message);
    throw error;
  }
}

function route(world: SageHrWorld, method: string, path: readonly string[], body: Body): Reply {
  const [first = '', action = ''] = path;
  if (method === 'POST' && path.length === 1 && first === 'companies') return found(world, body);
  if (method === 'POST' && path.length === 1 && first === 'today') {
    if (typeof body.date !== 'string' && body.date !== null) throw new Refused('date must be YYYY-MM-DD or null');
    world.setToday(body.date);
    return { status: 200, body: { today: world.today() } };
  }
  const site = world.site(first);
  if (site === undefined || path.length !== 2) return notFound();
  const event = Object.hasOwn(EVENTS, action) ? EVENTS[action] : undefined;
  if (method === 'POST' && event !== undefined) {
    const result = event(site.company, body);
    world.save();
    return { status: 200, body: result };
  }
  return observe(site, method, action, body);
}

function observe(site: Site, method: string, action: string, body: Body): Reply {
  switch (`${method} ${action}`) {
    case 'GET people':
      return { status: 200, body: people(site.company) };
    case 'POST faults':
      return { status: 201, body: site.faults.add(body) };
    case 'DELETE faults':
      site.faults.clear();
      return { status: 204 };
    case 'GET requests':
      return { status: 200, body: site.requests.report() };
    case 'DELETE requests':
      site.requests.clear();
      return { status: 204 };
    default:
      return notFound();
  }
}

function found(world: SageHrWorld, body: Body): Reply {
  if (typeof body.subdomain !== 'string') throw new Refused('a company needs a subdomain');
  const { company } = world.found({
    subdomain: body.subdomain,
    apiKey: typeof body.apiKey === 'string' ? body.apiKey : undefined,
    people: typeof body.people === 'number' ? body.people : undefined,
    seed: typeof body.seed === 'number' ? body.seed : undefined,
    announced: typeof body.announced === 'boolean' ? body.announced : undefined,
  });
  const { active, terminated } = company.lists();
  return {
    status: 201,
    body: {
      subdomain: company.subdomain,
      apiKey: company.apiKey,
      people: active.length,
      terminated: terminated.length,
    },
  };
}

/** Everybody with all that is known of them, and the lists they stand in. */
function people(company: Company): { items: unknown[] } {
  const { active, terminated } = company.lists();
  const activeIds = new Set(active.map((employee) => employee.id));
  const terminatedIds = new Set(terminated.map((employee) => employee.id));
  const items = company.state().employees.map((employee) => ({
    ...employee,
    lists: [
      ...(activeIds.has(employee.id) ? ['employees'] : []),
      ...(terminatedIds.has(employee.id) ? ['terminated-employees'] : []),
    ],
  }));
  return { items };
}

function refuse(detail: string): Reply {
  return { status: 422, body: { error_code: 'validation_failed', errors: [detail] } };
}

function notFound(): Reply {
  return { status: 404, body: { error_code: 'not_found', errors: ['no such control address: see README.md'] } };
}
