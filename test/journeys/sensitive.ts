import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import { control } from '../simulators/control.js';
import { SUBJECTS, type Subject } from '../providers/conformance/subjects.js';
import type { Body } from './api.js';
import type { Stage } from './stage.js';

/**
 * What must never be read: every sensitive field of every provider holds a word that stands nowhere else, in all forms
 * that a value may have; everything that can be mapped is mapped. Afterwards the word is looked for wherever Rollcall
 * keeps or says anything. Histories and logs are looked through by privacy.ts, to which it is a canary like the others.
 */
const SECRET = 'canary-secret-bird';
const SEED = 20_261_126;
const HIRES = 9;

/** A value as vendors wrap theirs. */
const forms: readonly ((secret: string) => unknown)[] = [
  (secret) => secret,
  (secret) => `see ${secret}, or ask`,
  (secret) => [secret, secret],
  (secret) => ({ value: secret }),
  (secret) => ({ label: 'A', value: { attributes: { value: secret } } }),
  (secret) => [{ name: secret, nested: { deep: [secret] } }],
];

interface Looked {
  readonly run: Body;
  /** What the vendor has, and all that the API said. */
  readonly vendor: string;
  readonly said: string;
}

/** @returns what has to be done before the tests. */
export function sensitive(stage: () => Stage): () => Promise<unknown> {
  const looked = new Map<string, Looked>();
  const chosen = fc.sample(fc.array(fc.constantFrom(...forms), { minLength: 20, maxLength: 20 }), {
    numRuns: SUBJECTS.length * HIRES,
    seed: SEED,
  });

  async function live(subject: Subject, index: number): Promise<void> {
    const { api } = stage();
    const { provider } = subject;
    const own = stage().vendorOf(provider.id) === undefined ? await subject.start({ people: 12, today: TODAY }) : null;
    const vendor = stage().vendorOf(provider.id) ?? own!;
    const company = await companyOf(subject, vendor.url);
    for (let number = 0; number < HIRES; number += 1) {
      const wrap = chosen[index * HIRES + number] ?? forms;
      const raw = Object.entries(subject.sensitive(SECRET)).map(
        ([name, value], at) => [name, rewrap(value, wrap[at % wrap.length] ?? forms[0]!)] as const,
      );
      // Errors are where a value slips out most easily.
      const odd = number % 3 === 0 ? { email: 'no address' } : {};
      const hire = subject.hire(number, Object.fromEntries(raw));
      await control(vendor.url, 'POST', `${encodeURIComponent(company.account)}/hire`, { ...hire, ...odd });
    }
    const programme = await api.done('POST', '/programmes', { body: { name: provider.id, timeZone: 'Europe/Berlin' } });
    const all = `/programmes/${programme.id}/integrations`;
    const made = await api.done('POST', all, { body: { provider: provider.id, name: provider.name } });
    const place = `${all}/${made.id}`;
    await api.done('PUT', `${place}/setup`, { body: { reportTo: [`hr@${provider.id}.example`] } });
    await authorize(subject, place, company, vendor.url);
    const fields = await api.done('GET', `${place}/fields`);
    await api.done('PUT', `${place}/mapping`, { body: everything(fields.items.map(({ path }) => path)) });
    const { firstImport } = await api.done('POST', `${place}/publish`);
    const run = await api.ended(place, firstImport.id);
    const people = await control(vendor.url, 'GET', `${encodeURIComponent(company.account)}/people`);
    const imports = `${place}/imports/${run.id}`;
    const said = await Promise.all(
      [
        place,
        `${place}/fields`,
        `${place}/imports`,
        imports,
        ...['errors', 'warnings', 'changes', 'errors.csv', 'warnings.csv', 'changes.csv'].map(
          (name) => `${imports}/${name}`,
        ),
        `/programmes/${programme.id}/members?limit=1000`,
      ].map(async (path) => (await api.ask('GET', path)).text),
    );
    await own?.close();
    looked.set(nameOf(subject), { run, vendor: JSON.stringify(people), said: said.join('\n') });
  }

  async function authorize(subject: Subject, place: string, company: Company, url: string): Promise<void> {
    const { api } = stage();
    if (subject.provider.files !== undefined) {
      const { text } = (await (await fetch(`${url}/acme/export`)).json()) as { text: string };
      await api.send(`${place}/upload`, text, { 'content-type': 'text/csv' });
      return;
    }
    if (subject.provider.linking === undefined) {
      await api.done('POST', `${place}/authorize`, { body: company.credential });
      return;
    }
    const link = await api.done('POST', `${place}/authorize/link`);
    const page = await fetch(`${url}/link/${String(link.linkToken)}`, { method: 'POST' });
    const { public_token: publicToken } = (await page.json()) as { public_token: string };
    await api.done('POST', `${place}/authorize`, { body: { publicToken } });
  }

  describe('what is sensitive', () => {
    test.each(SUBJECTS.map((subject) => [nameOf(subject)]))('%s has it, and the API never says it', (name) => {
      const { vendor, said, run } = looked.get(name)!;
      expect(vendor).toContain(SECRET);
      expect(run.counts.created).toBeGreaterThan(10);
      expect(run.counts.error).toBeGreaterThanOrEqual(HIRES / 3);
      expect(said).toContain('New1');
      expect(said).not.toContain(SECRET);
    });

    test('stands in no table', async () => {
      const { database } = await stage().installation.run();
      const everything = new URL(database.adminUrl ?? '');
      everything.pathname = new URL(database.url).pathname;
      const client = new pg.Client({ connectionString: everything.href });
      await client.connect();
      try {
        const { rows } = await client.query<{ name: string }>(
          `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = 'public'`,
        );
        expect(rows.length).toBeGreaterThan(20);
        const found: string[] = [];
        let whole = '';
        for (const { name } of rows) {
          const { rows: texts } = await client.query<{ text: string }>(`select t::text as text from ${name} t`);
          const text = texts.map((row) => row.text).join('\n');
          if (text.includes(SECRET)) found.push(name);
          if (name === 'public.members') whole = text;
        }
        expect(whole).toContain('New1');
        expect(found).toEqual([]);
      } finally {
        await client.end();
      }
    });

    test('is mailed to nobody', async () => {
      const mails = await stage().api.mails('');
      expect(mails.some(({ to }) => to.some((address) => address.startsWith('hr@')))).toBe(true);
      expect(JSON.stringify(mails)).not.toContain(SECRET);
    });
  });

  return () => Promise.all(SUBJECTS.map(live));
}

const nameOf = ({ provider, way }: Subject): string => [provider.name, way].flat().join(' ').trim();

const TODAY = new Date().toISOString().slice(0, 10);

interface Company {
  readonly account: string;
  readonly credential: object;
}

/** Sage HR has companies of other journeys beside this one; the others have theirs, and one for each way beside it. */
async function companyOf(subject: Subject, url: string): Promise<Company> {
  const { way, without, account, secret } = subject;
  if (way !== undefined) {
    const own = `${account}-beside`;
    const values = Object.entries(subject.credential).filter(([name]) => name !== 'interface');
    const credential = Object.fromEntries(values.map(([name, value]) => [name, value === account ? own : value]));
    await control(url, 'POST', 'companies', { account: own, secret: credential[secret], people: 12 });
    await control(url, 'POST', `${encodeURIComponent(own)}/hide`, { fields: without });
    return { account: own, credential };
  }
  if (subject.provider.id !== 'sage-hr') return { account: subject.account, credential: subject.credential };
  const credential = { subdomain: 'sealed', apiKey: 'canary-key-of-sealed' };
  await control(url, 'POST', 'companies', { ...credential, people: 12 });
  return { account: 'sealed', credential };
}

/** The same fields, the secret in them in another form. */
function rewrap(value: unknown, form: (secret: string) => unknown): unknown {
  if (value === SECRET) return form(SECRET);
  if (Array.isArray(value)) return value.map((item) => rewrap(item, form));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, rewrap(inner, form)]));
}

/** Every field that is offered is mapped to something, the rest to custom fields as far as there is room. */
function everything(paths: readonly string[]): object {
  const email = paths.find((path) => /mail/i.test(path) && !/personal|addresses/i.test(path)) ?? '';
  const names = ['fullName', 'preferredName', 'jobTitle', 'department', 'team', 'location', 'city', 'region', 'phone'];
  const others = paths.filter((path) => path !== email).reverse();
  return {
    fields: [
      { member: 'email', from: `{{${email}}}` },
      ...names.flatMap((member, at) => (others[at] === undefined ? [] : [{ member, from: `{{${others[at]}}}` }])),
    ],
    custom: others
      .slice(names.length, names.length + 10)
      .map((path, at) => ({ name: `field${at}`, label: path.slice(0, 80), from: `{{${path}}}` })),
  };
}
