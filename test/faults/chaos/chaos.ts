import { setTimeout as delay } from 'node:timers/promises';
import { Companies, WatchedApi, type Company, type Founded } from './companies.js';
import { Draw } from './draw.js';
import { drawFaults, heal, type Fault, type Scene } from './faults.js';
import { compareWithTwin, INVARIANTS } from './invariants.js';
import { Passing } from './passing-time.js';
import { SCENARIOS } from './scenarios.js';
import { Site, type SiteOptions } from './site.js';

/** Storms over a whole Rollcall, and after each one the question whether everything is as if there had been none. */
export interface ChaosOptions extends SiteOptions {
  readonly seed: number;
  /** No storm begins after so many minutes. */
  readonly minutes: number;
  /** Ends after so many storms, too. */
  readonly storms?: number;
  readonly print: (line: string) => void;
  /** Stops everything at once; what was seen until then is not told. */
  readonly signal?: AbortSignal;
}

export interface Summary {
  readonly seed: number;
  readonly storms: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly runs: Readonly<Record<string, number>>;
  readonly people: number;
  readonly invitations: number;
  readonly approvals: number;
  /** How often one was looked at. */
  readonly checked: number;
  readonly hoursPassed: number;
  readonly violations: readonly string[];
}

const COMPANIES: readonly Founded[] = [
  { subdomain: 'globex', people: 180 },
  { subdomain: 'initech', people: 70 },
  { subdomain: 'umbrella', people: 320 },
];
/** Every so many storms one is aimed. */
const AIMED_EVERY = 3;
const SAID_BY_THEN_MS = 500;
const MOST_HALF_DAYS = 3;
const IMPORTS_EVERY_MS = 1_700;

export async function runChaos(options: ChaosOptions): Promise<Summary> {
  const { seed, minutes, print } = options;
  const site = await Site.open(options);
  const { signal } = options;
  const giveUp = () => void site.close().finally(() => process.exit(130));
  signal?.addEventListener('abort', giveUp, { once: true });
  try {
    const [token] = await Promise.all([site.rollcall('tokens', 'create', '--operator'), site.ready()]);
    const companies = new Companies(site, new WatchedApi(site.apiUrl, token));
    await companies.found(COMPANIES, seed);
    const chaos = new Chaos({ site, companies, print }, seed);
    const end = Date.now() + minutes * 60_000;
    const most = options.storms ?? Infinity;
    for (let storm = 0; storm < most && Date.now() < end && chaos.violations.length === 0; storm += 1) {
      await chaos.storm(storm);
    }
    if (chaos.violations.length === 0) await chaos.end();
    return await chaos.summary(seed);
  } finally {
    signal?.removeEventListener('abort', giveUp);
    await site.close();
  }
}

class Chaos {
  readonly violations: string[] = [];
  readonly #scene: Scene;
  readonly #seed: number;
  /** What happens to the servers in this storm, and what to the people; how often those change is up to the machine. */
  #draw = new Draw(0);
  #people = new Draw(0);
  readonly #time: Passing;
  readonly #print: (line: string) => void;
  readonly #faults: Record<string, number> = {};
  readonly #aimed: number;
  #storms = 0;
  #approvals = 0;
  #checked = 0;

  constructor(scene: Scene, seed: number) {
    this.#scene = scene;
    this.#seed = seed;
    this.#print = scene.print;
    this.#time = new Passing(scene.site, scene.companies);
    this.#aimed = new Draw(seed).between(0, SCENARIOS.length - 1);
  }

  async storm(number: number): Promise<void> {
    const began = Date.now();
    this.#storms += 1;
    this.#draw = Draw.of(this.#seed, number, 1);
    this.#people = Draw.of(this.#seed, number, 2);
    const scenario = SCENARIOS[(this.#aimed + number / AIMED_EVERY) % SCENARIOS.length];
    const passes = this.#draw.chance(0.3);
    try {
      if (number % AIMED_EVERY === 0 && scenario !== undefined) {
        this.#count(scenario.kind);
        this.#print(`  ${scenario.kind}`);
        await this.#changeAll();
        this.violations.push(...(await scenario.run(this.#scene, this.#draw, this.#time)));
      } else await this.#rage(drawFaults(this.#draw));
      await this.#calm();
      if (passes) await this.#time.halfADay();
    } catch (error) {
      this.violations.push(`storm ${number}: ${error instanceof Error ? error.message : String(error)}`);
    }
    if (this.violations.length > 0) {
      // What a process said of it may still be in the pipe.
      await delay(SAID_BY_THEN_MS);
      for (const line of this.#scene.site.lastErrors) this.#print(`  ${line}`);
    }
    const seconds = Math.round((Date.now() - began) / 1000);
    this.#print(`storm ${number}: ${seconds} s, ${this.violations.length} violations`);
  }

  /**
   * Half days go by until imports change nothing any more: whoever was deleted is missed a second time in the first, and
   * in the next the address goes to others.
   */
  async end(): Promise<void> {
    try {
      for (let days = 0, changes = Infinity; changes > 0 && days < MOST_HALF_DAYS; days += 1) {
        await this.#time.halfADay();
        changes = await this.#settle();
      }
      await this.#check();
      await this.#compare(true);
    } catch (error) {
      this.violations.push(`at the end: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** Faults of a group one after the other, all groups at once, and meanwhile people come and go and imports are asked for. */
  async #rage(groups: Fault[][]): Promise<void> {
    const { companies, site } = this.#scene;
    const slowness = this.#draw.between(0, 250);
    const mailing = this.#draw.between(0, 120);
    for (const { subdomain } of companies.all) {
      await companies.control('POST', `${subdomain}/faults`, { kind: 'slow', delayMs: slowness, times: 40 });
    }
    site.sink.onMessage(() => delay(mailing));
    await this.#changeAll();
    const over = new AbortController();
    const asking = this.#keepAsking(over.signal);
    const raging = Promise.all(
      groups.map(async (group) => {
        for (const { kind, after, run } of group) {
          await delay(after);
          this.#print(`  ${kind}`);
          this.#count(kind);
          await run(this.#scene);
        }
      }),
    ).finally(() => over.abort());
    // Together: whichever fails, the storm ends by it, and the site is closed.
    await Promise.all([raging, asking]);
  }

  async #keepAsking(over: AbortSignal): Promise<void> {
    const { companies } = this.#scene;
    while (!over.aborted) {
      await Promise.all(companies.all.map((company) => companies.askForImport(company)));
      await delay(IMPORTS_EVERY_MS);
      void companies.look(this.#people.one(companies.all), this.#people);
      await companies.change(this.#people.one(companies.all), this.#people);
    }
  }

  async #changeAll(): Promise<void> {
    const { companies } = this.#scene;
    for (const company of companies.all) await companies.change(company, this.#people);
  }

  async #calm(): Promise<void> {
    const { site } = this.#scene;
    site.sink.onMessage(null);
    await heal(this.#scene);
    await site.ready();
    await this.#settle();
    await this.#check();
    await this.#compare(false);
  }

  /** @returns how many people were changed by it */
  async #settle(): Promise<number> {
    const { companies } = this.#scene;
    const settled = await Promise.all(companies.all.map((company) => companies.settle(company)));
    this.#approvals += settled.reduce((sum, { approvals }) => sum + approvals, 0);
    return settled.reduce((sum, { changes }) => sum + changes, 0);
  }

  async #check(): Promise<void> {
    const { site, companies } = this.#scene;
    for (const { check } of INVARIANTS) {
      this.#checked += 1;
      this.violations.push(...(await check(site, companies)));
    }
  }

  /** @param all of them; else of one company that is drawn */
  async #compare(all: boolean): Promise<void> {
    const { site, companies } = this.#scene;
    const compare = async (company: Company) => {
      const twin = await companies.twin(company);
      if (all) company.deleted.clear();
      this.#checked += 1;
      this.violations.push(...(await compareWithTwin(site, companies, company, twin)));
      await companies.revoke(twin);
    };
    await Promise.all((all ? companies.all : [this.#people.one(companies.all)]).map(compare));
  }

  #count(kind: string): void {
    this.#faults[kind] = (this.#faults[kind] ?? 0) + 1;
  }

  async summary(seed: number): Promise<Summary> {
    const { site } = this.#scene;
    const runs = await site.rows<{ state: string; count: number }>(
      'select state, count(*) as count from import_runs group by state order by state',
    );
    const [count] = await site.rows<{ people: number; invitations: number }>(
      `select (select count(*) from members) as people,
         (select count(*) from outbox where kind = 'invitation' and state in ('sent', 'unknown')) as invitations`,
    );
    return {
      seed,
      storms: this.#storms,
      faults: this.#faults,
      runs: Object.fromEntries(runs.map((row) => [row.state, row.count])),
      people: count?.people ?? 0,
      invitations: count?.invitations ?? 0,
      approvals: this.#approvals,
      checked: this.#checked,
      hoursPassed: this.#time.hours,
      violations: this.violations,
    };
  }
}
