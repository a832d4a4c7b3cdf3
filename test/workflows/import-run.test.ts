import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startProduct, type ImportRow, type Product } from '../harness/product.js';
import { control } from '../simulators/control.js';

interface Person {
  id: number;
  email: string | null;
  first_name: string;
  last_name: string;
  employment_start_date: string;
  termination_date?: string | null;
  lists: string[];
}
interface Change {
  kind: string;
  person: string;
  outcome: string | null;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  reason_code: string;
}

let product: Product;
let integration: string;
const today = new Date().toISOString().slice(0, 10);

beforeAll(async () => {
  product = await startProduct('import-run');
  integration = await product.createIntegration();
}, 60_000);
afterAll(async () => {
  await product.stop();
}, 60_000);

const people = async (company = 'acme') =>
  ((await control(product.simulator.url, 'GET', `${company}/people`)) as { items: Person[] }).items;
const act = (action: string, body: object) => control(product.simulator.url, 'POST', `acme/${action}`, body);
const changesOf = (run: ImportRow) =>
  product.rows<Change>('select * from changes where import_id = ? order by ordinal', [run.id]);
const again = async () => product.ended(await product.importNow(integration));
const active = () =>
  product.rows<{ email: string; first_name: string; provider_person_id: string }>(
    "select email, first_name, provider_person_id from members where state = 'active' order by email",
  );

/** What the directory says of who should be a member, worked out without the product's own rules. */
async function employed(): Promise<Person[]> {
  return (await people()).filter(
    (person) =>
      person.email &&
      person.employment_start_date <= today &&
      person.lists.includes('employees') &&
      !(person.termination_date && person.termination_date < today),
  );
}

describe('an integration that is published', () => {
  test('makes everybody who is employed a member, and nobody else', async () => {
    const first = await product.ended(await product.publish(integration));
    expect(first).toMatchObject({
      trigger: 'first',
      failure_code: null,
      proof: 'proven',
      state: 'completed-with-errors',
    });
    const expected = await employed();
    expect((await active()).map((member) => member.email)).toEqual(expected.map((person) => person.email).sort());
    expect(first.counts.created).toBe(expected.length);
    expect(first.counts.error).toBe(
      (await people()).filter((person) => person.lists.includes('employees') && !person.email).length,
    );
    const all = Object.entries(first.counts).filter(([kind]) => kind !== 'warnings');
    expect(all.reduce((sum, [, count]) => sum + count, 0)).toBe((await people()).length);
  });

  test('finds everybody’s manager among the members', async () => {
    const managed = await product.rows<{ person: string; said: string | null; manager: string | null }>(
      `select m.provider_person_id as person, m.manager_id as said, h.provider_person_id as manager
       from members m
       left join manager_references g on g.integration_id = m.integration_id and g.reference = m.manager_id
       left join members h on h.id = g.manager_id`,
    );
    const members = new Set(managed.map(({ person }) => person));
    expect(managed.filter(({ manager }) => manager !== null).length).toBeGreaterThan(0);
    for (const { said, manager } of managed) expect(manager).toBe(said !== null && members.has(said) ? said : null);
  });

  test('sends each new member one invitation, and the admin a report', async () => {
    const invitations = await product.sink.mails('kind=invitation&limit=1000');
    const addresses = invitations.items.map((mail) => mail.to[0]).sort();
    expect(addresses).toEqual((await employed()).map((person) => person.email).sort());
    const reports = await product.sink.mails('kind=report');
    expect(reports.items.map((mail) => mail.to[0])).toEqual(['hr.admin@acme.example']);
  });

  test('changes nothing and mails no member in a second import', async () => {
    const before = await product.sink.mails('kind=invitation&limit=1');
    const second = await again();
    const { unchanged, skipped, error, warnings, ...others } = second.counts;
    expect(others).toEqual({});
    expect(unchanged).toBe((await employed()).length);
    expect(await changesOf(second)).toHaveLength(error ?? 0);
    expect(skipped).toBeGreaterThan(0);
    expect(warnings).toBeGreaterThanOrEqual(0);
    expect((await product.sink.mails('kind=invitation&limit=1')).total).toBe(before.total);
  });

  test('a hire, a leaver, a new name and a new e-mail are exactly those changes', async () => {
    const [gone, renamed, moved] = await employed();
    const invited = (await product.sink.mails('kind=invitation&limit=1')).total;
    await act('hire', {
      first_name: 'Nia',
      last_name: 'Novak',
      email: 'nia.novak@acme.example',
      employment_start_date: today,
    });
    await act('leave', { id: gone!.id, date: '2026-01-31' });
    await act('change', { id: renamed!.id, last_name: 'Quill' });
    await act('change', { id: moved!.id, email: 'new.address@acme.example' });
    const run = await again();
    expect(run.counts).toMatchObject({ created: 1, leaver: 1, updated: 2 });
    const changes = (await changesOf(run)).filter((change) => change.kind !== 'error');
    const byKind = (kind: string, id?: number) =>
      changes.find((change) => change.kind === kind && (id === undefined || change.person === String(id)));
    expect(changes).toHaveLength(4);
    expect(byKind('created')?.after).toMatchObject({ email: 'nia.novak@acme.example', firstName: 'Nia' });
    expect(byKind('leaver', gone!.id)).toMatchObject({ before: { state: 'active' }, after: { state: 'closing-down' } });
    expect(byKind('updated', renamed!.id)).toMatchObject({
      before: { lastName: renamed!.last_name },
      after: { lastName: 'Quill' },
    });
    expect(byKind('updated', moved!.id)).toMatchObject({
      before: { email: moved!.email, username: moved!.email },
      after: { email: 'new.address@acme.example', username: 'new.address@acme.example' },
    });
    const [closing] = await product.rows<{ state: string; ends: string }>(
      'select state, close_down_ends_on as ends from members where provider_person_id = ?',
      [String(gone!.id)],
    );
    expect(closing?.state).toBe('closing-down');
    expect((await product.sink.mails('kind=invitation&limit=1')).total).toBe(invited + 1);
    expect((await active()).map((member) => member.email)).toEqual(
      (await employed()).map((person) => person.email).sort(),
    );
  });

  test('two people who swap their addresses, and three who rotate them, keep their accounts', async () => {
    const five = (await employed()).slice(5, 10);
    const addresses = five.map((person) => person.email);
    const rotated = [addresses[1], addresses[0], addresses[3], addresses[4], addresses[2]];
    // Their simulator refuses nobody an address twice for a moment, as a real HR system lets it be.
    for (const [index, person] of five.entries()) await act('change', { id: person.id, email: rotated[index] });
    const run = await again();
    expect(run.counts).toMatchObject({ updated: 5 });
    expect(run.counts.created).toBeUndefined();
    const held = await product.rows<{ value: string; person: string }>(
      'select value, provider_person_id as person from member_keys k join members m on m.id = k.member_id where value = any(?)',
      [addresses],
    );
    expect(Object.fromEntries(held.map((row) => [row.person, row.value]))).toEqual(
      Object.fromEntries(five.map((person, index) => [String(person.id), rotated[index]])),
    );
  });

  test('a newcomer with the address of somebody who stays is an error row that names them, and the others go on', async () => {
    const [holder] = await employed();
    await act('hire', {
      first_name: 'Doppel',
      last_name: 'Ganger',
      email: 'x@acme.example',
      employment_start_date: today,
    });
    const double = (await people()).find((person) => person.last_name === 'Ganger')!;
    await act('change', { id: double.id, email: holder!.email?.toUpperCase() });
    const run = await again();
    expect(run.state).toBe('completed-with-errors');
    const problems = await product.rows<{ code: string; person: string; detail: string }>(
      "select code, person, detail from run_problems where import_id = ? and severity = 'error' and field = 'email'",
      [run.id],
    );
    expect(
      problems
        .filter((problem) => problem.code === 'email-shared')
        .map((problem) => problem.person)
        .sort(),
    ).toEqual([String(double.id), String(holder!.id)].sort());
    expect((await active()).some((member) => member.provider_person_id === String(holder!.id))).toBe(true);
    await act('delete', { id: double.id });
  });

  test('somebody who comes back while the account closes down gets the same account again, and no invitation', async () => {
    const [gone] = await product.rows<{ provider_person_id: string; id: string }>(
      "select id, provider_person_id from members where state = 'closing-down'",
    );
    const invited = (await product.sink.mails('kind=invitation&limit=1')).total;
    await act('rehire', { id: Number(gone!.provider_person_id) });
    const run = await again();
    expect(run.counts).toMatchObject({ reactivated: 1 });
    const [back] = await product.rows<{ state: string }>('select state from members where id = ?', [gone!.id]);
    expect(back?.state).toBe('active');
    expect((await product.sink.mails('kind=invitation&limit=1')).total).toBe(invited);
  });

  test('removals over the limit all wait, and the rest of the run is applied', async () => {
    await act('bulk', { leave: 30 });
    await act('hire', {
      first_name: 'Late',
      last_name: 'Comer',
      email: 'late.comer@acme.example',
      employment_start_date: today,
    });
    const before = await active();
    const staying = new Set((await employed()).map((person) => person.email));
    const left = before.filter((member) => !staying.has(member.email)).length;
    const run = await again();
    expect(left).toBeGreaterThan(12);
    expect(run.state).toBe('waiting-for-approval');
    expect(run.held).toMatchObject({ count: left, question: run.id });
    expect(run.counts).toMatchObject({ leaver: left, created: 1 });
    expect((await active()).length).toBe(before.length + 1);
    const outcomes = new Set(
      (await changesOf(run)).filter((change) => change.kind === 'leaver').map((change) => change.outcome),
    );
    expect([...outcomes]).toEqual(['held']);

    const next = await again();
    expect(next.held).toMatchObject({ count: left, question: run.id });
    expect(next.state).toMatch(/^completed/);
    const questions = await product.rows<{ state: string }>('select state from removal_holds');
    expect(questions).toEqual([{ state: 'open' }]);
  });
});
