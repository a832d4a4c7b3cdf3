import { randomUUID } from 'node:crypto';
import { Api, type Answer, type Asked, type Body } from '../../journeys/api.js';
import { canaryKey } from '../../journeys/canaries.js';
import { MAPPING, type Person } from '../../journeys/stage.js';
import { control } from '../../simulators/control.js';
import { until } from '../../harness/until.js';
import type { Draw } from './draw.js';
import type { Site } from './site.js';

/** A company with its integration, and what has really happened there: what removals are judged by. */
export interface Company {
  readonly subdomain: string;
  readonly programme: string;
  readonly integration: string;
  /** The integration's path in the API. */
  readonly place: string;
  /** Provider ids of whoever was deleted, and of whoever has ever left. */
  readonly deleted: Set<string>;
  readonly left: Set<string>;
}

export interface Founded {
  readonly subdomain: string;
  readonly people: number;
}

/** Of the simulated system; a storm's last import may wait out a pause of Temporal's of up to a minute. */
const RUN_ENDS_MS = 150_000;
/** Whoever counts as more than a passing few when many go at once. */
const MASS = { least: 0.25, most: 0.6 };

/** Remembers whatever was answered with a fault of Rollcall's own: a server that is away is 503, or 202 with an operation. */
export class WatchedApi extends Api {
  readonly faults: string[] = [];

  override async ask(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, asked?: Asked): Promise<Answer> {
    const answer = await super.ask(method, path, asked);
    if (answer.status >= 500 && answer.status !== 503) this.faults.push(`${method} ${path}: ${answer.text}`);
    return answer;
  }
}

/** What an import may do to somebody. */
const DOES = ['created', 'adopted', 'reactivated', 'transferred', 'updated', 'leaver', 'revoked', 'vanished'];

/** What anybody may look at meanwhile, below the integration's address. */
const LOOKS = ['', '/imports', '/imports?kind=import&limit=5', '/review', '/fields', '/people/3/explanation'];

export class Companies {
  /** In the order in which they were given: what is drawn says which. */
  all: readonly Company[] = [];
  readonly #site: Site;
  readonly #api: WatchedApi;

  constructor(site: Site, api: WatchedApi) {
    this.#site = site;
    this.#api = api;
  }

  /** Sentences of answers that told of a fault of Rollcall's own. */
  get faults(): readonly string[] {
    return this.#api.faults;
  }

  async found(companies: readonly Founded[], seed: number): Promise<void> {
    this.all = await Promise.all(companies.map((company) => this.#found(company, seed)));
  }

  async #found({ subdomain, people }: Founded, seed: number): Promise<Company> {
    await this.control('POST', 'companies', { subdomain, people: 10, seed, apiKey: canaryKey(subdomain) });
    await this.control('POST', `${subdomain}/bulk`, { hire: people - 10 });
    await this.control('POST', `${subdomain}/hire`, { first_name: 'Canary', last_name: `Canary-${subdomain}` });
    return this.#connect(subdomain, subdomain, true);
  }

  control(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<unknown> {
    return control(this.#site.simulator.url, method, path, body);
  }

  async people({ subdomain }: Company): Promise<Person[]> {
    return ((await this.control('GET', `${subdomain}/people`)) as { items: Person[] }).items;
  }

  /** A programme of its own over the same directory, in which nothing was ever disturbed and nobody is mailed. */
  async twin(company: Company): Promise<Company> {
    return this.#connect(company.subdomain, `twin of ${company.subdomain} ${randomUUID().slice(0, 8)}`, false);
  }

  async #connect(subdomain: string, name: string, welcomeEmail: boolean): Promise<Company> {
    const api = this.#api;
    const { id: programme } = await api.done('POST', '/programmes', { body: { name, timeZone: 'UTC' } });
    const body = { provider: 'sage-hr', name: `Sage HR of ${name}` };
    const { id: integration } = await api.done('POST', `/programmes/${programme}/integrations`, { body });
    const place = `/programmes/${programme}/integrations/${integration}`;
    const company = { subdomain, programme, integration, place, deleted: new Set<string>(), left: new Set<string>() };
    await api.done('PUT', `${place}/setup`, { body: { welcomeEmail, reportTo: [`hr@${subdomain}.example`] } });
    await api.done('POST', `${place}/authorize`, { body: { subdomain, apiKey: canaryKey(subdomain) } });
    await api.done('PUT', `${place}/mapping`, { body: MAPPING });
    const { firstImport } = await api.done('POST', `${place}/publish`);
    await this.#ended(company, firstImport.id);
    return company;
  }

  /** A few things happen, now and then to a large part of the company. */
  async change(company: Company, draw: Draw): Promise<void> {
    const { subdomain } = company;
    const people = await this.people(company);
    const employed = people.filter(({ lists }) => lists.includes('employees'));
    const happens = (event: string, body: object) => this.control('POST', `${subdomain}/${event}`, body);
    const some = (count: number) => draw.some(employed, count);
    const part = () => Math.ceil(employed.length * (MASS.least + draw.fraction() * (MASS.most - MASS.least)));
    const events: Readonly<Record<string, () => Promise<unknown>>> = {
      hire: () => happens('bulk', { hire: draw.between(1, 12) }),
      leave: async () => this.#leave(company, some(draw.between(1, 4))),
      rename: async () =>
        this.#each(some(3), ({ id }) => this.#change(company, id, { last_name: `Canary-${draw.between(1, 999)}` })),
      move: async () =>
        this.#each(some(5), ({ id }) => this.#change(company, id, { team: draw.one(['Sales', 'People', 'Finance']) })),
      swap: async () => this.#swap(company, some(2)),
      delete: async () => this.#delete(company, some(draw.between(1, 2))),
      rehire: async () =>
        this.#each(people.filter(({ id }) => company.left.has(String(id))).slice(-2), ({ id }) =>
          happens('rehire', { id }),
        ),
      massLeave: async () => this.#leave(company, some(part())),
      massDelete: async () => this.#delete(company, some(part())),
    };
    const common = ['hire', 'hire', 'leave', 'rename', 'move', 'swap', 'delete', 'rehire'];
    const drawn = Array.from({ length: draw.between(1, 4) }, () => draw.one(common));
    if (draw.chance(0.12)) drawn.push(draw.one(['massLeave', 'massDelete']));
    if (employed.length < 60) drawn.push('hire', 'hire', 'hire');
    for (const event of drawn) await events[event]?.();
  }

  /** Whoever was deleted since the people were looked at has nothing to change any more. */
  async #change({ subdomain, deleted }: Company, id: Person['id'], to: object): Promise<void> {
    if (!deleted.has(String(id))) await this.control('POST', `${subdomain}/change`, { id, ...to });
  }

  async #each<T>(of: readonly T[], work: (one: T) => Promise<unknown>): Promise<void> {
    for (const one of of) await work(one);
  }

  async #leave(company: Company, people: readonly Person[]): Promise<void> {
    await this.#each(people, async ({ id }) => {
      if (company.deleted.has(String(id))) return;
      company.left.add(String(id));
      await this.control('POST', `${company.subdomain}/leave`, { id });
    });
  }

  async #delete(company: Company, people: readonly Person[]): Promise<void> {
    await this.#each(people, async ({ id }) => {
      if (company.deleted.has(String(id)) || company.left.has(String(id))) return;
      company.deleted.add(String(id));
      await this.control('POST', `${company.subdomain}/delete`, { id });
    });
  }

  async #swap({ subdomain, deleted }: Company, people: readonly Person[]): Promise<void> {
    const [one, other] = people.filter(({ id, email }) => email !== null && !deleted.has(String(id)));
    if (one === undefined || other === undefined) return;
    const now = new Map((await this.people({ subdomain } as Company)).map((person) => [person.id, person.email]));
    await this.control('POST', `${subdomain}/change`, { id: one.id, email: now.get(other.id) });
    await this.control('POST', `${subdomain}/change`, { id: other.id, email: now.get(one.id) });
  }

  /** In a storm: whoever asks may get no answer, and that is no fault. */
  async askForImport({ place }: Company): Promise<void> {
    const signal = new Promise<null>((resolve) => setTimeout(resolve, 2_000, null).unref());
    await Promise.race([signal, this.#api.ask('POST', `${place}/imports`).catch(() => null)]);
  }

  /** The same: whatever is looked at, an answer is none of a fault of Rollcall's. */
  async look({ place }: Company, draw: Draw): Promise<void> {
    await this.#api.ask('GET', `${place}${draw.one(LOOKS)}`).catch(() => null);
  }

  /** The same: what cannot be asked or has ended meanwhile is not cancelled. */
  async cancelWhatRuns({ place, integration }: Company): Promise<void> {
    const [run] = await this.#site
      .rows<{ id: string }>(
        `select id from import_runs where integration_id = $1 and started_at is not null and ended_at is null`,
        [integration],
      )
      .catch(() => []);
    if (run === undefined) return;
    await this.#api.ask('POST', `${place}/imports/${run.id}/cancel`).catch(() => null);
  }

  /** An import after the storm, with whatever it holds approved, until nothing is left to be asked or done. */
  async settle(company: Company): Promise<{ approvals: number; changes: number }> {
    for (let approvals = 0, changes = 0; approvals < 6; approvals += 1) {
      await this.untilAllEnded(company);
      const run = await this.importToItsEnd(company);
      const held = run.held as { count: number; planDigest: string; question: string | null } | null;
      if (!['completed', 'completed-with-errors', 'waiting-for-approval'].includes(run.state)) {
        throw new Error(`a calm import of ${company.subdomain} ended ${run.state}: ${JSON.stringify(run.failure)}`);
      }
      changes += DOES.reduce((sum, kind) => sum + (run.counts[kind] ?? 0), 0);
      if (held?.question == null) return { approvals, changes };
      const decision = { decision: 'approve', planDigest: held.planDigest };
      const answer = await this.#api.ask('POST', `${company.place}/imports/${held.question}/removals`, {
        body: decision,
      });
      if (answer.status >= 300) throw new Error(`an approval was refused: ${answer.text}`);
    }
    throw new Error(`the imports of ${company.subdomain} go on asking, though all is approved`);
  }

  async importToItsEnd(company: Company): Promise<Body> {
    const { id } = await this.beginImport(company);
    return this.#ended(company, id);
  }

  /** Asks until it has begun: right after half days or healed faults a connection may be found dead. */
  beginImport(company: Company): Promise<Body> {
    const headers = { 'idempotency-key': randomUUID() };
    return until(
      `an import of ${company.subdomain} to begin`,
      async () => {
        const answer = await this.#api.ask('POST', `${company.place}/imports`, { headers });
        if (answer.status >= 400 && answer.status !== 503) throw new Error(`an import was refused: ${answer.text}`);
        // A command that is not answered in time gives an operation, one that finds a server away is asked again: the
        // same key gives the answer later.
        return 'kind' in answer.body ? answer.body : null;
      },
      RUN_ENDS_MS,
    );
  }

  async #ended({ place }: Company, id: string): Promise<Body> {
    return until(
      `the import ${id} to end`,
      async () => {
        const run = await this.#api.done('GET', `${place}/imports/${id}`);
        return run.endedAt === null ? null : run;
      },
      RUN_ENDS_MS,
    );
  }

  async untilAllEnded({ integration, subdomain }: Company): Promise<void> {
    await until(
      `every run of ${subdomain} to end`,
      async () => {
        const open = await this.#site.rows(
          'select id from import_runs where integration_id = $1 and ended_at is null',
          [integration],
        );
        return open.length === 0;
      },
      RUN_ENDS_MS,
    );
  }

  async revoke({ place }: Company): Promise<void> {
    await this.#api.done('POST', `${place}/revoke`);
  }
}
