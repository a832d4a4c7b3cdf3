import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Answer, Body } from './api.js';
import type { Stage } from './stage.js';

/** A directory that comes as files: by HTTP in both ways of sending one, then by the command line. */
const HEADER = 'Personalnummer;Vorname;Nachname;E-Mail;Eintrittsdatum;Geschlecht;Geburtsdatum;Gebäude';
const line = (number: number, more = '') =>
  `${number};CanaryFile${number};Park;canary.file${number}@paper.example;01.02.2020;canary-sex;24.12.1990;Süd${more}`;
const file = (...lines: string[]) => [HEADER, ...lines].join('\r\n');
const PEOPLE = Array.from({ length: 40 }, (_, at) => line(at + 1));

/** @returns what has to be done before the tests. */
export function files(stage: () => Stage): () => Promise<void> {
  const answers = new Map<string, Answer>();
  const runs = new Map<string, Body>();
  const of = (step: string) => answers.get(step)!;
  let members: Body;
  let errors: Body;
  let said: { readonly out: string; readonly err: string; readonly code: number | null };

  async function live(): Promise<void> {
    const { api, cli } = stage();
    const programme = (await api.done('POST', '/programmes', { body: { name: 'paper', timeZone: 'Europe/Berlin' } }))
      .id;
    const all = `/programmes/${programme}/integrations`;
    const integration = (await api.done('POST', all, { body: { provider: 'csv', name: 'Paper' } })).id;
    const place = `${all}/${integration}`;
    const ask = async (name: string, ...[method, path, asked]: Parameters<typeof api.ask>) => {
      const answer = await api.ask(method, `${place}${path}`, asked);
      answers.set(name, answer);
      return answer.body;
    };
    const ended = async (name: string, { id }: Body) => {
      runs.set(name, await api.ended(place, id));
    };
    const give = async (name: string, body: string | FormData, headers: Readonly<Record<string, string>> = {}) => {
      const answer = await api.send(`${place}/upload`, body, headers);
      answers.set(name, answer);
      return answer.body;
    };
    const csv = { 'content-type': 'text/csv' };

    await give('too early', file(...PEOPLE), csv);
    await ask('set up', 'PUT', '/setup', { body: { dateFormat: 'dd.MM.yyyy' } });
    await ask('authorize', 'POST', '/authorize', { body: {} });
    await ask('invite', 'POST', '/authorize/invite', { body: { email: 'ada.park@acme.example' } });
    await give('no file', '{}', { 'content-type': 'application/json' });
    await give('no id', 'Name;E-Mail\nAda;ada.park@acme.example\n', csv);
    await give('no people', `${HEADER}\n`, csv);
    await ask('after refusals', 'GET', '');
    await give('first', file(...PEOPLE), { ...csv, 'idempotency-key': 'first-file' });
    await give('first again', file(...PEOPLE), { ...csv, 'idempotency-key': 'first-file' });
    await give('another under its key', file(line(1)), { ...csv, 'idempotency-key': 'first-file' });
    await ask('fields', 'GET', '/fields');
    const proposals = await ask('suggestions', 'POST', '/mapping/suggestions');
    const proposed = proposals.items.map(({ member, from }) => ({ member, from }));
    const byHand = { member: 'email', from: '{{response["E-Mail"]}}' };
    const fields = [byHand, ...proposed.filter(({ member }) => member !== 'email')];
    await ask('map', 'PUT', '/mapping', { body: { fields } });
    await ended('review', await ask('review', 'POST', '/review'));
    await ended('publish', (await ask('publish', 'POST', '/publish')).firstImport);

    const form = new FormData();
    // One is gone, one has another building, one line is broken, two have one number, one is new.
    const rows = [...PEOPLE.slice(1, 38), line(39).replace('Süd', 'Nord'), '40;broken', line(50), line(50), line(51)];
    form.set('file', new Blob([file(...rows)], { type: 'text/csv' }), 'people.csv');
    await ended('second', await give('second', form));
    errors = await ask('errors', 'GET', `/imports/${runs.get('second')?.id}/errors`);
    members = await api.done('GET', `/programmes/${programme}/members?limit=1000`);

    await ask('pause', 'POST', '/pause');
    await give('while paused', file(line(1)), csv);
    await ask('resume', 'POST', '/resume');
    const folder = await mkdtemp(join(tmpdir(), 'rollcall-files-'));
    await writeFile(join(folder, 'people.csv'), file(...PEOPLE, line(51), line(52)));
    said = await cli(['integrations', 'upload', integration, join(folder, 'people.csv')]);
    await rm(folder, { recursive: true });
    await ended('third', { id: said.out.trim() } as Body);
    await ask('revoke', 'POST', '/revoke');
    await ask('review after revoke', 'POST', '/review');
    await give('to another system', file(line(1)), csv);
  }

  describe('a directory that comes as files', () => {
    test('the first file stands for the authorization, and says what is in it', () => {
      expect(of('first').status).toBe(200);
      expect(of('first').body).toMatchObject({
        state: 'authorized',
        nextImportAt: null,
        seen: { people: 40, exact: true },
      });
      const paths = of('fields').body.items.map(({ path }) => path);
      expect(paths).toEqual(
        expect.arrayContaining(['response.employeeId', 'response["E-Mail"]', 'response["Gebäude"]']),
      );
      expect(paths.filter((path) => /geschlecht/i.test(path))).toEqual([]);
    });

    test('what is no such file, or comes too early, is refused in a sentence and nothing remains', () => {
      expect(of('too early').body).toMatchObject({ status: 409, code: 'illegal-state' });
      expect(of('authorize').body.detail).toContain('upload a file');
      expect(of('invite').body.detail).toContain('upload a file');
      expect(of('no file').status).toBe(415);
      expect(of('no id').body).toMatchObject({ status: 422, code: 'invalid-body' });
      expect(of('no id').body.detail).toContain('it has "Name", "E-Mail"');
      expect(of('no people').body.detail).toContain('no further line');
      expect(of('after refusals').body.state).toBe('set-up');
    });

    test('the same file under the same key is taken once, another one is refused', () => {
      expect(of('first again').body).toEqual(of('first').body);
      expect(of('another under its key').body).toMatchObject({ status: 422, code: 'idempotency-mismatch' });
    });

    test('it is mapped, reviewed and published like any other, without a schedule', () => {
      expect(runs.get('review')).toMatchObject({ kind: 'review', counts: { created: 40, error: 0 } });
      expect(runs.get('publish')).toMatchObject({ state: 'completed', counts: { created: 40, error: 0 } });
      expect(of('publish').body.nextImportAt).toBeNull();
      expect(of('publish').body.state).toBe('published');
    });

    test('each later file starts an import; a line that cannot be read keeps everybody', () => {
      expect(of('second').status).toBe(202);
      expect(runs.get('second')).toMatchObject({
        trigger: 'on-demand',
        state: 'completed-with-errors',
        counts: { created: 1, vanished: 0, leaver: 0, error: 2 },
        complete: { proven: false, code: 'records-nameless' },
      });
      const details = errors.items.map(({ detail }) => detail);
      expect(details).toEqual([
        expect.stringMatching(/^Line 40: It has 2 values where the first line names 8 columns/),
        expect.stringMatching(/^2 records have this id/),
      ]);
      const emails = members.items.map(({ email }) => email);
      expect(emails).toEqual(expect.arrayContaining(['canary.file1@paper.example', 'canary.file51@paper.example']));
      expect(emails).not.toContain('canary.file50@paper.example');
    });

    test('the command line takes files too', () => {
      expect(said).toMatchObject({ code: 0, err: '' });
      expect(runs.get('third')).toMatchObject({ counts: { created: 1, error: 0 }, complete: { proven: true } });
    });

    test('paused or revoked, nothing is imported, and what was kept of the file is gone', () => {
      expect(of('while paused').body).toMatchObject({ status: 409, code: 'integration-paused' });
      expect(of('review after revoke').body).toMatchObject({ status: 409, code: 'illegal-state' });
      expect(of('to another system').body.state).toBe('authorized');
    });
  });

  return live;
}
