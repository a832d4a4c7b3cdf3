import type { Companies } from './companies.js';
import type { Site } from './site.js';

/** Half days that go by at once, in Postgres and at the companies, so that what waits twelve hours happens in minutes. */
export class Passing {
  hours = 0;
  readonly #site: Site;
  readonly #companies: Companies;

  constructor(site: Site, companies: Companies) {
    this.#site = site;
    this.#companies = companies;
  }

  async halfADay(): Promise<void> {
    this.hours += 13;
    const today = new Date(Date.now() + this.hours * 3_600_000).toISOString().slice(0, 10);
    await this.#companies.control('POST', 'today', { date: today });
    await this.#site.rows(`alter database rollcall set rollcall.now_offset = '${this.hours} hours'`);
    // Sessions that are open keep the offset they began with.
    await this.#site.cutConnections();
  }
}
