import type { Listed } from './directory.js';

/**
 * The rules of an import the slow and obvious way: a list of people, a list of accounts, loops. It shares no code with the
 * product, and knows no SQL, no slices and no ordinals; what it says after a run, the database has to say as well.
 */
export type KeyField = 'number' | 'id' | 'email' | 'badge';

export interface Rules {
  readonly key: KeyField;
  /** Are badges mapped, and may only one account have each? */
  readonly badge: 'none' | 'plain' | 'unique';
  /** Teams that are eligible; null: all are. */
  readonly teams: readonly string[] | null;
  readonly outside: 'revoke' | 'leave-alone';
  readonly preference: 'create-and-update' | 'create-only' | 'update-only';
}

export interface PlainAccount {
  /** The run that made it and the person it was made for. */
  readonly born: string;
  state: 'active' | 'closing-down';
  id: string;
  key: string | null;
  number: string | null;
  email: string;
  name: string;
  team: string;
  badge: string | null;
  /** What nobody else may have while it is theirs; an account that closes may lose it. */
  readonly claims: { email: string | null; badge: string | null };
}

type Standing = 'employed' | 'not-yet' | 'unknown' | 'left' | 'error';
interface Person {
  readonly id: string;
  readonly number: string | null;
  standing: Standing;
  readonly email: string | null;
  readonly name: string;
  readonly team: string;
  readonly badge: string | null;
  readonly inside: boolean;
  readonly key: string | null;
}

type Kind = 'created' | 'updated' | 'reactivated' | 'leaver' | 'revoked';
interface Change {
  readonly kind: Kind;
  readonly person: Person;
  /** Null: it is to be made. */
  readonly account: PlainAccount | null;
}

export interface Outcome {
  readonly accounts: PlainAccount[];
  /** What happened to whom; people to whom nothing happened are not in it. */
  readonly kinds: Readonly<Record<string, string>>;
  /** Eligible people who were passed over by preference. */
  readonly passedOver: readonly string[];
  readonly eligible: readonly string[];
}

const lower = (text: string | null): string | null => text?.trim().toLowerCase() ?? null;
const isAddress = (text: string): boolean => /^[^\s@,]+@[^\s@,]+\.[a-z]+$/i.test(text.trim());

export function importPlainly(
  listed: readonly Listed[],
  before: readonly PlainAccount[],
  rules: Rules,
  run: string,
): Outcome {
  const accounts = before.map((account) => ({ ...account, claims: { ...account.claims } }));
  const people = joinPeople(listed, rules);
  refuseSharers(people, accounts, rules);
  const own = new Map<Person, PlainAccount>();
  for (const person of people) {
    const account = findOwn(person, people, accounts);
    if (account !== undefined) own.set(person, account);
  }
  const wanted = planAll(people, accounts, own, rules);
  const passedOver = wanted.filter((change) => isPassedOver(change.kind, rules));
  const changes = wanted.filter((change) => !passedOver.includes(change));
  const denied = refuseTaken(changes, accounts, rules);
  const done = changes.filter((change) => !denied.has(change));
  apply(done, accounts, rules, run);
  const kinds: Record<string, string> = {};
  for (const { person, kind } of done) kinds[person.id] = kind;
  for (const { person } of denied) kinds[person.id] = 'error';
  for (const person of people) if (person.standing === 'error') kinds[person.id] = 'error';
  return {
    accounts,
    kinds,
    passedOver: passedOver.map(({ person }) => person.id),
    eligible: people.filter((person) => person.standing === 'employed' && person.inside).map(({ id }) => id),
  };
}

/** Of several employments the one that says the most for the person. */
const BEST: readonly Standing[] = ['employed', 'error', 'unknown', 'not-yet', 'left'];

function joinPeople(listed: readonly Listed[], rules: Rules): Person[] {
  const people = new Map<string, Person>();
  for (const record of listed) {
    const person = readPerson(record, rules);
    const other = people.get(person.id);
    if (other === undefined || BEST.indexOf(person.standing) < BEST.indexOf(other.standing)) {
      people.set(person.id, person);
    }
  }
  return [...people.values()];
}

function readPerson(record: Listed, { key, badge, teams }: Rules): Person {
  const said = record.left === true ? 'left' : (record.status ?? 'employed');
  const standing: Standing = said === 'employed' && record.startsLater === true ? 'not-yet' : said;
  const number = record.number === '' ? null : record.number;
  const reduced = standing === 'left' || standing === 'unknown';
  const email = reduced || record.email === null || record.email === '' ? null : record.email.trim();
  const person = {
    id: record.id,
    number: key === 'id' ? record.id : number,
    email,
    name: record.name,
    team: record.team,
    badge: reduced || badge === 'none' ? null : (record.badge ?? null),
    inside: teams === null || teams.includes(record.team),
  };
  const keys = { number, id: record.id, email: lower(email), badge: person.badge };
  const unreadable = email !== null && !isAddress(email);
  const missing = standing === 'employed' && (email === null || keys[key] === null);
  return { ...person, key: keys[key], standing: !reduced && (unreadable || missing) ? 'error' : standing };
}

/** Whoever shares what must be one person's own. */
function refuseSharers(people: readonly Person[], accounts: readonly PlainAccount[], { key, badge }: Rules): void {
  const refuse = (among: readonly Person[], by: (person: Person) => string | null) => {
    const shared = among.filter(
      (one) => by(one) !== null && among.some((other) => other !== one && by(other) === by(one)),
    );
    for (const person of shared) person.standing = 'error';
  };
  const eligible = () => people.filter((person) => person.standing === 'employed' && person.inside);
  if (key !== 'id')
    refuse(
      people.filter(({ standing }) => standing !== 'error'),
      (person) => person.key,
    );
  refuse(eligible(), (person) => lower(person.email));
  // Who has a badge already keeps it.
  const has = (person: Person) => accounts.some(({ id, claims }) => id === person.id && claims.badge === person.badge);
  if (badge === 'unique')
    refuse(
      eligible().filter((person) => !has(person)),
      (person) => person.badge,
    );
}

/** By the vendor's id, else by the key of somebody whom the directory does not name by their own id. */
function findOwn(
  person: Person,
  people: readonly Person[],
  accounts: readonly PlainAccount[],
): PlainAccount | undefined {
  return (
    accounts.find((account) => account.id === person.id) ??
    accounts.find(
      (account) => account.key !== null && account.key === person.key && !people.some(({ id }) => id === account.id),
    )
  );
}

function planAll(
  people: readonly Person[],
  accounts: readonly PlainAccount[],
  own: ReadonlyMap<Person, PlainAccount>,
  rules: Rules,
): Change[] {
  const changes: Change[] = [];
  const known = new Set<PlainAccount>();
  for (const person of people) {
    if (person.standing !== 'employed' || !person.inside || own.has(person)) continue;
    const account = findKnown(person, own, accounts);
    if (account === undefined) changes.push({ kind: 'created', person, account: null });
    else {
      known.add(account);
      changes.push({ kind: account.state === 'active' ? 'updated' : 'reactivated', person, account });
    }
  }
  for (const [person, account] of own) {
    if (person.standing === 'employed' && person.inside) {
      if (account.state === 'closing-down') changes.push({ kind: 'reactivated', person, account });
      else if (differs(person, account, rules)) changes.push({ kind: 'updated', person, account });
    } else if (account.state === 'active' && !known.has(account)) {
      if (person.standing === 'left') changes.push({ kind: 'leaver', person, account });
      if (person.standing === 'employed' && rules.outside === 'revoke')
        changes.push({ kind: 'revoked', person, account });
    }
  }
  return changes;
}

/** Somebody who is back under another id: the address and one more sign. */
function findKnown(
  person: Person,
  own: ReadonlyMap<Person, PlainAccount>,
  accounts: readonly PlainAccount[],
): PlainAccount | undefined {
  return accounts.find((account) => {
    if (account.claims.email !== lower(person.email)) return false;
    const [record] = [...own].find(([, theirs]) => theirs === account) ?? [];
    const isLeaving = account.state === 'active' && record?.standing === 'left';
    if (account.state === 'active' ? !isLeaving : record !== undefined && record.standing !== 'left') return false;
    // Two who have no number have none in common.
    return (person.number !== null && account.number === person.number) || account.name === person.name;
  });
}

function differs(person: Person, account: PlainAccount, { badge }: Rules): boolean {
  return (
    account.id !== person.id ||
    account.email !== person.email ||
    account.name !== person.name ||
    account.team !== person.team ||
    (person.number !== null && account.number !== person.number) ||
    (badge !== 'none' && person.badge !== null && account.badge !== person.badge)
  );
}

function isPassedOver(kind: Kind, { preference }: Rules): boolean {
  if (preference === 'create-only') return kind !== 'created';
  return preference === 'update-only' && kind === 'created';
}

const isGoing = ({ kind }: Change): boolean => kind === 'leaver' || kind === 'revoked';

/** Who wants what somebody else keeps is refused, and so keeps what they have, until nobody more is refused. */
function refuseTaken(changes: readonly Change[], accounts: readonly PlainAccount[], { badge }: Rules): Set<Change> {
  const denied = new Set<Change>();
  const coming = () => changes.filter((change) => !isGoing(change) && !denied.has(change));
  const changeOf = (account: PlainAccount) => coming().find((change) => change.account === account);
  const keeps = (account: PlainAccount, field: 'email' | 'badge', value: string): boolean => {
    if (account.claims[field] !== value) return false;
    const planned = changes.find((change) => change.account === account);
    if (planned !== undefined && isGoing(planned)) return false;
    // Who comes back has in the directory what their record says, even where the comeback is refused.
    const change = account.state === 'active' ? changeOf(account) : planned;
    if (change === undefined) return account.state === 'active';
    const next = field === 'email' ? lower(change.person.email) : change.person.badge;
    return next === null || next === value;
  };
  const keepsKey = (account: PlainAccount, value: string): boolean => {
    if (account.key !== value) return false;
    const next = changeOf(account)?.person.key ?? null;
    return next === null || next === value;
  };
  for (let settled = false; !settled;) {
    const refused = coming().find(({ person, account }) =>
      accounts.some(
        (other) =>
          other !== account &&
          (keeps(other, 'email', lower(person.email) ?? '') ||
            (badge === 'unique' && person.badge !== null && keeps(other, 'badge', person.badge)) ||
            keepsKey(other, person.key ?? '')),
      ),
    );
    settled = refused === undefined;
    if (refused !== undefined) denied.add(refused);
  }
  return denied;
}

function apply(changes: readonly Change[], accounts: PlainAccount[], rules: Rules, run: string): void {
  for (const change of changes) {
    if (change.account !== null && isGoing(change)) change.account.state = 'closing-down';
  }
  const coming = changes.filter((change) => !isGoing(change));
  for (const { person } of coming) {
    for (const account of accounts) {
      if (account.claims.email === lower(person.email)) account.claims.email = null;
      if (rules.badge === 'unique' && person.badge !== null && account.claims.badge === person.badge) {
        account.claims.badge = null;
      }
    }
  }
  for (const { person, account } of coming) {
    const claims = account?.claims ?? { email: null, badge: null };
    claims.email = lower(person.email);
    if (rules.badge === 'unique') claims.badge = person.badge ?? claims.badge;
    const values = {
      state: 'active' as const,
      id: person.id,
      key: person.key ?? account?.key ?? null,
      number: person.number ?? account?.number ?? null,
      email: person.email ?? '',
      name: person.name,
      team: person.team,
      badge: rules.badge === 'none' ? null : (person.badge ?? account?.badge ?? null),
    };
    if (account === null) accounts.push({ born: `${run}:${person.id}`, claims, ...values });
    else Object.assign(account, values);
  }
}
