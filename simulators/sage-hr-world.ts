import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Faults, RequestLog } from './faults.js';
import { Company, foundCompany, Refused, type CompanyState } from './sage-hr-company.js';

/** One company with what is wrong with its server and what was asked of it; only the company is kept in the file. */
export interface Site {
  readonly company: Company;
  readonly faults: Faults;
  readonly requests: RequestLog;
}

export interface NewCompany {
  readonly subdomain: string;
  readonly apiKey?: string | undefined;
  readonly people?: number | undefined;
  readonly seed?: number | undefined;
  readonly announced?: boolean | undefined;
}

const DEMO = { subdomain: 'acme', apiKey: 'demo-sage-key', people: 260, seed: 7 };
/** Words of the server's own addresses. */
const RESERVED = ['api', 'control'];

/** All companies of a simulator. */
export class SageHrWorld {
  readonly #sites = new Map<string, Site>();
  readonly #defaultSubdomain: string;
  readonly #stateFile: string | null;
  #fixedToday: string | null;

  constructor(options: Partial<NewCompany> & { readonly today?: string; readonly stateFile?: string }) {
    this.#defaultSubdomain = options.subdomain ?? DEMO.subdomain;
    this.#stateFile = options.stateFile ?? null;
    this.#fixedToday = options.today ?? null;
    for (const state of this.#load()) this.#open(new Company(state, this.today));
    if (!this.#sites.has(this.#defaultSubdomain)) {
      this.found({ ...options, subdomain: this.#defaultSubdomain });
    }
  }

  readonly today = (): string => this.#fixedToday ?? new Date().toISOString().slice(0, 10);

  /** Lets the days go by (or null: gives the day back to the clock). */
  setToday(date: string | null): void {
    this.#fixedToday = date;
  }

  site(subdomain: string): Site | undefined {
    return this.#sites.get(subdomain.toLowerCase());
  }

  defaultSite(): Site | undefined {
    return this.#sites.get(this.#defaultSubdomain);
  }

  found(wanted: NewCompany): Site {
    const { subdomain } = wanted;
    if (!/^[a-z0-9-]{1,63}$/.test(subdomain) || RESERVED.includes(subdomain)) {
      throw new Refused('subdomain must be of a-z, 0-9 and -, and neither api nor control');
    }
    if (this.#sites.has(subdomain)) throw new Refused(`there is a company ${subdomain} already`);
    const company = foundCompany(
      {
        subdomain,
        apiKey: wanted.apiKey ?? DEMO.apiKey,
        people: wanted.people ?? DEMO.people,
        seed: wanted.seed ?? DEMO.seed,
        announced: wanted.announced ?? false,
        today: this.today(),
      },
      this.today,
    );
    const site = this.#open(company);
    this.save();
    return site;
  }

  /** Replaces the file in one step, so that a kill leaves the old one or the new one. */
  save(): void {
    if (this.#stateFile === null) return;
    const companies = [...this.#sites.values()].map((site) => site.company.state());
    mkdirSync(dirname(this.#stateFile), { recursive: true });
    writeFileSync(`${this.#stateFile}.new`, JSON.stringify({ version: 1, companies }));
    renameSync(`${this.#stateFile}.new`, this.#stateFile);
  }

  #open(company: Company): Site {
    const site = { company, faults: new Faults(), requests: new RequestLog() };
    this.#sites.set(company.subdomain, site);
    return site;
  }

  #load(): readonly CompanyState[] {
    if (this.#stateFile === null || !existsSync(this.#stateFile)) return [];
    const kept = JSON.parse(readFileSync(this.#stateFile, 'utf8')) as { version: number; companies: CompanyState[] };
    if (kept.version !== 1) throw new RangeError(`${this.#stateFile} has version ${kept.version}; 1 is understood`);
    return kept.companies;
  }
}
