import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { until } from '../harness/until.js';
import type { Api, Body } from './api.js';
import { MAPPING, type Person, type Stage } from './stage.js';

/** An admin's whole way, by HTTP alone: from a new programme to a second import that carries what happened at work. */
const run = promisify(execFile);
const KEY = 'globex-sage-key';
const COUNTRIES = ['GB', 'DE', 'ES'];
const REPORTS = 'hr.admin@globex.example';
const NO_CHANGE = { created: 0, adopted: 0, reactivated: 0, updated: 0, leaver: 0, revoked: 0, vanished: 0 };

export function wholePath(stage: () => Stage): void {
  let admin: Api;
  let stranger: Api;
  let viewer: Api;
  let programme: string;
  let place: string;
  let first: Body;
  let eligible: Person[];

  const invitations = (query = '') => admin.mails(`kind=invitation&to=${query}`);
  const reports = () => admin.mails(`kind=report&to=${REPORTS}`);
  const ofIntegration = (mails: readonly Body[]) => mails.filter((mail) => place.endsWith(String(mail.integration)));
  const allInvitations = async () => ofIntegration(await admin.mails('kind=invitation'));

  const refused = async (method: 'GET' | 'POST' | 'PUT', step: string, body?: unknown) => {
    const { status, body: problem } = await admin.ask(method, `${place}/${step}`, body === undefined ? {} : { body });
    return { status, code: problem.code, detail: problem.detail };
  };

  describe('the whole path', () => {
    beforeAll(async () => {
      const { api, happens } = stage();
      await happens('companies', { subdomain: 'globex', people: 80, apiKey: KEY });
      const make = async (name: string) =>
        (await api.done('POST', '/programmes', { body: { name, timeZone: 'Europe/London' } })).id;
      const other = await make('Initech Perks');
      programme = await make('Globex Perks');
      const tokens = await Promise.all([
        stage().cli(['tokens', 'create', '--programme', 'Globex Perks']),
        stage().cli(['tokens', 'create', '--programme', other, '--role', 'admin']),
        stage().cli(['tokens', 'create', '--programme', programme, '--role', 'viewer']),
      ]);
      [admin, stranger, viewer] = tokens.map(({ out }) => api.as(out.trim())) as [Api, Api, Api];
    }, 60_000);

    test('begins with an integration in draft, at which every later step is refused with what is missing', async () => {
      const made = await admin.ask('POST', `/programmes/${programme}/integrations`, {
        body: { provider: 'sage-hr', name: 'Globex in Sage HR' },
      });
      expect(made).toMatchObject({ status: 201, body: { state: 'draft', provider: 'sage-hr', lastImport: null } });
      place = `/programmes/${programme}/integrations/${made.body.id}`;
      const missing = { status: 409, code: 'illegal-state' };
      const credential = { subdomain: 'globex', apiKey: KEY };
      const setUpFirst = { ...missing, detail: 'The integration is not set up yet: give the initial setup first.' };
      expect(await refused('POST', 'authorize', credential)).toEqual(setUpFirst);
      expect(await refused('PUT', 'mapping', MAPPING)).toEqual(setUpFirst);
      expect(await refused('PUT', 'segment', { rule: null })).toEqual(setUpFirst);
      expect(await refused('POST', 'publish')).toEqual(setUpFirst);
      const publishFirst = { ...missing, detail: 'The integration is not published yet: publish it first.' };
      expect(await refused('POST', 'imports')).toEqual(publishFirst);
      expect(await refused('POST', 'pause')).toEqual(publishFirst);
      expect(await refused('GET', 'fields')).toMatchObject({ ...missing, detail: expect.stringMatching(/authorize/) });
    });

    test('setup comes back with its defaults, and leads to authorization', async () => {
      const setUp = await admin.done('PUT', `${place}/setup`, { body: { reportTo: [REPORTS] } });
      expect(setUp).toMatchObject({
        state: 'set-up',
        setup: {
          cadence: { every: 'day', at: expect.stringMatching(/^03:\d\d$/), timeZone: 'Europe/London' },
          welcomeEmail: true,
          preference: 'create-and-update',
          removalLimit: { share: 0.1, count: 100 },
          reportTo: [REPORTS],
        },
      });
      expect(await refused('PUT', 'mapping', MAPPING)).toMatchObject({
        status: 409,
        detail: 'The integration is not authorized yet: authorize the HR system first.',
      });
    });

    test('a wrong key and a wrong subdomain are told in a sentence, and nothing remains of them', async () => {
      const wrongKey = await refused('POST', 'authorize', { subdomain: 'globex', apiKey: 'wrong-key' });
      expect(wrongKey).toMatchObject({ status: 422, code: 'credentials-refused' });
      expect(wrongKey.detail).toMatch(/^Sage HR refused the credentials\. Check in Sage HR, Settings/);
      const wrongPlace = await refused('POST', 'authorize', { subdomain: 'globecks', apiKey: KEY });
      expect(wrongPlace).toMatchObject({ status: 422, code: 'credentials-refused' });
      expect(wrongPlace.detail).toMatch(/no account with the subdomain "globecks"/);
      const wrongForm = await admin.ask('POST', `${place}/authorize`, {
        body: { subdomain: 'https://globex.example/' },
      });
      expect(wrongForm).toMatchObject({ status: 422, body: { code: 'invalid-body' } });
      expect(wrongForm.body.errors.map(({ pointer }) => pointer).sort()).toEqual(['/apiKey', '/subdomain']);
      expect((await admin.done('GET', `/programmes/${programme}/credentials`)).items).toEqual([]);
      expect(await admin.done('GET', place)).toMatchObject({ state: 'set-up', seen: null });
    });

    test('the right key is accepted with the address as it was pasted, and says what it sees', async () => {
      const body = { subdomain: ' https://globex.sage.hr/dashboard ', apiKey: KEY };
      const authorized = await admin.done('POST', `${place}/authorize`, { body });
      const active = (await stage().people('globex')).filter(({ lists }) => lists.includes('employees'));
      expect(authorized).toMatchObject({ state: 'authorized', seen: { people: active.length, exact: true } });
      expect(JSON.stringify(authorized)).not.toContain(KEY);
      const { items } = await admin.done('GET', `/programmes/${programme}/credentials`);
      expect(items).toHaveLength(1);
      expect(JSON.stringify(items)).not.toContain(KEY);
      expect(await refused('POST', 'publish')).toMatchObject({
        status: 409,
        detail: expect.stringMatching(/not mapped/),
      });
    });

    test('the fields that can be mapped are those of the company, without the sensitive ones', async () => {
      const { items } = await admin.done('GET', `${place}/fields`);
      const paths = items.map(({ path }) => path);
      expect(paths).toEqual(expect.arrayContaining(['response.email', 'response.customFields["T-shirt size"]']));
      expect(paths.filter((path) => /gender|home_phone|termination_reason|comments/i.test(path))).toEqual([]);
    });

    test('what is suggested is a mapping as it is', async () => {
      const { items } = await admin.done('POST', `${place}/mapping/suggestions`);
      const fields = items.map(({ member, from }) => ({ member, from }));
      expect(fields).toEqual(expect.arrayContaining([{ member: 'email', from: '{{response.email}}' }]));
      expect(await admin.done('PUT', `${place}/mapping`, { body: { fields } })).toMatchObject({ state: 'mapped' });
      expect(await admin.done('PUT', `${place}/mapping`, { body: MAPPING })).toMatchObject({ state: 'mapped' });
    });

    test('a segment narrows who becomes a member; publishing makes exactly those', async () => {
      const rule = { field: 'country', op: 'oneOf', values: COUNTRIES };
      await admin.done('PUT', `${place}/segment`, { body: { rule } });
      eligible = (await stage().people('globex')).filter(isEligible);
      const published = await admin.done('POST', `${place}/publish`);
      expect(published).toMatchObject({ state: 'published', unpublished: false, firstImport: { trigger: 'first' } });
      const { id } = published.firstImport;
      const [told, ended] = await Promise.all([events(admin, `${place}/imports/${id}/events`), admin.ended(place, id)]);
      first = ended;
      expect(first.counts).toMatchObject({ ...NO_CHANGE, created: eligible.length });
      expect(first).toMatchObject({ failure: null, held: null, complete: { proven: true } });
      expect(told.at(-1)).toMatchObject({ event: 'end', data: { id, state: first.state, counts: first.counts } });
      expect(told.slice(0, -1).every(({ event }) => event === 'progress')).toBe(true);
      const members = await admin.done('GET', `/programmes/${programme}/members?limit=1000`);
      expect(members.total).toBe(eligible.length);
      expect(members.items.map(({ email }) => email).sort()).toEqual(eligible.map(({ email }) => email).sort());
    }, 60_000);

    test('changes, errors and warnings can be read as lists and as files for a spreadsheet', async () => {
      const at = `${place}/imports/${first.id}`;
      const changes = await admin.done('GET', `${at}/changes?kind=created&limit=1000`);
      expect(changes.items).toHaveLength(eligible.length);
      expect(changes.items[0]).toMatchObject({
        outcome: 'applied',
        fields: expect.arrayContaining([{ name: 'email', before: null, after: changes.items[0]!.email }]),
      });
      const errors = await admin.done('GET', `${at}/errors`);
      expect(errors.items).toHaveLength(first.counts.error ?? 0);
      const files = ['changes', 'errors', 'warnings'].map((name) => admin.ask('GET', `${at}/${name}.csv`));
      const heads = (await Promise.all(files)).map(({ text }) => text.split('\r\n')[0]);
      expect(heads).toEqual([
        '\uFEFFkind,outcome,member,employeeId,email,reason,fields',
        '\uFEFFemployeeId,field,received,allowed,detail,fixedBy',
        '\uFEFFemployeeId,field,received,allowed,detail,fixedBy',
      ]);
    });

    test('members are found by their fields, and an unknown filter is refused by its name', async () => {
      const [somebody] = eligible;
      const of = (query: string) => admin.done('GET', `/programmes/${programme}/members?${query}`);
      const team = encodeURIComponent(somebody!.team);
      expect((await of(`team=${team}&limit=1`)).total).toBe(
        eligible.filter((one) => one.team === somebody!.team).length,
      );
      expect((await of('country=GB&country=DE')).total).toBe(
        eligible.filter(({ country }) => country === 'GB' || country === 'DE').length,
      );
      expect((await of(`search=${encodeURIComponent(somebody!.email!)}`)).items).toMatchObject([
        { email: somebody!.email },
      ]);
      const unknown = await admin.ask('GET', `/programmes/${programme}/members?shoeSize=44`);
      expect(unknown).toMatchObject({
        status: 400,
        body: { code: 'invalid-query', errors: [{ pointer: '?shoeSize' }] },
      });
    });

    test('each was invited once and the admin has one report', async () => {
      const addresses = (await allInvitations()).map(({ to }) => to[0]);
      expect(addresses.sort()).toEqual(eligible.map(({ email }) => email).sort());
      expect(ofIntegration(await reports())).toHaveLength(1);
    });

    test('a second import changes nothing and invites nobody', async () => {
      const second = await admin.import(place);
      expect(second.counts).toMatchObject({ ...NO_CHANGE, unchanged: eligible.length });
      expect((await admin.done('GET', `${place}/imports/${second.id}/changes?kind=updated`)).items).toEqual([]);
      expect(await allInvitations()).toHaveLength(eligible.length);
      expect(ofIntegration(await reports())).toHaveLength(2);
    });

    test('a hire, a leave, a new name and a new address are exactly the changes of the next import', async () => {
      const [leaves, marries, moves] = eligible as [Person, Person, Person];
      const { happens } = stage();
      const hire = { first_name: 'Ines', last_name: 'Quill', country: 'GB', email: 'ines.quill@globex.example' };
      const hired = (await happens('globex/hire', hire)) as { id: number };
      await happens('globex/leave', { id: leaves.id });
      await happens('globex/change', { id: marries.id, last_name: 'Okonkwo-Lindt' });
      await happens('globex/change', { id: moves.id, email: 'new.address@globex.example' });

      const third = await admin.import(place);
      const quiet = { unchanged: eligible.length - 3 };
      expect(third.counts).toMatchObject({ ...NO_CHANGE, ...quiet, created: 1, updated: 2, leaver: 1 });
      const { items } = await admin.done('GET', `${place}/imports/${third.id}/changes`);
      const changes = items.filter(({ kind }) => kind !== 'error');
      expect(changes).toHaveLength(4);
      const of = (id: number) => changes.find(({ employeeId }) => employeeId === String(id));
      expect(of(hired.id)).toMatchObject({ kind: 'created', outcome: 'applied', email: hire.email });
      expect(of(leaves.id)).toMatchObject({ kind: 'leaver', outcome: 'applied', email: leaves.email });
      const renamed = { name: 'lastName', before: marries.last_name, after: 'Okonkwo-Lindt' };
      expect(of(marries.id)).toMatchObject({ kind: 'updated', fields: expect.arrayContaining([renamed]) });
      const moved = { name: 'email', before: moves.email, after: 'new.address@globex.example' };
      expect(of(moves.id)).toMatchObject({ kind: 'updated', fields: expect.arrayContaining([moved]) });
      expect(await allInvitations()).toHaveLength(eligible.length + 1);
      expect(await invitations(hire.email)).toHaveLength(1);
      expect(ofIntegration(await reports())).toHaveLength(3);
      const closing = await admin.done('GET', `/programmes/${programme}/members?state=closing-down`);
      expect(closing.items).toMatchObject([{ email: leaves.email, closeDown: { reason: 'leaver' } }]);
    });

    test("an invitation's link sets a password once", async () => {
      const [mail] = await invitations('ines.quill@globex.example');
      const link = /http:\/\/127\.0\.0\.1:\d+\/join\/[\w-]+/.exec(mail!.html)?.[0] ?? 'no link';
      const opened = await fetch(link);
      expect(opened.status).toBe(200);
      expect(await opened.text()).toMatch(/Hello Ines,[^]*<form method="post">/);
      const give = (password: string) => fetch(link, { method: 'POST', body: new URLSearchParams({ password }) });
      const short = await give('short');
      expect(short.status).toBe(422);
      expect(await short.text()).toMatch(/has 5 characters; it needs at least 10/);
      const done = await give('correct horse battery');
      expect(done.status).toBe(200);
      expect(await done.text()).toMatch(/Your password is set/);
      const again = await give('another password');
      expect(again.status).toBe(410);
      expect(await again.text()).toMatch(/This link was already used/);
    });

    test('the same Idempotency-Key gives the same answer, with another body a refusal', async () => {
      const headers = { 'idempotency-key': 'journey-1' };
      const one = await admin.ask('POST', `${place}/imports`, { headers });
      const two = await admin.ask('POST', `${place}/imports`, { headers });
      expect(one.status).toBe(202);
      expect(two).toMatchObject({ status: 202, body: one.body });
      await admin.ended(place, one.body.id);
      const setup = { reportTo: [REPORTS], leadDays: 1 };
      const keyed = { headers: { 'idempotency-key': 'journey-2' } };
      expect((await admin.ask('PUT', `${place}/setup`, { ...keyed, body: { reportTo: [REPORTS] } })).status).toBe(200);
      const mismatch = await admin.ask('PUT', `${place}/setup`, { ...keyed, body: setup });
      expect(mismatch).toMatchObject({ status: 422, body: { code: 'idempotency-mismatch' } });
    });

    test('paused, it refuses imports and has no next one; resumed, it goes on', async () => {
      expect(await admin.done('POST', `${place}/pause`, { body: { note: 'Stocktaking' } })).toMatchObject({
        state: 'paused',
        pauseNote: 'Stocktaking',
        nextImportAt: null,
      });
      expect(await refused('POST', 'imports')).toEqual({
        status: 409,
        code: 'integration-paused',
        detail: 'The integration is paused: resume it first.',
      });
      const resumed = await admin.done('POST', `${place}/resume`);
      expect(resumed).toMatchObject({ state: 'published', nextImportAt: expect.any(String) });
    });

    test('an operator starts an import with the signal importNow of the Temporal CLI', async () => {
      const { temporal } = await stage().installation.run();
      const before = (await admin.done('GET', place)).lastImport?.id;
      const workflow = `integration/${place.split('/').at(-1) ?? ''}`;
      const words = ['workflow', 'signal', '--workflow-id', workflow, '--name', 'importNow'];
      await run(temporal.cli ?? 'temporal', [...words, '--address', temporal.address]);
      const started = await until('an import to be started by the signal', async () => {
        const { lastImport } = await admin.done('GET', place);
        return lastImport?.id === before ? null : lastImport;
      });
      expect(await admin.ended(place, started.id)).toMatchObject({ trigger: 'on-demand', counts: NO_CHANGE });
    });

    test('a viewer may only read, and to another programme nothing of it exists', async () => {
      expect((await viewer.ask('GET', place)).status).toBe(200);
      expect(await viewer.ask('POST', `${place}/imports`)).toMatchObject({ status: 403, body: { code: 'forbidden' } });
      for (const path of [place, `${place}/imports/${first.id}`, `/programmes/${programme}/members`]) {
        expect(await stranger.ask('GET', path)).toMatchObject({ status: 404, body: { code: 'not-found' } });
      }
      expect((await stranger.ask('POST', `${place}/imports`)).status).toBe(404);
      expect((await admin.ask('GET', '/programmes')).status).toBe(403);
      expect((await admin.as('no-such-token').ask('GET', place)).status).toBe(401);
    });
  });
}

/** An oracle of its own: employed today, with an address, in one of the countries. */
function isEligible(person: Person): boolean {
  const today = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/London' }).format(new Date());
  return (
    person.lists.includes('employees') &&
    person.employment_start_date <= today &&
    (person.termination_date === null || person.termination_date >= today) &&
    person.email !== null &&
    COUNTRIES.includes(person.country)
  );
}

/** The server-sent events of an import, until the stream ends. */
async function events(api: Api, path: string): Promise<{ event: string; data: Body }[]> {
  const response = await fetch(`${api.url}/api/v1${path}`, {
    headers: { authorization: `Bearer ${api.token}`, accept: 'text/event-stream' },
  });
  const blocks = (await response.text()).split('\n\n').filter((block) => block.includes('event:'));
  return blocks.map((block) => {
    const field = (name: string) => new RegExp(`^${name}: ?(.*)$`, 'm').exec(block)?.[1] ?? '';
    return { event: field('event'), data: JSON.parse(field('data')) as Body };
  });
}
