import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { startProduct, type ImportRow, type Product } from '../harness/product.js';
import { control } from '../simulators/control.js';

/** Imports of some people alone: of one, and of those with whom an import had trouble. Nobody else is touched. */
let product: Product;
let programme: string;
let integration: string;
let company: string;

beforeAll(async () => {
  product = await startProduct('somepeople', { people: 20 });
}, 60_000);
afterAll(() => product.stop(), 60_000);

const at = (action: string, body: object) => control(product.simulator.url, 'POST', `${company}/${action}`, body);
const people = async () =>
  (
    (await control(product.simulator.url, 'GET', `${company}/people`)) as {
      items: { id: number; email: string | null; lists: string[] }[];
    }
  ).items;
const ended = (id: string) => product.ended(id, programme);
const members = () =>
  product.rows<{ employee_id: string; email: string; first_name: string; state: string; absent_since: Date | null }>(
    'select employee_id, email, first_name, state, absent_since from members order by employee_id',
    [],
    programme,
  );
const problems = (run: ImportRow) =>
  product.rows<{ code: string; employee_id: string }>(
    'select code, employee_id from run_problems where import_id = ?',
    [run.id],
    programme,
  );

async function one(employeeId: string): Promise<ImportRow & { kind: string }> {
  const reply = await product.command(integration, 'importPerson', { employeeId });
  return (await ended((reply as { import: string }).import)) as ImportRow & { kind: string };
}

let first: ImportRow;
beforeEach(async () => {
  company = `some${Date.now()}`;
  await control(product.simulator.url, 'POST', 'companies', { subdomain: company, apiKey: 'k'.repeat(20), people: 24 });
  programme = await product.createProgramme();
  integration = await product.createIntegration(company, programme);
  const credential = { subdomain: company, apiKey: 'k'.repeat(20) };
  first = await ended(await product.publish(integration, { credential, live: { removalLimit: null } }));
}, 60_000);

describe('one person now', () => {
  test('is brought up to date, and whatever else has changed waits for the next import', async () => {
    const [ada, ben] = (await people()).filter(({ email, lists }) => email !== null && lists.includes('employees'));
    await at('change', { id: ada!.id, first_name: 'Adele' });
    await at('change', { id: ben!.id, first_name: 'Benno' });
    await at('delete', { id: (await people()).at(3)!.id });
    const before = await members();
    const run = await one(String(ada!.id));
    expect(run).toMatchObject({ kind: 'person', state: 'completed', counts: { updated: 1, unchanged: 0, skipped: 0 } });
    const changed = (await members()).filter((member, index) => member.first_name !== before[index]?.first_name);
    expect(changed).toMatchObject([{ employee_id: String(ada!.id), first_name: 'Adele' }]);
    expect((await members()).every((member) => member.absent_since === null)).toBe(true);
    expect(await one(String(ada!.id))).toMatchObject({ counts: { unchanged: 1 } });
    expect((await ended(await product.importNow(integration))).counts).toMatchObject({ updated: 1 });
  });

  test('who is new gets an account and an invitation, who has left loses it', async () => {
    const hired = (await at('hire', { first_name: 'New', last_name: 'Person', email: `new@${company}.example` })) as {
      id: number;
    };
    expect((await one(String(hired.id))).counts).toMatchObject({ created: 1 });
    expect((await product.sink.mails(`to=new@${company}.example`)).total).toBe(1);
    await at('leave', { id: hired.id });
    expect((await one(String(hired.id))).counts).toMatchObject({ leaver: 1 });
    expect((await members()).find(({ employee_id }) => employee_id === String(hired.id))?.state).toBe('closing-down');
  });

  test('of whom the HR system knows nothing is an error that says so', async () => {
    const run = await one('nobody');
    expect(run).toMatchObject({ state: 'completed-with-errors', counts: { error: 1 } });
    expect(await problems(run)).toEqual([{ code: 'person-not-found', employee_id: 'nobody' }]);
  });

  test('an address that somebody else keeps is refused for one person as for all', async () => {
    const [ada, ben] = (await people()).filter(({ email, lists }) => email !== null && lists.includes('employees'));
    // Two that swap: for one alone the other still has the address.
    await at('change', { id: ada!.id, email: ben!.email });
    await at('change', { id: ben!.id, email: ada!.email });
    const run = await one(String(ada!.id));
    expect(run.counts).toMatchObject({ error: 1 });
    expect(await problems(run)).toMatchObject([{ code: 'email-taken', employee_id: String(ada!.id) }]);
    expect((await ended(await product.importNow(integration))).counts).toMatchObject({ updated: 2 });
  });
});

describe('those with whom an import had trouble', () => {
  test('are imported again alone, once HR has mended what was wrong', async () => {
    const trouble = await problems(first);
    expect(trouble).toMatchObject([{ code: 'no-email' }]);
    const id = trouble[0]?.employee_id;
    const other = (await people()).find(({ email, lists }) => email !== null && lists.includes('employees'));
    await at('change', { id: Number(id), email: `mended@${company}.example` });
    await at('change', { id: other!.id, first_name: 'Later' });
    const reply = await product.command(integration, 'retryErrors', { import: first.id });
    const run = await ended((reply as { import: string }).import);
    expect(run).toMatchObject({ kind: 'retry', state: 'completed', counts: { created: 1 } });
    expect(run.counts.updated).toBeUndefined();
    expect((await members()).find(({ employee_id }) => employee_id === id)).toMatchObject({ state: 'active' });
    expect(await problems(run)).toEqual([]);
  });
});
