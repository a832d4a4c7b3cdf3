import { daysFrom, makeUpPeople } from './company.js';
import { employeeOf, INTERESTS_FIELD, SETTABLE, SHIRT_FIELD } from './sage-hr-records.js';
import type { CustomFieldDefinition, Employee } from './sage-hr-records.js';

/** A company as it is kept in the state file. */
export interface CompanyState {
  readonly subdomain: string;
  readonly apiKey: string;
  /** Whether people whose last day is still to come already stand among the terminated ones too; unknown at Sage HR. */
  readonly announced: boolean;
  readonly nextId: number;
  readonly fields: readonly CustomFieldDefinition[];
  readonly employees: readonly Employee[];
}

export interface CompanyOptions {
  readonly subdomain: string;
  readonly apiKey: string;
  /** How many stand in /employees, future starters and announced leavers among them. */
  readonly people: number;
  readonly seed: number;
  readonly announced: boolean;
  readonly today: string;
}

/** A control request that makes no sense; the sentence is the answer. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

type Body = Readonly<Record<string, unknown>>;

/** One made-up company at Sage HR: its people, and what can happen to them. */
export class Company {
  readonly subdomain: string;
  readonly apiKey: string;
  readonly #announced: boolean;
  readonly #today: () => string;
  readonly #employees: Map<number, Employee>;
  #fields: readonly CustomFieldDefinition[];
  #nextId: number;
  /** Left out of both lists though they are still there; until the simulator stops. */
  #unlisted: ReadonlySet<number> = new Set();
  /** Who stands in which list, until somebody changes or a day ends: a list of 100,000 is not sorted for each page. */
  #lists: { readonly day: string; readonly active: Employee[]; readonly terminated: Employee[] } | null = null;

  constructor(state: CompanyState, today: () => string) {
    this.subdomain = state.subdomain;
    this.apiKey = state.apiKey;
    this.#announced = state.announced;
    this.#today = today;
    this.#employees = new Map(state.employees.map((employee) => [employee.id, employee]));
    this.#fields = state.fields;
    this.#nextId = state.nextId;
  }

  state(): CompanyState {
    return {
      subdomain: this.subdomain,
      apiKey: this.apiKey,
      announced: this.#announced,
      nextId: this.#nextId,
      fields: this.#fields,
      employees: [...this.#employees.values()],
    };
  }

  lists(): { readonly active: readonly Employee[]; readonly terminated: readonly Employee[] } {
    const day = this.#today();
    if (this.#lists?.day !== day) {
      const all = [...this.#employees.values()].filter(({ id }) => !this.#unlisted.has(id));
      this.#lists = {
        day,
        active: all.filter((employee) => !isOver(employee, day)),
        terminated: all.filter(
          (employee) => isOver(employee, day) || (this.#announced && employee.termination_date !== null),
        ),
      };
    }
    return this.#lists;
  }

  /** One person of the list, or nobody. */
  find(list: 'active' | 'terminated', id: string): Employee | undefined {
    const employee = this.#employees.get(Number(id));
    if (employee === undefined || String(employee.id) !== id) return undefined;
    const over = isOver(employee, this.#today());
    if (list === 'active') return over ? undefined : employee;
    return over || (this.#announced && employee.termination_date !== null) ? employee : undefined;
  }

  customFields(employee: Employee): Record<string, unknown>[] {
    return this.#fields.map((field) => ({ ...field, value: employee.custom[field.id] ?? null }));
  }

  hire(body: Body): Employee {
    if (typeof body.first_name !== 'string' || typeof body.last_name !== 'string') {
      throw new Refused('a hire needs first_name and last_name');
    }
    const id = this.#nextId;
    const [base] = makeUp({ ...this.#plan(), seed: id, people: 1, firstId: id });
    if (base === undefined) throw new Refused('nobody could be made up');
    const employee: Employee = {
      ...base,
      email: `${body.first_name}.${body.last_name}.${id}@${this.subdomain}.example`.toLowerCase().replace(/\s+/g, '-'),
      employment_start_date: this.#today(),
    };
    this.#assign(employee, body);
    this.#nextId += 1;
    this.#employees.set(id, employee);
    this.#lists = null;
    return employee;
  }

  change(body: Body): Employee {
    const employee = this.#named(body);
    this.#assign(employee, body);
    return employee;
  }

  /** `date` is the last working day: only when it is over does the person change lists. */
  leave(body: Body): Employee {
    const employee = this.#named(body);
    const date = body.date ?? daysFrom(this.#today(), -1);
    if (typeof date !== 'string') throw new Refused('date must be text, usually YYYY-MM-DD');
    employee.termination_date = date;
    employee.termination = { reason: textOr(body.reason, 'Resignation'), comments: textOr(body.comments, '') };
    this.#lists = null;
    return employee;
  }

  rehire(body: Body): Employee {
    const employee = this.#named(body);
    employee.termination_date = null;
    employee.termination = null;
    employee.employment_start_date = textOr(body.date, this.#today());
    this.#lists = null;
    return employee;
  }

  /** Deleted people stand in neither list. */
  delete(body: Body): Employee {
    const employee = this.#named(body);
    this.#employees.delete(employee.id);
    this.#lists = null;
    return employee;
  }

  /** From now on these stand in neither list, and can still be asked for; an empty list ends it. */
  unlist(body: Body): { unlisted: number[] } {
    this.#unlisted = new Set(Array.isArray(body.ids) ? body.ids.map(Number) : []);
    this.#lists = null;
    return { unlisted: [...this.#unlisted] };
  }

  /** Many at once: `{ hire: n }`, `{ remove: n }` (deletes the newest), `{ leave: n, date? }` (the newest leave). */
  bulk(body: Body): { ids: number[] } {
    const newest = (count: number) => (count === 0 ? [] : this.lists().active.slice(-count));
    if (typeof body.hire === 'number') {
      const made = makeUp({ ...this.#plan(), seed: this.#nextId, people: body.hire, firstId: this.#nextId });
      this.#nextId += body.hire;
      this.#lists = null;
      for (const employee of made) {
        const email = employee.email?.replace('@', `.${employee.id}@`) ?? null;
        this.#employees.set(employee.id, { ...employee, email });
      }
      return { ids: made.map((employee) => employee.id) };
    }
    if (typeof body.remove === 'number') {
      return { ids: newest(body.remove).map(({ id }) => this.delete({ id }).id) };
    }
    if (typeof body.leave === 'number') {
      return { ids: newest(body.leave).map(({ id }) => this.leave({ ...body, id }).id) };
    }
    throw new Refused('bulk takes one of { hire: n }, { remove: n }, { leave: n, date? }');
  }

  defineField(body: Body): CustomFieldDefinition {
    if (typeof body.label !== 'string') throw new Refused('a custom field needs a label');
    const id = Math.max(0, ...this.#fields.map((field) => field.id)) + 1;
    const options = Array.isArray(body.options) ? body.options.map(String) : null;
    const field = { id, label: body.label, type: textOr(body.type, 'CustomDropdownField'), options };
    this.#fields = [...this.#fields, field];
    return field;
  }

  #plan() {
    return { subdomain: this.subdomain, apiKey: this.apiKey, announced: this.#announced, today: this.#today() };
  }

  #named(body: Body): Employee {
    const employee = this.#employees.get(Number(body.id));
    if (employee === undefined) throw new Refused(`nobody at ${this.subdomain} has the id ${JSON.stringify(body.id)}`);
    return employee;
  }

  /** Sets vendor fields as given (wrong values too: bad data is what tests need), custom fields by label. */
  #assign(employee: Employee, body: Body): void {
    const fields = Object.fromEntries(
      Object.entries(body).filter(([name]) => name !== 'id' && name !== 'custom_fields'),
    );
    const custom = body.custom_fields ?? {};
    const unknown = Object.keys(fields).filter((name) => !SETTABLE.some((field) => field === name));
    if (unknown.length > 0) throw new Refused(`unknown fields ${unknown.join(', ')}; known: ${SETTABLE.join(', ')}`);
    if (typeof custom !== 'object') throw new Refused('custom_fields must be { label: value }');
    const values = Object.entries(custom).map(([label, value]: [string, unknown]) => {
      const field = this.#fields.find((candidate) => candidate.label === label);
      if (field === undefined) throw new Refused(`no custom field has the label "${label}"`);
      return [field.id, value] as const;
    });
    Object.assign(employee, fields);
    for (const [id, value] of values) employee.custom[id] = value;
  }
}

/** A company as it stands on its first day. */
export function foundCompany(options: CompanyOptions, today: () => string): Company {
  const employees = makeUp({ ...options, firstId: 1 });
  return new Company(
    {
      subdomain: options.subdomain,
      apiKey: options.apiKey,
      announced: options.announced,
      nextId: employees.length + 1,
      fields: [SHIRT_FIELD, INTERESTS_FIELD],
      employees,
    },
    today,
  );
}

/** Of a whole company 6 of 100 have left, four begin later and three are about to leave; single people are plain. */
function makeUp(options: CompanyOptions & { readonly firstId: number }): Employee[] {
  const whole = options.firstId === 1;
  return makeUpPeople({
    domain: `${options.subdomain}.example`,
    seed: options.seed,
    today: options.today,
    employed: options.people,
    left: whole ? Math.floor(options.people * 0.06) : 0,
    futureStarters: whole && options.people >= 50 ? 4 : 0,
    announcedLeavers: whole && options.people >= 50 ? 3 : 0,
    firstId: options.firstId,
  }).map((person) => employeeOf(person, options.subdomain));
}

/** A date that is none ends the employment at once. */
function isOver(employee: Employee, day: string): boolean {
  const date = employee.termination_date;
  return date !== null && (date < day || !/^\d{4}-\d{2}-\d{2}$/.test(date));
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}
