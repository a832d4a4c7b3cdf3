import { describe, expect, test } from '@jest/globals';
import type { Answer, Api, Body } from './api.js';
import { canaryKey } from './canaries.js';
import { until } from '../harness/until.js';
import { MAPPING, type Stage } from './stage.js';

/**
 * One integration through its whole life, twice through revoke and authorize: once by HTTP alone, once by the command
 * line alone. Each step is asked where the one before has led to, so the steps are one story and the tests read it.
 */
const CUSTOM = (name: string) => ({
  ...MAPPING,
  custom: [{ name, label: name, from: '{{response.customFields["T-shirt size"]}}' }],
});
const SEGMENT = { rule: { field: 'country', op: 'oneOf', values: ['GB', 'DE', 'ES'] } };
const NOBODY = { created: 0, adopted: 0, reactivated: 0, leaver: 0, revoked: 0, vanished: 0 };

/** @returns what has to be done before the tests. */
export function wholeLife(stage: () => Stage): () => Promise<unknown> {
  const http = byHttp(stage, 'umbra');
  const cli = byCommandLine(stage, 'lumen');
  return () => Promise.all([http(), cli()]);
}

function byHttp(stage: () => Stage, company: string): () => Promise<void> {
  const steps = new Map<string, Answer>();
  const runs = new Map<string, Body>();
  const of = (step: string) => steps.get(step)!;
  let members: Body;
  let invited: readonly Body[];
  let pages: Readonly<Record<'before' | 'wrong' | 'right' | 'after', Page>>;

  async function live(): Promise<void> {
    const { api, happens } = stage();
    const key = { subdomain: company, apiKey: canaryKey(company) };
    await happens('companies', { subdomain: company, people: 24, apiKey: key.apiKey });
    const body = { name: company, timeZone: 'Europe/Berlin' };
    const programme = (await api.done('POST', '/programmes', { body })).id;
    const all = `/programmes/${programme}/integrations`;
    const place = `${all}/${(await api.done('POST', all, { body: { provider: 'sage-hr', name: company } })).id}`;
    const ask = async (name: string, ...asked: Parameters<Api['ask']>) => {
      const answer = await api.ask(asked[0], `${place}${asked[1]}`, asked[2]);
      steps.set(name, answer);
      return answer.body;
    };
    const ended = async (name: string, id: string) => {
      runs.set(name, await api.ended(place, id));
    };
    const publish = async (name: string) => ended(name, (await ask(name, 'POST', '/publish')).firstImport.id);

    await ask('set up', 'PUT', '/setup', { body: { cadence: { every: 'week', weekday: 3, at: '06:00' } } });
    await ask('revoke too early', 'POST', '/revoke');
    await ask('authorize', 'POST', '/authorize', { body: key });
    await ask('map', 'PUT', '/mapping', { body: MAPPING });
    await ask('segment', 'PUT', '/segment', { body: SEGMENT });
    await ended('review', (await ask('review', 'POST', '/review')).id);
    await ask('read the review', 'GET', '/review');
    await publish('publish');
    await ask('published', 'GET', '');

    await ask('pause', 'POST', '/pause', { body: { note: 'stock-taking' } });
    await ask('import while paused', 'POST', '/imports');
    await ask('resume', 'POST', '/resume');
    const once = { headers: { 'Idempotency-Key': 'the-same' } };
    const [one, two] = [await ask('import', 'POST', '/imports', once), await ask('again', 'POST', '/imports', once)];
    await ended('import', one.id);
    await ended('again', two.id);
    await ask('cancel what has ended', 'POST', `/imports/${one.id}/cancel`);
    await happens(`${company}/faults`, { kind: 'slow', delayMs: 3000, times: 1 });
    const { id } = await ask('import to cancel', 'POST', '/imports');
    await ask('cancel', 'POST', `/imports/${id}/cancel`);
    await ended('cancel', id);
    await ask('new key', 'POST', '/authorize', { body: key });
    await ask('remove too early', 'DELETE', '');

    for (const [turn, name] of ['tShirt', 'shirt'].entries()) {
      await ask(`locked ${turn}`, 'PUT', '/mapping', { body: CUSTOM(name) });
      await ask(`revoke ${turn}`, 'POST', '/revoke');
      await ask(`import after revoke ${turn}`, 'POST', '/imports');
      steps.set(`credentials ${turn}`, await api.ask('GET', `/programmes/${programme}/credentials`));
      if (turn === 0) await ask(`authorize ${turn}`, 'POST', '/authorize', { body: key });
      else {
        pages = await byColleague(api, place, key);
        await ask(`authorize ${turn}`, 'GET', '');
      }
      await ask(`publish unmapped ${turn}`, 'POST', '/publish');
      await ask(`map ${turn}`, 'PUT', '/mapping', { body: CUSTOM(name) });
      await publish(`publish ${turn}`);
    }
    await ask('revoke for good', 'POST', '/revoke');
    const last = { headers: { 'Idempotency-Key': 'the-end' } };
    await ask('remove', 'DELETE', '', last);
    await ask('remove again', 'DELETE', '', last);
    await ask('removed', 'GET', '');
    members = await api.done('GET', `/programmes/${programme}/members?limit=1000`);
    const mails = await api.mails('kind=invitation');
    invited = mails.filter((mail) => place.endsWith(String(mail.integration)));
  }

  describe('a whole life by HTTP', () => {
    test('leads from state to state', () => {
      const states = [...steps].map(([step, { body }]) => `${step}: ${body.state}`);
      expect(states).toEqual(expect.arrayContaining(['set up: set-up', 'authorize: authorized', 'map: mapped']));
      expect(of('segment').body.state).toBe('mapped');
      expect(of('publish').body.state).toBe('published');
      expect(of('pause').body).toMatchObject({ state: 'paused', pauseNote: 'stock-taking', nextImportAt: null });
      expect(of('resume').body).toMatchObject({ state: 'published', pauseNote: null });
      expect(of('new key').body).toMatchObject({ state: 'published', seen: { exact: true } });
      for (const turn of [0, 1]) {
        expect(of(`revoke ${turn}`).body).toMatchObject({ state: 'revoked', nextImportAt: null, seen: null });
        expect(of(`authorize ${turn}`).body).toMatchObject({
          state: 'authorized',
          mapping: { custom: expect.anything() },
        });
        expect(of(`map ${turn}`).body.state).toBe('mapped');
        expect(of(`publish ${turn}`).body.state).toBe('published');
      }
      expect(of('revoke for good').body.state).toBe('revoked');
    });

    test('a colleague’s link opens one step, until it is done', () => {
      expect(pages.before).toMatchObject({ status: 200, text: expect.stringContaining('Connect Sage HR') });
      expect(pages.wrong).toMatchObject({
        status: 422,
        text: expect.stringContaining('Sage HR refused the credentials'),
      });
      expect(pages.right).toMatchObject({ status: 200, text: expect.stringMatching(/\d+ people were seen/) });
      expect(pages.after).toMatchObject({ status: 410, text: expect.stringContaining('nothing left to do') });
    });

    test('refuses what comes at the wrong time, and says what to do', () => {
      const refused = (step: string) => {
        const { status, body } = of(step);
        return [status, body.code, body.detail];
      };
      expect(refused('revoke too early')).toEqual([409, 'illegal-state', expect.stringMatching(/never authorized/)]);
      expect(refused('import while paused')).toEqual([409, 'integration-paused', expect.stringMatching(/resume/)]);
      expect(refused('cancel what has ended')).toEqual([409, 'already-ended', expect.stringMatching(/ended already/)]);
      expect(refused('remove too early')).toEqual([409, 'illegal-state', expect.stringMatching(/revoke it first/)]);
      for (const turn of [0, 1]) {
        const how = expect.stringMatching(/revoking it, authorizing it again, mapping and publishing/);
        expect(refused(`locked ${turn}`)).toEqual([409, 'custom-fields-locked', how]);
        expect(refused(`import after revoke ${turn}`)).toEqual([
          409,
          'illegal-state',
          expect.stringMatching(/revoked/),
        ]);
        expect(refused(`publish unmapped ${turn}`)).toEqual([
          409,
          'illegal-state',
          expect.stringMatching(/not mapped/),
        ]);
        expect(of(`credentials ${turn}`).body.items).toEqual([]);
      }
    });

    test('the review said what the first import did', () => {
      const [review, first] = [runs.get('review'), runs.get('publish')];
      expect(review).toMatchObject({ kind: 'review', counts: first?.counts });
      expect(of('read the review').body.id).toBe(review?.id);
      expect(review?.counts.created).toBe(members.total);
    });

    test('a week passes between two imports, and the same key starts no second one', () => {
      const next = new Date(of('published').body.nextImportAt ?? '');
      expect(next.toLocaleString('en-GB', { timeZone: 'Europe/Berlin', weekday: 'long', hour: 'numeric' })).toMatch(
        /Wednesday.*06/,
      );
      expect(of('again').body.id).toBe(of('import').body.id);
      expect(of('cancel').status).toBe(202);
      expect(runs.get('cancel')).toMatchObject({ state: 'cancelled', failure: null });
    });

    test('nobody is made or invited twice, and all stay after the integration is gone', () => {
      for (const turn of [0, 1]) expect(runs.get(`publish ${turn}`)?.counts).toMatchObject(NOBODY);
      const addresses = members.items.map(({ email }) => email).sort();
      expect(invited.map(({ to }) => to[0]).sort()).toEqual(addresses);
      expect([of('remove').status, of('remove again').status, of('removed').status]).toEqual([204, 204, 404]);
    });
  });

  return live;
}

interface Page {
  readonly status: number;
  readonly text: string;
}

/** As somebody without an account does it: out of the mail, with a wrong key first. */
async function byColleague(api: Api, place: string, key: { subdomain: string; apiKey: string }) {
  const email = `it@${key.subdomain}.example`;
  await api.done('POST', `${place}/authorize/invite`, { body: { email } });
  const link = await until('the mail to the colleague', async () => {
    const [mail] = await api.mails(`kind=authorize-invite&to=${email}`);
    return /http:\/\/\S+\/authorize\/[\w-]{43}/.exec(String(mail?.text))?.[0] ?? null;
  });
  const page = async (fields?: Record<string, string>): Promise<Page> => {
    const form = fields === undefined ? {} : { method: 'POST', body: new URLSearchParams(fields) };
    const answer = await fetch(link, form);
    return { status: answer.status, text: await answer.text() };
  };
  return {
    before: await page(),
    wrong: await page({ ...key, apiKey: 'a-wrong-key' }),
    right: await page(key),
    after: await page(),
  };
}

function byCommandLine(stage: () => Stage, company: string): () => Promise<void> {
  const said = new Map<string, string>();
  let ended: Body;

  async function live(): Promise<void> {
    const { cli, happens } = stage();
    const key = { subdomain: company, apiKey: canaryKey(company) };
    await happens('companies', { subdomain: company, people: 20, apiKey: key.apiKey });
    const ask = async (name: string, words: readonly string[], body?: unknown) => {
      const { code, out, err } = await cli(words, body === undefined ? '' : JSON.stringify(body));
      said.set(name, code === 0 ? out.trim() : `${code}: ${err.trim()}`);
      return out.trim();
    };
    const programme = await ask('programme', ['programmes', 'create', '--name', company, '--time-zone', 'Asia/Tokyo']);
    const begin = ['integrations', 'create', '--programme', programme, '--provider', 'sage-hr', '--name', company];
    const id = await ask('integration', begin);
    const step = (name: string, as: string, ...more: unknown[]) => ask(as, ['integrations', name, id], more[0]);
    const publish = async (as: string) => {
      const run = await step('publish', as);
      return ask(`${as}, watched`, ['imports', 'watch', run, '--json']);
    };
    await step('setup', 'setup', { welcomeEmail: false });
    await step('authorize', 'authorize', key);
    await ask('credentials', ['credentials', 'list', '--programme', programme]);
    const [credential = ''] = (said.get('credentials') ?? '').split('\t');
    await ask('delete a used one', ['credentials', 'delete', credential, '--programme', programme]);
    await step('map', 'map', MAPPING);
    await ask('review', ['imports', 'watch', await step('review', 'review id'), '--json']);
    await publish('publish');
    await ask('pause', ['integrations', 'pause', id, '--note', 'stock-taking']);
    await ask('import while paused', ['imports', 'start', id]);
    await step('resume', 'resume');
    await happens(`${company}/faults`, { kind: 'slow', delayMs: 6000, times: 1 });
    const running = await ask('import', ['imports', 'start', id]);
    await ask('cancel', ['imports', 'cancel', running]);
    await ask('cancelled', ['imports', 'watch', running, '--json']);
    for (const turn of [0, 1]) {
      await step('revoke', `revoke ${turn}`);
      await step('authorize', `authorize ${turn}`, key);
      await step('map', `map ${turn}`, CUSTOM(`shirt${turn}`));
      await publish(`publish ${turn}`);
    }
    await step('remove', 'remove too early');
    await step('revoke', 'revoke for good');
    await step('remove', 'remove');
    await step('show', 'removed');
    ended = JSON.parse(said.get('publish 1, watched') ?? '{}') as Body;
  }

  describe('a whole life on the command line', () => {
    test('shows the credential that is used, and does not delete it', () => {
      expect(said.get('credentials')).toMatch(/^[\da-f-]{36}\tsage-hr\tlumen\t.*\tused by [\da-f-]{36}$/);
      expect(said.get('delete a used one')).toMatch(/^1: The credential is used by 1 integration/);
    });

    test('each step prints the state it leads to', () => {
      const states = Object.fromEntries(said);
      expect(states).toMatchObject({
        setup: 'set-up',
        authorize: 'authorized',
        map: 'mapped',
        pause: 'paused',
        resume: 'published',
        'revoke 0': 'revoked',
        'authorize 0': 'authorized',
        'map 0': 'mapped',
        'revoke 1': 'revoked',
        'authorize 1': 'authorized',
        'map 1': 'mapped',
        'revoke for good': 'revoked',
        remove: '',
      });
    });

    test('what comes at the wrong time is exit 1 and a sentence', () => {
      expect(said.get('import while paused')).toBe('1: The integration is paused: resume it first.');
      expect(said.get('remove too early')).toBe('1: The integration is live: revoke it first, then remove it.');
      expect(said.get('removed')).toBe('1: There is no such integration.');
    });

    test('reviews and cancelled imports are seen as such', () => {
      expect(JSON.parse(said.get('review') ?? '')).toMatchObject({ kind: 'review', phase: 'done' });
      expect(said.get('cancelled')).toMatch(/^1: /);
    });

    test('nobody is made twice', () => {
      expect(ended.counts).toMatchObject(NOBODY);
    });
  });

  return live;
}
