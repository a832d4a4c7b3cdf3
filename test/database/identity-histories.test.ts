import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canonicalEmail } from '../../domain/member.js';
import { ownDatabase } from '../harness/own-database.js';
import {
  changesOf,
  claimsOf,
  createWorld,
  endRun,
  kindsOf,
  mappingOf,
  membersOf,
  planOver,
  runOver,
  type ClaimRow,
  type Listed,
  type MemberRow,
  type World,
} from './directory.js';
import { inProgramme } from '../../database/transaction.js';

/**
 * One person, one account, under any history of hires, leavers, swaps, rotations, re-used addresses, doubles, moves
 * and new ids. What should come out is worked out below from the directory and the members before, the slow and
 * obvious way: no SQL of the product takes part in it.
 */
const TEAMS = ['Sales', 'Ops', 'Elsewhere'];
const ELIGIBLE_TEAMS = ['Sales', 'Ops'];

interface Person extends Listed {
  present: boolean;
}
type Key = 'employeeId' | 'email';

const key = (person: Listed, syncKey: Key): string | null => {
  if (syncKey === 'employeeId') return person.number;
  return person.left === true || person.email === null ? null : canonicalEmail(person.email);
};
const address = (person: Listed) => canonicalEmail(person.email ?? '');
const eligible = (person: Listed) => person.left !== true && ELIGIBLE_TEAMS.includes(person.team);
const sharing = <T>(items: readonly T[], by: (item: T) => string | null): Set<T> => {
  const shared = (one: T) => by(one) !== null && items.some((other) => other !== one && by(other) === by(one));
  return new Set(items.filter(shared));
};

interface Expected {
  errors: string[];
  members: { person: string; state: string; email: string; name: string | null; key: string | null }[];
}

function expectedAfter(directory: readonly Listed[], before: readonly MemberRow[], syncKey: Key): Expected {
  const keySharers = sharing(directory, (person) => key(person, syncKey));
  const emailSharers = sharing(
    directory.filter((person) => eligible(person) && !keySharers.has(person)),
    address,
  );
  const member = new Map<Listed, MemberRow>();
  for (const person of directory) {
    const byId = before.find((row) => row.provider_person_id === person.id);
    const byKey = before.find(
      (row) =>
        row.sync_key !== null &&
        row.sync_key === key(person, syncKey) &&
        !directory.some((other) => other.id === row.provider_person_id),
    );
    const found = byId ?? byKey;
    if (found !== undefined && !(byId === undefined && keySharers.has(person))) member.set(person, found);
  }
  const granted = new Set(
    directory.filter((person) => eligible(person) && !keySharers.has(person) && !emailSharers.has(person)),
  );
  const refused = new Set([...keySharers, ...emailSharers]);
  const removed = (row: MemberRow) =>
    directory.some(
      (person) => member.get(person) === row && !refused.has(person) && !eligible(person) && row.state === 'active',
    );
  // Whoever is not granted keeps address and key; who wants what somebody keeps is not granted either.
  for (let settled = false; !settled;) {
    const kept = before.filter((row) => ![...granted].some((person) => member.get(person) === row));
    const denied = [...granted].find((person) =>
      kept.some(
        (row) =>
          row !== member.get(person) &&
          ((row.state === 'active' && !removed(row) && canonicalEmail(row.email) === address(person)) ||
            (row.sync_key !== null && row.sync_key === key(person, syncKey))),
      ),
    );
    settled = denied === undefined;
    if (denied !== undefined) {
      granted.delete(denied);
      refused.add(denied);
    }
  }
  const asGranted = (person: Listed) => ({
    person: person.id,
    state: 'active',
    email: person.email ?? '',
    name: person.name,
    key: key(person, syncKey),
  });
  const rest = before
    .filter((row) => ![...granted].some((person) => member.get(person) === row))
    .map((row) => ({
      person: row.provider_person_id,
      state: removed(row) ? 'closing-down' : row.state,
      email: row.email,
      name: row.first_name,
      key: row.sync_key,
    }));
  return {
    errors: [...refused].map((person) => person.id).sort(),
    members: [...[...granted].map(asGranted), ...rest].sort((a, b) => (a.person < b.person ? -1 : 1)),
  };
}

const seen = (rows: readonly MemberRow[]): Expected['members'] =>
  rows
    .map((row) => ({
      person: row.provider_person_id,
      state: row.state,
      email: row.email,
      name: row.first_name,
      key: row.sync_key,
    }))
    .sort((a, b) => (a.person < b.person ? -1 : 1));

function expectClaims(rows: readonly MemberRow[], claims: readonly ClaimRow[]): void {
  const active = rows.filter((row) => row.state === 'active');
  const emails = claims.filter((claim) => claim.kind === 'email');
  expect(
    emails.filter((claim) => claim.strength === 'active').map((claim) => `${claim.value} ${claim.member_id}`),
  ).toEqual(active.map((row) => `${canonicalEmail(row.email)} ${row.id}`).sort());
  for (const claim of emails.filter((one) => one.strength === 'grace')) {
    const holder = rows.find((row) => row.id === claim.member_id);
    expect(holder).toMatchObject({ state: 'closing-down' });
    expect(canonicalEmail(holder?.email ?? '')).toBe(claim.value);
  }
}

/** What happens in the HR system between two runs; `who` and `other` choose among the people there are. */
interface Happening {
  what: (typeof HAPPENINGS)[number];
  who: number;
  other: number;
}
const HAPPENINGS = [
  'hire',
  'hire-with-address-of',
  'leave',
  'rehire',
  'rename',
  'rotate',
  'change-case',
  'new-address',
  'take-address-of',
  'move',
  'take-number-of',
  'new-number',
  'new-id',
  'disappear',
  'appear',
] as const;

class Company {
  readonly people: Person[] = [];
  private hired = 0;
  private made = 0;

  /** @param name keeps companies that are read as one directory apart. */
  constructor(
    private readonly name: string,
    size: number,
  ) {
    for (let index = 0; index < size; index += 1) this.hire(`p${index + 1}@${name}.example`, index);
  }

  listed(): Listed[] {
    return this.people.filter((person) => person.present);
  }

  private hire(email: string, team: number): void {
    this.hired += 1;
    const id = `${this.name}${this.hired}`;
    const name = `Person ${id}`;
    this.people.push({ id, number: `N-${id}`, email, name, team: TEAMS[team % 5] ?? 'Sales', present: true });
  }

  private fresh(prefix: string): string {
    this.made += 1;
    return `${prefix}${this.made}.${this.name}`;
  }

  happen({ what, who, other }: Happening, linked: (person: Person) => boolean): void {
    const at = who % this.people.length;
    const person = this.people[at]!;
    const another = this.people[other % this.people.length]!;
    const set = (values: Partial<Person>) => {
      this.people[at] = { ...person, ...values };
    };
    if (what === 'hire') this.hire(`${this.fresh('new')}@acme.example`, other);
    if (what === 'hire-with-address-of') this.hire(person.email ?? '', other);
    if (what === 'leave') set({ left: true });
    if (what === 'rehire') set({ left: false });
    if (what === 'rename') set({ name: this.fresh('Renamed ') });
    if (what === 'rotate') this.rotate(at, 2 + (other % 3));
    if (what === 'change-case') set({ email: swapCase(person.email ?? '') });
    if (what === 'new-address') set({ email: `${this.fresh('moved')}@acme.example` });
    if (what === 'take-address-of') set({ email: another.email });
    if (what === 'move') set({ team: TEAMS[other % TEAMS.length]! });
    // Number and id changed together make another person; one of them at a time is what a link survives.
    if (what === 'take-number-of' && linked(person)) set({ number: another.number });
    if (what === 'new-number' && linked(person)) set({ number: this.fresh('M') });
    if (what === 'new-id' && linked(person)) set({ id: this.fresh('x') });
    if (what === 'disappear') set({ present: false });
    if (what === 'appear') set({ present: true });
  }

  private rotate(from: number, count: number): void {
    const places = Array.from({ length: count }, (_, index) => (from + index) % this.people.length);
    const emails = places.map((place) => this.people[place]!.email);
    places.forEach((place, index) => {
      this.people[place] = { ...this.people[place]!, email: emails[(index + 1) % count]! };
    });
  }
}

const swapCase = (text: string) => (text === text.toLowerCase() ? text.toUpperCase() : text.toLowerCase());

const happening = fc.record({
  what: fc.constantFrom(...HAPPENINGS),
  who: fc.nat({ max: 30 }),
  other: fc.nat({ max: 30 }),
});
const history = fc.record({
  size: fc.integer({ min: 2, max: 7 }),
  batches: fc.array(fc.array(happening, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 3 }),
});
/** Several histories are lived in one directory, since a run costs as much for seven people as for seventy. */
const lives = fc.record({
  syncKey: fc.constantFrom<Key>('employeeId', 'employeeId', 'email'),
  histories: fc.array(history, { minLength: 7, maxLength: 9 }),
});
type Lives = typeof lives extends fc.Arbitrary<infer T> ? T : never;

const database = ownDatabase('identity-histories');

const worldFor = (syncKey: Key): Promise<World> =>
  createWorld(database.db, {
    mapping: { ...mappingOf({}), syncKey },
    segment: { outside: 'revoke', rule: { field: 'team', op: 'oneOf', values: ELIGIBLE_TEAMS } },
  });

async function live({ syncKey, histories }: Lives): Promise<void> {
  const { db } = database;
  const world = await worldFor(syncKey);
  const companies = histories.map(({ size, batches }, index) => ({
    company: new Company(String.fromCharCode(97 + index), size),
    batches,
  }));
  const listed = () => companies.flatMap(({ company }) => company.listed());
  const rounds = Math.max(...histories.map(({ batches }) => batches.length));
  for (let round = 0; round <= rounds; round += 1) {
    const before = await membersOf(db, world);
    const linked = (person: Person) =>
      before.some((row) => row.provider_person_id === person.id && row.sync_key === key(person, syncKey));
    for (const { company, batches } of companies) {
      for (const one of batches[round - 1] ?? []) company.happen(one, linked);
    }
    const directory = listed();
    const expected = expectedAfter(directory, before, syncKey);
    const run = await runOver(db, world, directory);
    const changes = await changesOf(db, world, run.import);
    const after = await membersOf(db, world);
    expect(changes.filter((change) => change.outcome !== null)).toEqual([]);
    expect(seen(after)).toEqual(expected.members);
    expect(
      changes
        .filter((change) => change.kind === 'error')
        .map((change) => change.person)
        .sort(),
    ).toEqual(expected.errors);
    expectClaims(after, await claimsOf(db, world));
    const kinds = kindsOf(run.counts);
    expect(Object.values(kinds).reduce((sum, count) => sum + count, 0)).toBe(directory.length);
    expect(Math.min(...Object.values(kinds))).toBeGreaterThanOrEqual(0);
  }
  const mails = () => inProgramme(db, world.programme, (trx) => trx('outbox').select<{ kind: string }[]>('kind'));
  const before = (await mails()).length;
  const again = await planOver(db, world, listed());
  const changes = await changesOf(db, world, again.import);
  expect(changes.filter((change) => change.kind !== 'error')).toEqual([]);
  await endRun(db, again);
  expect(await mails()).toHaveLength(before);
  const invited = (await mails()).filter(({ kind }) => kind === 'invitation');
  expect(invited).toHaveLength((await membersOf(db, world)).length);
}

describe('one person, one account, under any history', () => {
  test('members, claims and errors are what a plain reading of the directory gives, and a further run changes nothing', async () => {
    await fc.assert(fc.asyncProperty(lives, live), { numRuns: 9 });
  }, 120_000);

  const did = (what: Happening['what'], who: number, other = 0): Happening => ({ what, who, other });
  test.each<[string, Key, Happening[][]]>([
    [
      'an address is wanted from somebody who cannot change theirs because their new number is taken',
      'employeeId',
      [[did('disappear', 0)], [did('take-address-of', 3, 1), did('new-address', 1), did('take-number-of', 1, 0)]],
    ],
    [
      'the same, where the chain is longer',
      'employeeId',
      [
        [did('disappear', 0)],
        [
          did('take-address-of', 4, 3),
          did('take-address-of', 3, 1),
          did('new-address', 1),
          did('take-number-of', 1, 0),
        ],
      ],
    ],
    ['a new number alone is an update', 'employeeId', [[did('new-number', 1)]]],
    [
      'all rotate their addresses while one leaves',
      'email',
      [[did('rotate', 0, 1), did('rotate', 1, 1), did('leave', 2)]],
    ],
    [
      'a newcomer has the address of somebody who left before',
      'employeeId',
      [[did('leave', 1)], [did('hire-with-address-of', 1)]],
    ],
    [
      'a newcomer has the address of somebody who leaves now',
      'employeeId',
      [[did('leave', 1), did('hire-with-address-of', 1)]],
    ],
    [
      'the leaver comes back to find their address with somebody else',
      'employeeId',
      [[did('leave', 1), did('hire-with-address-of', 1)], [did('rehire', 1)], [did('new-address', 1)]],
    ],
  ])('%s', async (_, syncKey, batches) => {
    await live({ syncKey, histories: [{ size: 6, batches }] });
  });
});
