import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { newId } from '../../database/ids.js';
import { inProgramme } from '../../database/transaction.js';
import type { Segment } from '../../domain/segment.js';
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
  provision,
  type Listed,
  type Wishes,
  type World,
} from './directory.js';
import { importPlainly, type PlainAccount, type Rules } from './plain-rules.js';

/**
 * Random directories, mappings, segments and histories against the plain rules. A case is an island: a few people whose ids,
 * numbers, addresses and badges meet in any way, through three imports. Islands share nothing, so that one directory holds
 * hundreds of them and a run is a few hundred cases for the price of one.
 */
const SEED = Number(process.env.ROLLCALL_TEST_SEED ?? Math.floor(Math.random() * 0x7fffffff));
const ISLANDS = 210;
const STEPS = 3;
const TEAMS = ['Sales', 'Ops', 'Elsewhere'];

const CASES: readonly (Rules & { readonly later?: Partial<Rules> })[] = [
  rules({}),
  rules({ teams: ['Sales', 'Ops'] }),
  rules({ teams: ['Ops'], outside: 'leave-alone' }),
  rules({ key: 'id' }),
  rules({ key: 'email', teams: ['Sales', 'Ops'] }),
  rules({ key: 'badge', badge: 'unique' }),
  rules({ badge: 'unique', teams: ['Sales'] }),
  rules({ key: 'id', badge: 'plain', later: { teams: ['Elsewhere', 'Ops'] } }),
  rules({ later: { preference: 'create-only' } }),
  rules({ badge: 'unique', later: { preference: 'update-only', teams: ['Sales', 'Elsewhere'] } }),
];

function rules(given: Partial<Rules> & { later?: Partial<Rules> }): Rules & { later?: Partial<Rules> } {
  return { key: 'number', badge: 'none', teams: null, outside: 'revoke', preference: 'create-and-update', ...given };
}

function wishesOf({ key, badge, teams, outside, preference }: Rules): Wishes & { mapping: object; segment: Segment } {
  const field = (member: 'employeeId' | 'email' | 'fullName' | 'team', name: string) => ({
    member,
    from: `{{response.${name}}}`,
  });
  const number = key === 'id' ? [] : [field('employeeId', 'number')];
  const custom = { name: 'badge', label: 'Badge', from: '{{response.badge}}', unique: badge === 'unique' };
  return {
    mapping: {
      fields: [...number, field('email', 'email'), field('fullName', 'name'), field('team', 'team')],
      custom: badge === 'none' ? [] : [custom],
      syncKey: key === 'email' ? 'email' : key === 'badge' ? 'custom.badge' : 'employeeId',
    },
    segment: { outside, rule: teams === null ? null : { field: 'team', op: 'oneOf', values: [...teams] } },
    setup: { preference },
  };
}

interface Slot {
  readonly present: boolean;
  readonly status: 'employed' | 'left' | 'unknown' | 'later';
  readonly alsoLeft: boolean;
  readonly id: number;
  readonly number: number | null;
  readonly email: number | string | null;
  readonly shouts: boolean;
  readonly name: number;
  readonly team: number;
  readonly badge: number | null;
}

/** What a person has in one import: mostly their own, sometimes somebody else's, nothing, or what cannot be used. */
function slot(own: number): fc.Arbitrary<Slot> {
  const mine = <T>(others: fc.Arbitrary<T>) =>
    fc.oneof({ weight: 9, arbitrary: fc.constant(own) }, { weight: 2, arbitrary: others });
  const others = fc.nat({ max: 4 });
  return fc.record({
    present: fc.constantFrom(true, true, true, true, true, false),
    status: fc.constantFrom(...(['employed', 'employed', 'employed', 'employed', 'left', 'unknown', 'later'] as const)),
    alsoLeft: fc.constantFrom(false, false, false, false, false, true),
    id: fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 1),
    number: mine(fc.oneof(others, fc.constant(null))),
    email: mine(
      fc.oneof({ weight: 3, arbitrary: others }, { weight: 1, arbitrary: fc.constantFrom(null, ',', 'none') }),
    ),
    shouts: fc.constantFrom(false, false, false, true),
    name: mine(fc.nat({ max: 2 })),
    team: fc.constantFrom(0, 0, 0, 1, 2),
    badge: mine(fc.oneof(others, fc.constant(null))),
  });
}

type Island = readonly (readonly Slot[])[];
const island: fc.Arbitrary<Island> = fc.array(fc.tuple(slot(0), slot(1), slot(2), slot(3)), {
  minLength: STEPS,
  maxLength: STEPS,
});

function directoryOf(slots: readonly Slot[], name: string): Listed[] {
  return slots.flatMap((one, at) => {
    if (!one.present) return [];
    const address = typeof one.email === 'number' ? `p${one.email}.${name}@acme.example` : one.email;
    const person: Listed = {
      id: `${name}-${at}${one.id === 0 ? '' : 'b'}`,
      number: one.number === null ? '' : `${name}-N${one.number}`,
      email: one.shouts ? (address?.toUpperCase() ?? null) : address,
      name: `${name} ${one.name}`,
      team: TEAMS[one.team] ?? '',
      badge: one.badge === null ? null : `${name}-B${one.badge}`,
      ...(one.status === 'later' ? { startsLater: true } : { status: one.status }),
    };
    return one.alsoLeft ? [{ ...person, status: 'left', startsLater: false }, person] : [person];
  });
}

/** The directories of one island, one after the other. */
type History = readonly (readonly Listed[])[];

/** The same people in another order and on other pages. */
function shuffled<T>(items: readonly T[], seed: number): T[] {
  return items
    .map((item, at) => ({ item, place: (at * 7919 + seed) % 10_007 }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

const database = ownDatabase('histories');

async function republish(world: World, given: Rules, version: number): Promise<void> {
  const { mapping, segment, setup } = wishesOf(given);
  await inProgramme(database.db, world.programme, async (trx) => {
    const id = newId();
    const base = await trx('integration_configs').where({ id: world.config }).first<Record<string, unknown>>();
    await trx('integration_configs').insert({
      ...base,
      id,
      version,
      setup: JSON.stringify({ ...(base.setup as object), ...setup }),
      mapping: JSON.stringify(mappingOf({ mapping: mapping })),
      segment: JSON.stringify(segment),
    });
    await trx('integrations').where({ id: world.integration }).update({ published_config_id: id });
  });
}

/** A world with names of its own for its accounts, since their ids differ between two worlds. */
class Lived {
  private readonly names = new Map<string, string>();
  constructor(readonly world: World) {}

  async import(people: readonly Listed[], step: number, pageSize: number) {
    const { db } = database;
    const run = await planOver(db, this.world, people, null, pageSize);
    await provision(db, run);
    await endRun(db, run);
    const members = await membersOf(db, this.world);
    for (const { id, provider_person_id } of members) {
      if (!this.names.has(id)) this.names.set(id, `${step}:${provider_person_id}`);
    }
    const changes = await changesOf(db, this.world, run.import);
    const claims = await claimsOf(db, this.world);
    return {
      run,
      changes,
      members,
      claims: claims.map((claim) => ({ ...claim, of: this.names.get(claim.member_id) })),
    };
  }

  bornAs = (id: string): string => this.names.get(id) ?? '?';
}

type Seen = Awaited<ReturnType<Lived['import']>>;

/** Everything that is told of one island, as lines that can be compared. */
function linesOf({ changes, members, claims }: Seen, lived: Lived): Map<string, string[]> {
  const lines = new Map<string, string[]>();
  const add = (person: string, line: string) => {
    const name = person.split('-')[0] ?? '';
    lines.set(name, [...(lines.get(name) ?? []), line]);
  };
  for (const row of members) {
    const custom = row.custom?.badge ?? null;
    const { provider_person_id: id, sync_key, employee_id, email, full_name, team } = row;
    add(
      id,
      `account ${lived.bornAs(row.id)} ${row.state} ${[id, sync_key, employee_id, email, full_name, team, custom].join('|')}`,
    );
  }
  for (const { kind, value, of = '?', strength } of claims) {
    add(of.slice(of.indexOf(':') + 1), `claim ${kind} ${value} ${of} ${strength}`);
  }
  for (const { kind, person, outcome } of changes) add(person, `${kind} ${person} ${outcome ?? ''}`);
  return sortAll(lines);
}

function plainLines(accounts: readonly PlainAccount[], kinds: Readonly<Record<string, string>>): string[] {
  const lines = Object.entries(kinds).map(([person, kind]) => `${kind} ${person} `);
  for (const { born, state, id, key, number, email, name, team, badge, claims } of accounts) {
    lines.push(`account ${born} ${state} ${[id, key, number, email, name, team, badge].join('|')}`);
    const strength = state === 'active' ? 'active' : 'grace';
    if (claims.email !== null) lines.push(`claim email ${claims.email} ${born} ${strength}`);
    if (claims.badge !== null) lines.push(`claim custom:badge ${claims.badge} ${born} ${strength}`);
  }
  return lines.sort();
}

function sortAll(lines: Map<string, string[]>): Map<string, string[]> {
  for (const some of lines.values()) some.sort();
  return lines;
}

describe(`random histories (ROLLCALL_TEST_SEED=${SEED})`, () => {
  test.each(CASES.map((one, at) => [`${at + 1}: ${JSON.stringify(one)}`, one, at] as const))(
    'come to what the plain rules say, in any order, and once %s',
    async (_, { later, ...first }, at) => {
      const islands = fc.sample(island, { numRuns: ISLANDS, seed: SEED + at });
      const histories = islands.map((one, number) => one.map((slots) => directoryOf(slots, `i${number}`)));
      await live(histories, [first, { ...first, ...later }]);
    },
    60_000,
  );
});

/** Each was wrong when a random history met it; a failure names them by their place, from i0 on. */
const FOUND: Readonly<Record<string, (person: (at: number, more?: Partial<Listed>) => Listed) => History>> = {
  'two people get one badge at once': (person) => [
    [person(0), person(1)],
    [person(0, { badge: `${person(0).id}-B` }), person(1, { badge: `${person(0).id}-B` })],
    [person(0), person(1)],
  ],
  'two newcomers have one badge': (person) => [
    [person(0, { badge: `${person(0).id}-B` }), person(1, { badge: `${person(0).id}-B` })],
  ],
  'somebody is back, keeps the badge that their record lacks, and a newcomer wants it': (person) => [
    [person(0, { badge: `${person(0).id}-B` })],
    [person(0, { left: true })],
    [person(0, { badge: null }), person(1, { badge: `${person(0).id}-B` })],
  ],
  'who leaves has the address of somebody who left in their record': (person) => [
    [person(0), person(1)],
    [person(0, { team: 'Elsewhere' }), person(1)],
    [person(0, { team: 'Elsewhere' }), person(1, { team: 'Elsewhere', email: person(0).email })],
  ],
  'nobody has a badge': (person) => [[person(0, { badge: null })]],
  'an employment that ended comes before one that cannot be read': (person) => [
    [person(0)],
    [person(0, { left: true }), person(0, { email: ',' })],
  ],
  'somebody leaves under a new id, and another with their name has their address': (person) => [
    [person(0)],
    [person(0, { id: `${person(0).id}b`, left: true }), person(1, { name: person(0).name, email: person(0).email })],
  ],
  'somebody is back with another badge and is refused, and a newcomer has the badge of before': (person) => [
    [person(0), person(1)],
    [person(0, { left: true }), person(1)],
    [
      person(0, { badge: `${person(0).id}-B`, email: person(1).email }),
      person(1, { email: ',' }),
      person(2, { badge: person(0).badge ?? null }),
    ],
  ],
};

test('what random histories found stays mended', async () => {
  const histories = Object.values(FOUND).map((history, at) =>
    history((who, more = {}) => ({
      id: `i${at}-${who}`,
      number: `i${at}-N${who}`,
      email: `p${who}.i${at}@acme.example`,
      name: `i${at} ${who}`,
      team: 'Sales',
      badge: `i${at}-B${who}`,
      ...more,
    })),
  );
  const given = rules({ badge: 'unique', teams: ['Sales'] });
  await live(histories, [given, given]);
}, 60_000);

async function live(histories: readonly History[], [first, then]: readonly [Rules, Rules]): Promise<void> {
  const { db } = database;
  const lived = new Lived(await createWorld(db, wishesOf(first)));
  const twin = new Lived(await createWorld(db, wishesOf(first)));
  const accounts = new Map<string, PlainAccount[]>();
  for (let step = 0; step <= STEPS; step += 1) {
    // The last directory comes twice.
    const isAgain = step === STEPS;
    const directories = histories.map((one, at) => [`i${at}`, one[Math.min(step, one.length - 1)] ?? []] as const);
    if (step === 1 && then !== first) {
      await republish(lived.world, then, 2);
      await republish(twin.world, then, 2);
    }
    const now = step === 0 ? first : then;
    const people = directories.flatMap(([, some]) => some);
    const seen = await lived.import(people, step, people.length);
    const lines = linesOf(seen, lived);
    for (const [name, directory] of directories) {
      const before = accounts.get(name) ?? [];
      const plain = importPlainly(directory, before, now, String(step));
      const expected = plainLines(plain.accounts, plain.kinds);
      if (JSON.stringify(lines.get(name) ?? []) !== JSON.stringify(expected)) {
        expect({ name, step, now, before, directory, lines: lines.get(name) ?? [] }).toEqual({
          name,
          step,
          now,
          before,
          directory,
          lines: expected,
        });
      }
      const isChanged = Object.values(plain.kinds).some((kind) => kind !== 'error');
      if (isAgain && isChanged) expect({ name, before, directory, kinds: plain.kinds }).toEqual('no change');
      expectEverybodyServed(plain, seen, directory);
      accounts.set(name, plain.accounts);
    }
    const persons = new Set(people.map(({ id }) => id)).size;
    expect(Object.values(kindsOf(seen.run.counts)).reduce((sum, count) => sum + count, 0)).toBe(persons);
    if (isAgain) return;
    const other = await twin.import(shuffled(people, step), step, 7);
    expect(Object.fromEntries(linesOf(other, twin))).toEqual(Object.fromEntries(lines));
  }
}

/** Nobody who is eligible ends without an account but by an error row that names them, or by the preference. */
function expectEverybodyServed(
  { eligible, passedOver }: ReturnType<typeof importPlainly>,
  { members, changes }: Seen,
  directory: readonly Listed[],
): void {
  for (const person of eligible) {
    const served =
      members.some(({ provider_person_id, state }) => provider_person_id === person && state === 'active') ||
      changes.some((change) => change.kind === 'error' && change.person === person) ||
      passedOver.includes(person);
    if (!served) expect({ person, directory }).toEqual('has an account or an error row');
  }
}
