import { daysFrom, makeUpPeople, type Person } from './company.js';

/**
 * A made-up company as its HR department knows it, and what can happen there. Vendor-neutral: each simulator dresses
 * these people in its vendor's fields. `raw` replaces fields of the vendor's record as they are, wrong ones too.
 */
export interface Employee extends Person {
  readonly custom: Readonly<Record<string, unknown>>;
  readonly raw: Readonly<Record<string, unknown>>;
}

/** As it is kept in the state file. */
export interface DirectoryState {
  /** What names the account at the vendor (a tenant, a client id) and the secret that opens it. */
  readonly account: string;
  readonly secret: string;
  readonly nextId: number;
  readonly employees: readonly Employee[];
  /** Fields of the vendor's records that this account may not see. */
  readonly hidden: readonly string[];
}

/** A control request that makes no sense; the sentence is the answer. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

type Body = Readonly<Record<string, unknown>>;

const SETTABLE =
  'firstName lastName email startsOn endsOn bornOn team position managerId country city street postCode contract'.split(
    ' ',
  );
const LEAVERS_SHARE = 0.06;
const FUTURE_STARTERS = 4;
const ANNOUNCED_LEAVERS = 3;
/** From so many people on a company has such special cases. */
const LARGE = 50;

export class Directory {
  readonly account: string;
  readonly secret: string;
  readonly #today: () => string;
  readonly #employees: Map<number, Employee>;
  #nextId: number;
  #hidden: readonly string[];
  /** Who was deleted, and who is left out of the lists though they are still there; both until the simulator stops. */
  readonly #deleted = new Map<number, Employee>();
  #unlisted: ReadonlySet<number> = new Set();
  /** The employees as a list, until one of them changes: a page of a large company is cut out of it. */
  #listed: readonly Employee[] | null = null;

  constructor(state: DirectoryState, today: () => string) {
    this.account = state.account;
    this.secret = state.secret;
    this.#today = today;
    this.#employees = new Map(state.employees.map((employee) => [employee.id, employee]));
    this.#nextId = state.nextId;
    this.#hidden = state.hidden;
  }

  /** A company as it stands on its first day. */
  static found(
    { account, secret, people, seed }: { account: string; secret: string; people: number; seed: number },
    today: () => string,
  ): Directory {
    const domain = `${account.replace(/[^a-z0-9-]/gi, '-').toLowerCase()}.example`;
    const special = people >= LARGE;
    const made = makeUpPeople({
      domain,
      seed,
      today: today(),
      employed: people,
      left: Math.floor(people * LEAVERS_SHARE),
      futureStarters: special ? FUTURE_STARTERS : 0,
      announcedLeavers: special ? ANNOUNCED_LEAVERS : 0,
      firstId: 1,
    });
    const employees = made.map((person) => ({ ...person, custom: customOf(person), raw: {} }));
    return new Directory({ account, secret, nextId: employees.length + 1, employees, hidden: [] }, today);
  }

  state(): DirectoryState {
    const { account, secret } = this;
    return { account, secret, nextId: this.#nextId, employees: [...this.#employees.values()], hidden: this.#hidden };
  }

  hides(field: string): boolean {
    return this.#hidden.includes(field);
  }

  /** Everybody the vendor keeps, leavers too, in the order in which they were entered. */
  employees(): readonly Employee[] {
    this.#listed ??= [...this.#employees.values()].filter(({ id }) => !this.#unlisted.has(id));
    return this.#listed;
  }

  /** How many were entered up to that id: where those after it begin, even if who had it is gone. */
  placeAfter(id: number): number {
    const employees = this.employees();
    let [low, high] = [0, employees.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((employees[middle]?.id ?? Infinity) <= id) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  get(id: number): Employee | undefined {
    return this.#employees.get(id);
  }

  /** Somebody who was deleted, as they were. */
  deleted(id: number): Employee | undefined {
    return this.#deleted.get(id);
  }

  standing({ startsOn, endsOn }: Employee): 'future' | 'employed' | 'left' {
    const today = this.#today();
    if (endsOn !== null && endsOn < today) return 'left';
    return startsOn > today ? 'future' : 'employed';
  }

  /** Carries out what happened, by its name. */
  happen(event: string, body: Body): unknown {
    switch (event) {
      case 'hire':
        return this.#hire(body);
      case 'change':
        return this.#keep({ ...this.#named(body), ...this.#given(body) });
      case 'leave':
        return this.#keep({ ...this.#named(body), endsOn: textOr(body.date, daysFrom(this.#today(), -1)) });
      case 'rehire':
        return this.#keep({ ...this.#named(body), startsOn: textOr(body.date, this.#today()), endsOn: null });
      case 'delete': {
        const employee = this.#named(body);
        this.#forget([employee]);
        return employee;
      }
      case 'bulk':
        return this.#bulk(body);
      case 'unlist':
        this.#unlisted = new Set(Array.isArray(body.ids) ? body.ids.map(Number) : []);
        this.#listed = null;
        return { unlisted: [...this.#unlisted] };
      case 'hide':
        this.#hidden = Array.isArray(body.fields) ? body.fields.map(String) : [];
        return { hidden: this.#hidden };
      default:
        return undefined;
    }
  }

  #hire(body: Body): Employee {
    if (typeof body.firstName !== 'string' || typeof body.lastName !== 'string') {
      throw new Refused('a hire needs firstName and lastName');
    }
    const [person] = this.#makeUp(1, this.#today());
    if (person === undefined) throw new Refused('nobody could be made up');
    return this.#keep({ ...person, startsOn: this.#today(), ...this.#given(body) });
  }

  #bulk(body: Body): { ids: number[] } {
    const newest = (count: number) =>
      this.employees()
        .filter((employee) => this.standing(employee) !== 'left')
        .slice(-count);
    if (typeof body.hire === 'number') {
      return { ids: this.#makeUp(body.hire, this.#today()).map((person) => this.#keep(person).id) };
    }
    if (typeof body.remove === 'number') {
      const gone = newest(body.remove);
      this.#forget(gone);
      return { ids: gone.map(({ id }) => id) };
    }
    throw new Refused('bulk takes one of { hire: n }, { remove: n }');
  }

  #makeUp(count: number, today: string): Employee[] {
    const plan = { domain: `${this.account}.example`, seed: this.#nextId, today, employed: count, left: 0 };
    const people = makeUpPeople({ ...plan, futureStarters: 0, announcedLeavers: 0, firstId: this.#nextId });
    this.#nextId += count;
    return people.map((person) => ({
      ...person,
      email: person.email?.replace('@', `.${person.id}@`) ?? null,
      custom: customOf(person),
      raw: {},
    }));
  }

  #keep(employee: Employee): Employee {
    this.#employees.set(employee.id, employee);
    this.#listed = null;
    return employee;
  }

  #forget(gone: readonly Employee[]): void {
    for (const employee of gone) {
      this.#employees.delete(employee.id);
      this.#deleted.set(employee.id, employee);
    }
    this.#listed = null;
  }

  #named(body: Body): Employee {
    const employee = this.#employees.get(Number(body.id));
    if (employee === undefined) throw new Refused(`nobody at ${this.account} has the id ${JSON.stringify(body.id)}`);
    return employee;
  }

  #given(body: Body): Partial<Employee> {
    const { custom, raw } = body;
    const fields = Object.fromEntries(Object.entries(body).filter(([name]) => !['id', 'custom', 'raw'].includes(name)));
    const unknown = Object.keys(fields).filter((name) => !SETTABLE.includes(name));
    if (unknown.length > 0) throw new Refused(`unknown fields ${unknown.join(', ')}; known: ${SETTABLE.join(', ')}`);
    return {
      ...fields,
      ...(isObject(custom) ? { custom } : {}),
      ...(isObject(raw) ? { raw } : {}),
    };
  }
}

const customOf = (person: Person) => ({ 'T-shirt size': person.shirt, Interests: person.interests });

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
