import { AuthorizationLost, InsufficientScope } from '../errors.js';
import { Connection, VENDOR } from './connection.js';
import { EMPLOYEES } from './employee.js';
import { Employees } from './employees.js';
import { Persons } from './persons.js';
import type { Credential, LookUp, Page, Probe, ProviderClient, ProviderContext, ReadOptions } from '../provider.js';

/**
 * Reads one Personio account by the API v1, or by v2 where the credentials are good for that one alone: v2 costs a request
 * a person. Both give the same records (README.md).
 */
export class PersonioClient implements ProviderClient {
  readonly #connection: Connection;
  readonly #employees: Employees;
  readonly #persons: Persons;
  readonly #interface: string | undefined;

  constructor(credential: Credential, context: ProviderContext) {
    this.#connection = new Connection(credential, context);
    this.#employees = new Employees(this.#connection);
    this.#persons = new Persons(this.#connection);
    this.#interface = credential.interface;
  }

  async probe(signal: AbortSignal): Promise<Probe> {
    try {
      return { ...(await this.#employees.probe(signal)), interface: 'v1' };
    } catch (error) {
      if (!isRefusal(error)) throw error;
      return await this.#persons.probe(signal).then(
        (seen) => ({ ...seen, interface: 'v2' }),
        (other: unknown) => {
          // Of two refusals that of the version which the help speaks of.
          throw isRefusal(other) ? error : other;
        },
      );
    }
  }

  readPages(list: string, cursor: string | null, options: ReadOptions): AsyncGenerator<Page, void, undefined> {
    if (list !== EMPLOYEES) throw new RangeError(`${VENDOR} has no list "${list}"`);
    return (this.#interface === 'v2' ? this.#persons : this.#employees).readPages(cursor, options);
  }

  async lookUp(personId: string, signal: AbortSignal): Promise<LookUp> {
    if (!NUMBER.test(personId)) return 'unknown';
    return (this.#interface === 'v2' ? this.#persons : this.#employees).lookUp(personId, signal);
  }

  close(): Promise<void> {
    return this.#connection.close();
  }
}

/** An id of Personio; of nothing else an address is made. */
const NUMBER = /^[1-9]\d*$/;

const isRefusal = (error: unknown) => error instanceof AuthorizationLost || error instanceof InsufficientScope;
