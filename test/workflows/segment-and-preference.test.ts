import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mappingSchema } from '../../domain/mapping.js';
import { LIVE, MAPPING, startProduct, VERSIONED, type Product } from '../harness/product.js';
import { control } from '../simulators/control.js';

interface Person {
  id: number;
  email: string | null;
  team: string;
  employment_start_date: string;
  lists: string[];
}

let product: Product;
const today = new Date().toISOString().slice(0, 10);

beforeAll(async () => {
  product = await startProduct('segments', { people: 40 });
}, 60_000);
afterAll(async () => {
  await product.stop();
}, 60_000);

async function employed(): Promise<Person[]> {
  const { items } = (await control(product.simulator.url, 'GET', 'acme/people')) as { items: Person[] };
  return items.filter(
    (person) => person.email && person.lists.includes('employees') && person.employment_start_date <= today,
  );
}
const addresses = (people: readonly Person[]) => people.map((person) => person.email).sort();

async function active(programme: string): Promise<(string | null)[]> {
  const rows = await product.rows<{ email: string }>("select email from members where state = 'active'", [], programme);
  return rows.map((row) => row.email).sort();
}

async function integrationOf(wishes: Parameters<Product['publish']>[1]) {
  const programme = await product.createProgramme();
  const integration = await product.createIntegration('Acme', programme);
  const first = await product.ended(await product.publish(integration, wishes), programme);
  const again = async () => product.ended(await product.importNow(integration), programme);
  return { programme, integration, first, again };
}

describe('a segment', () => {
  test('narrows who gets an account; who is outside later is revoked, or left alone if the admin says so', async () => {
    const people = await employed();
    const [team = '', other = ''] = [...new Set(people.map((person) => person.team))];
    const rule = { field: 'team', op: 'oneOf', values: [` ${team.toUpperCase()} `, other] };
    const { programme, integration, first, again } = await integrationOf({ segment: { outside: 'revoke', rule } });
    const inside = people.filter((person) => [team, other].includes(person.team));
    expect(await active(programme)).toEqual(addresses(inside));
    expect(first.counts.created).toBe(inside.length);

    const narrower = { rule: { field: 'team', op: 'oneOf', values: [team] } };
    const leaving = inside.filter((person) => person.team === other);
    await product.command(integration, 'segment', { segment: { ...narrower, outside: 'leave-alone' } });
    await product.ended(await publishAgain(integration), programme);
    expect(await active(programme)).toEqual(addresses(inside));

    await product.command(integration, 'setUp', {
      live: { ...LIVE, removalLimit: null },
      versioned: VERSIONED,
    });
    await product.command(integration, 'segment', { segment: { ...narrower, outside: 'revoke' } });
    const revoking = await product.ended(await publishAgain(integration), programme);
    expect(revoking.counts.revoked).toBe(leaving.length);
    expect(await active(programme)).toEqual(addresses(inside.filter((person) => person.team === team)));
    expect((await again()).counts.revoked).toBeUndefined();
  });
});

describe('a field that the HR system gives nobody any more', () => {
  const everybody = async (change: object) => {
    for (const { id } of await employed())
      await control(product.simulator.url, 'POST', 'acme/change', { id, ...change });
  };
  const warnings = (programme: string, run: { id: string }) =>
    product.rows<{ code: string; field: string; detail: string }>(
      "select code, field, detail from run_problems where import_id = ? and code like '%lost'",
      [run.id],
      programme,
    );

  test('is erased from nobody, even where the admin said erase, and told once', async () => {
    const people = await employed();
    const fields = MAPPING.fields.map((field) => (field.member === 'team' ? { ...field, whenEmpty: 'erase' } : field));
    const { programme, again } = await integrationOf({ mapping: { fields } });
    const teams = () => product.rows('select id, team from members order by id', [], programme);
    const before = await teams();
    await everybody({ team: null });
    const run = await again();
    expect(await teams()).toEqual(before);
    expect(run.counts).toMatchObject({ warnings: 1 });
    expect(await warnings(programme, run)).toEqual([
      { code: 'field-lost', field: 'team', detail: expect.stringContaining(`${people.length} members keep theirs`) },
    ]);
    for (const { id, team } of people) await control(product.simulator.url, 'POST', 'acme/change', { id, team });
    expect(await warnings(programme, await again())).toEqual([]);
  });

  test('revokes nobody when the segment goes by it', async () => {
    const people = await employed();
    const rule = { field: 'team', op: 'oneOf', values: people.map(({ team }) => team) };
    const { programme, again } = await integrationOf({
      live: { removalLimit: null },
      segment: { outside: 'revoke', rule },
    });
    await everybody({ team: null });
    const run = await again();
    expect(await active(programme)).toEqual(addresses(people));
    expect(await warnings(programme, run)).toEqual([
      { code: 'field-lost', field: 'team', detail: expect.any(String) },
      { code: 'segment-field-lost', field: 'team', detail: expect.stringContaining('everybody stays as they are') },
    ]);
    for (const { id, team } of people) await control(product.simulator.url, 'POST', 'acme/change', { id, team });
  });
});

describe('a preference', () => {
  test('create-only neither updates nor removes', async () => {
    const { programme, again } = await integrationOf({ versioned: { preference: 'create-only' } });
    const [renamed, gone] = await employed();
    await control(product.simulator.url, 'POST', 'acme/change', { id: renamed!.id, last_name: 'Otherwise' });
    await control(product.simulator.url, 'POST', 'acme/leave', { id: gone!.id, date: '2026-01-31' });
    const run = await again();
    const { unchanged, skipped, error, warnings, ...changed } = run.counts;
    expect(changed).toEqual({});
    expect(skipped).toBeGreaterThanOrEqual(2);
    expect((unchanged ?? 0) + (skipped ?? 0) + (error ?? 0)).toBeGreaterThan(0);
    expect(warnings).toBeDefined();
    expect(await active(programme)).toContain(gone!.email);
  });

  test('update-only creates nobody', async () => {
    const { programme, first } = await integrationOf({ versioned: { preference: 'update-only' } });
    expect(first.counts.created).toBeUndefined();
    expect(await active(programme)).toEqual([]);
  });
});

describe('a record type', () => {
  const saasUsers = (programme: string) =>
    product.rows<{ provider_person_id: string; saas_user: object | null }>(
      'select provider_person_id, saas_user from members order by id',
      [],
      programme,
    );

  test('with SaaS users keeps who somebody is in the source application, until it is given up', async () => {
    const versioned = { ...VERSIONED, recordType: 'user-and-saas-user' };
    const { programme, integration, first, again } = await integrationOf({ versioned });
    for (const { provider_person_id: id, saas_user: user } of await saasUsers(programme)) {
      expect(user).toEqual({ id, role: null, status: null, lastActivityAt: null });
    }
    const [change] = await product.rows<{ after: object }>(
      "select after from changes where import_id = ? and kind = 'created' order by ordinal limit 1",
      [first.id],
      programme,
    );
    expect(change?.after).toMatchObject({ 'saasUser.id': expect.any(String) });
    expect(change?.after).not.toHaveProperty('saasUser.role');
    expect((await again()).counts).toMatchObject({ unchanged: first.counts.created });

    await product.command(integration, 'setUp', { live: LIVE, versioned: VERSIONED });
    const given = await product.ended(await publishAgain(integration), programme);
    expect(given.counts).toMatchObject({ updated: first.counts.created });
    expect((await saasUsers(programme)).every(({ saas_user: user }) => user === null)).toBe(true);
  });

  test('when somebody was last active is no change of a member', async () => {
    const versioned = { ...VERSIONED, recordType: 'user-and-saas-user' };
    const { programme, again } = await integrationOf({ versioned });
    await product.rows(
      `update members set saas_user = saas_user || '{"lastActivityAt": "2026-01-01T00:00:00Z"}' returning id`,
      [],
      programme,
    );
    expect((await again()).counts.updated).toBeUndefined();
    await product.rows(`update members set saas_user = saas_user || '{"status": "gone"}' returning id`, [], programme);
    const run = await again();
    expect(run.counts.updated).toBeGreaterThan(10);
    const [change] = await product.rows<{ before: object; after: object }>(
      "select before, after from changes where import_id = ? and kind = 'updated' limit 1",
      [run.id],
      programme,
    );
    expect(change).toMatchObject({ before: { 'saasUser.status': 'gone' }, after: { 'saasUser.status': null } });
  });
});

describe('a mapping', () => {
  test('clears a field that is taken out of it, and keeps a value that became empty unless told to erase it', async () => {
    const { programme, integration } = await integrationOf({});
    const [person] = await employed();
    const fieldsOf = async () =>
      (
        await product.rows<{ city: string | null; team: string | null }>(
          'select city, team from members where provider_person_id = ?',
          [String(person!.id)],
          programme,
        )
      )[0];
    const before = await fieldsOf();
    await control(product.simulator.url, 'POST', 'acme/change', { id: person!.id, team: '' });
    await product.ended(await product.importNow(integration), programme);
    expect(await fieldsOf()).toEqual(before);

    const fields = MAPPING.fields
      .filter((field) => field.member !== 'city')
      .map((field) => (field.member === 'team' ? { ...field, whenEmpty: 'erase' } : field));
    await product.command(integration, 'map', { mapping: mappingSchema.parse({ fields }) });
    await product.ended(await publishAgain(integration), programme);
    expect(await fieldsOf()).toEqual({ city: null, team: null });
  });
});

async function publishAgain(integration: string): Promise<string> {
  const reply = await product.command(integration, 'publish', {});
  if (reply.outcome !== 'done') throw new Error(reply.detail);
  return reply.import ?? '';
}
