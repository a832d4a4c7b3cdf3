import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import type { Page } from 'playwright-core';
import { openDatabase } from '../../database/connection.js';
import { deleteOldDetails } from '../../database/retention.js';
import { inProgramme } from '../../database/transaction.js';
import type { Connected } from '../journeys/stage.js';
import type { Desk } from './desk.js';

/** Imports as an admin sees them: while they run, afterwards, what waits for a decision, and the way back. */
export function imports(desk: () => Desk): void {
  describe('imports', () => {
    const COMPANY = 'imports-desk';
    let at: Connected;
    let pages: string;
    let holder: pg.Client | null = null;

    beforeAll(async () => {
      at = await desk().stage.connect({ subdomain: COMPANY, people: 120, apiKey: 'imports-desk-key' });
      pages = `/programmes/${at.programme}/integrations/${at.integration}/imports`;
    }, 60_000);

    const happens = (what: string, body: unknown = {}) => desk().stage.happens(`${COMPANY}/${what}`, body);
    /** Nobody can write what is wrong with people, though everybody can read it: an import stays where it is. */
    const hold = async () => {
      const { database } = await desk().stage.installation.run();
      holder = new pg.Client({ connectionString: database.url });
      await holder.connect();
      await holder.query('begin');
      await holder.query('lock table run_problems in exclusive mode');
    };
    const letGo = async () => {
      await holder?.end();
      holder = null;
    };
    const ended = (page: Page) => page.getByRole('heading', { name: 'What happened' }).waitFor({ timeout: 30_000 });
    const openLatest = async (page: Page) => {
      const runs = page.getByRole('link', { name: /\d{4}, \d\d:\d\d/ });
      await runs.first().click();
      await ended(page);
    };
    const runNow = async () => {
      const started = await desk().stage.api.done('POST', `${at.place}/imports`);
      return desk().stage.api.ended(at.place, started.id);
    };

    /** What the product itself may not write, of the first import. */
    const asSuperuser = async (statement: string) => {
      const { database } = await desk().stage.installation.run();
      const address = new URL(database.adminUrl ?? database.url);
      address.pathname = new URL(database.url).pathname;
      const superuser = new pg.Client({ connectionString: address.href });
      await superuser.connect();
      try {
        await superuser.query(statement, [at.first.id]);
      } finally {
        await superuser.end();
      }
    };

    afterEach(letGo);

    test('an import is followed over a lost connection and a reload, and tells afterwards what it did', async () => {
      const { page, context, look, close } = await desk().signedIn(pages);
      await page.getByRole('cell', { name: /the first/ }).waitFor();
      await happens('hire', { first_name: 'Ada', last_name: 'Park' });
      await happens('hire', { first_name: 'Bo', last_name: 'Reed', email: 'not-an-address' });
      await hold();
      await page.getByRole('button', { name: 'Import data now' }).click();
      await page.getByRole('button', { name: 'Cancel the import' }).waitFor();
      await look('import-running');
      await context.setOffline(true);
      await page.getByText('No news since the connection was lost').waitFor();
      await context.setOffline(false);
      await page.getByText('No news since the connection was lost').waitFor({ state: 'detached' });
      await page.reload();
      await page.getByRole('button', { name: 'Cancel the import' }).waitFor();
      await letGo();
      await ended(page);
      const story = page.getByRole('region', { name: 'What happened' });
      await story.getByText(/read 12\d people from Sage HR of imports-desk .* proved that nobody was missed/).waitFor();
      await story.getByText(/1 new account/).waitFor();
      await page.getByRole('cell', { name: 'not-an-address' }).waitFor();
      await look('import-ended');
      await close();
    }, 90_000);

    test('changes are found by name, values stand before and after, files are offered', async () => {
      const { page, close } = await desk().signedIn(pages);
      await openLatest(page);
      await page.getByLabel('Search by name, e-mail or employee ID').fill('ada park');
      await page.getByRole('status').filter({ hasText: 'All 1 shown' }).waitFor();
      await page.getByText('ada.park').first().waitFor();
      await page.getByLabel('Search by name, e-mail or employee ID').fill('nobody of that name');
      await page.getByText('Nobody fits').waitFor();
      const [file] = await Promise.all([
        page.waitForEvent('download'),
        page
          .getByRole('region', { name: 'Errors and warnings' })
          .getByRole('link', { name: 'Download as JSON' })
          .click(),
      ]);
      expect(file.suggestedFilename()).toMatch(/^errors-.*\.json$/);
      await close();
    }, 60_000);

    test('whoever was in error is retried alone, once HR has mended it', async () => {
      const { page, close } = await desk().signedIn(pages);
      await openLatest(page);
      const bo = (await desk().stage.people(COMPANY)).find((person) => person.first_name === 'Bo');
      await happens('change', { id: bo?.id, email: 'bo.reed@imports-desk.example' });
      // Beside Bo there is one without an address, who was there before.
      await page.getByRole('button', { name: 'Retry 2 people' }).click();
      await page.getByRole('heading', { name: /^Retry of/ }).waitFor();
      await ended(page);
      await page
        .getByRole('region', { name: 'What happened' })
        .getByText(/1 new account/)
        .waitFor();
      await close();
    }, 60_000);

    test('an import is cancelled after one has read what that means', async () => {
      const { page, close } = await desk().signedIn(pages);
      await hold();
      await page.getByRole('button', { name: 'Import data now' }).click();
      await page.getByRole('button', { name: 'Cancel the import' }).click();
      await page.getByText('No account has been changed yet, and none will be.').waitFor();
      await page.getByRole('button', { name: 'Cancel the import now' }).click();
      await letGo();
      await page.getByText('It was cancelled').waitFor({ timeout: 30_000 });
      await close();
    }, 60_000);

    test('whose session has ended signs in and is back on the page', async () => {
      const { page, context, close } = await desk().signedIn(pages);
      await page.getByRole('heading', { name: 'Import history' }).waitFor();
      await context.clearCookies();
      await page.getByRole('heading', { name: 'Sign in' }).waitFor();
      const link = (await desk().stage.cli(['admins', 'link'])).out.trim();
      await page.goto(`${page.url()}${new URL(link).hash}`);
      await page.getByRole('button', { name: 'Sign in now' }).click();
      await page.getByRole('heading', { name: 'Import history' }).waitFor();
      await close();
    }, 60_000);

    test('removals that wait are decided about: a part, by two admins at once, with a number typed for many', async () => {
      await happens('bulk', { leave: 25 });
      const asked = await runNow();
      expect(asked.state).toBe('waiting-for-approval');
      const { count } = asked.held as { count: number };
      const rest = count - 2;
      const decision = `${pages}/${asked.id}/decision`;
      const [first, second] = [await desk().signedIn(`${pages}/${asked.id}`), await desk().signedIn(decision)];
      await first.page.getByRole('link', { name: 'Look and decide' }).click();
      await first.page.getByText(/would lose their account at once\. Up to 1\d may without asking/).waitFor();
      await first.look('import-decision');
      await first.picture('portal-decision');
      const boxes = first.page.getByRole('checkbox', { name: /^Choose (?!everybody)/ });
      await boxes.nth(0).check();
      await boxes.nth(1).check();
      await first.page.getByRole('button', { name: 'Close 2 accounts' }).click();
      await first.page.getByRole('dialog').getByText('They lose access at once').waitFor();
      await first.page.getByRole('dialog').getByRole('button', { name: 'Close 2 accounts' }).click();
      await first.page.getByRole('heading', { name: `${rest} people wait for your decision` }).waitFor();
      await first.close();

      const { page } = second;
      await page.getByText('Who waits has changed while you were looking').waitFor();
      await page.getByRole('button', { name: 'Show the list as it is now' }).click();
      await page.getByRole('button', { name: `Close ${rest} accounts` }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel(`This concerns many people. Type ${rest} to confirm`).fill('2');
      await dialog.getByRole('button', { name: `Close ${rest} accounts` }).click();
      await dialog.getByText('“2” is not the number of people').waitFor();
      await second.look('import-decision-confirm');
      await dialog.getByLabel(`This concerns many people. Type ${rest} to confirm`).fill(String(rest));
      await dialog.getByRole('button', { name: `Close ${rest} accounts` }).click();
      await page.getByRole('heading', { name: 'Nobody waits here any more' }).waitFor();
      await page.getByText(`An operator of the platform approved ${rest} people`).waitFor();
      await second.look('import-decided');
      await page.getByRole('link', { name: 'See the run that carries it out' }).first().click();
      await ended(page);
      await second.close();
    }, 120_000);

    test('invitations that may not have arrived are sent again, after one has read what that means', async () => {
      // As it stands after a worker died with two mails in its hands, and a mail server refused a third.
      await asSuperuser(
        `update outbox o set state = case n when 1 then 'refused' else 'unknown' end
         from (select id, row_number() over (order by id) n from outbox where import_id = $1 and kind = 'invitation'
           and member_id in (select id from members where state = 'active') limit 3) picked
         where picked.id = o.id`,
      );
      const viewer = await desk().invited({ programme: at.programme, role: 'viewer' }, `${pages}/${at.first.id}`);
      const told = viewer.page.getByRole('region', { name: '3 invitations may not have arrived' });
      await told.getByText('The mail server did not take the invitation').waitFor();
      await expect(viewer.page.getByRole('button', { name: /^Send / }).count()).resolves.toBe(0);
      await viewer.close();
      const { page, look, close } = await desk().signedIn(`${pages}/${at.first.id}`);
      const card = page.getByRole('region', { name: '3 invitations may not have arrived' });
      await card.getByText('The mail server did not take the invitation').waitFor();
      await look('import-unsent');
      await card
        .getByRole('button', { name: /^Send again to/ })
        .last()
        .click();
      const dialog = page.getByRole('dialog');
      await dialog.getByText('Links of earlier invitations open nothing any more.').waitFor();
      await dialog.getByRole('button', { name: 'Send again' }).click();
      await page.getByText(/^An invitation is on its way to/).waitFor();
      await page.getByRole('button', { name: 'Send all 2 again' }).click();
      await dialog.getByRole('button', { name: 'Send all 2 again' }).click();
      await page.getByText('2 invitations are on their way.').waitFor();
      await page.getByRole('heading', { name: /may not have arrived$/ }).waitFor({ state: 'detached' });
      await close();
    }, 60_000);

    test('a run is undone after one has seen what that would do, and the integration waits', async () => {
      const runs = await desk().stage.api.done('GET', `${at.place}/imports?kind=removals`);
      const { page, look, close } = await desk().signedIn(`${pages}/${runs.items[0]?.id ?? ''}`);
      await page.getByRole('link', { name: 'Look at an undo' }).click();
      await page.getByRole('button', { name: 'Show what would be put back' }).click();
      await page.getByRole('heading', { name: 'What the undo would do' }).waitFor({ timeout: 30_000 });
      await page.reload();
      await page.getByText(/This would be done: \d+ accounts opened again/).waitFor();
      await look('import-undo');
      await page.getByRole('button', { name: 'Undo and pause the integration' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Undo and pause the integration' }).click();
      await page.getByRole('heading', { name: /^Undo of/ }).waitFor();
      await ended(page);
      expect((await desk().stage.api.done('GET', at.place)).state).toBe('paused');
      await page.goto(pages);
      await page.getByRole('button', { name: 'Import data now' }).click();
      await page.getByText('No import was started').waitFor();
      await look('imports-history');
      await close();
    }, 90_000);

    test('of an import whose details are deleted it is said since when, and what is still kept', async () => {
      await asSuperuser(`update import_runs set ended_at = now() - interval '400 days' where id = $1`);
      const { database } = await desk().stage.installation.run();
      const db = openDatabase(database.url, { name: 'rollcall-test', connections: 1 });
      try {
        await inProgramme(db, at.programme, (trx) => deleteOldDetails(trx, at.programme, 180));
      } finally {
        await db.destroy();
      }
      const { page, look, close } = await desk().signedIn(`${pages}/${at.first.id}`);
      const note = page.getByRole('alert', { name: 'This import is old: what it did in detail is deleted' });
      const today = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long' }).format();
      await note.getByText(`Those of this import were deleted on ${today}`).waitFor();
      await note.getByText('Its errors (1) and warnings (0) are deleted, too').waitFor();
      await page.getByText(/^1 person stays exactly as they are, because a value could not be used\.$/).waitFor();
      const changes = page.getByRole('region', { name: 'Changes, person by person' });
      await changes.getByRole('cell', { name: 'Employed and eligible' }).first().waitFor();
      await look('import-old');
      // Nothing is offered that would only be refused.
      await expect(page.getByRole('link', { name: 'Look at an undo' }).count()).resolves.toBe(0);
      await expect(page.getByRole('button', { name: /^Retry/ }).count()).resolves.toBe(0);
      await expect(page.getByRole('columnheader', { name: 'Before and after' }).count()).resolves.toBe(0);
      const files = page.getByRole('link', { name: /^Download/ });
      await expect(files.count()).resolves.toBe(1);
      const file = await page.request.get((await files.getAttribute('href')) ?? '');
      expect([file.status(), await file.text()]).toEqual([200, expect.stringMatching(/^created,applied,[\w-]+,,,/m)]);
      await close();
    }, 60_000);
  });
}
