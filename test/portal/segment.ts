import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { MAPPING } from '../journeys/stage.js';
import type { Desk, Window } from './desk.js';

const COMPANY = { subdomain: 'rowan', people: 12, apiKey: 'rowan-key' };

/** Who is included, where two admins change it at once. */
export function segment(desk: () => Desk): void {
  describe('two admins who change at once who is included', () => {
    let place: string;
    let window: Window;
    let page: Page;

    const api = () => desk().stage.api;
    const theySave = (values: string[]) =>
      api().done('PUT', `${place}/segment`, { body: { rule: { field: 'team', op: 'oneOf', values } } });
    const saved = async () => ((await api().done('GET', place)) as unknown as { segment: object }).segment;
    const save = () => page.getByRole('button', { name: 'Save and continue' }).click();
    const told = () => page.getByRole('alert').filter({ hasText: 'Somebody else has saved changes here' });

    beforeAll(async () => {
      await desk().stage.happens('companies', COMPANY);
      const { id } = await api().done('POST', '/programmes', { body: { name: 'Rowan', timeZone: 'Europe/London' } });
      const integrations = `/programmes/${id}/integrations`;
      const body = { provider: 'sage-hr', name: 'Sage HR of Rowan' };
      place = `${integrations}/${(await api().done('POST', integrations, { body })).id}`;
      const { subdomain, apiKey } = COMPANY;
      await api().done('PUT', `${place}/setup`, { body: {} });
      await api().done('POST', `${place}/authorize`, { body: { subdomain, apiKey } });
      await api().done('PUT', `${place}/mapping`, { body: MAPPING });
      window = await desk().signedIn(`${place}/segment`);
      page = window.page;
    }, 60_000);
    afterAll(() => window.close());

    test('the second is refused in the moment of saving, sees theirs, and keeps what was typed', async () => {
      await page.getByRole('radio', { name: /^Only people with certain values/ }).check();
      await page.getByRole('combobox', { name: 'Field', exact: true }).click();
      await page.getByRole('option', { name: 'Team', exact: true }).click();
      await page.getByRole('combobox', { name: 'Included values' }).pressSequentially('Sales,');
      // Between the page's own look and the server's: only the version that the save carries can notice it.
      await page.route(
        /\/segment$/,
        async (route) => {
          await theySave(['Design']);
          await route.continue();
        },
        { times: 1 },
      );
      const refused = page.waitForResponse((answer) => answer.request().method() === 'PUT');
      await save();
      expect((await refused).status()).toBe(412);
      await told()
        .getByText(/ saved (this minute|\d+ minutes? ago)\.$/)
        .waitFor();
      await told()
        .getByText(/Design/)
        .waitFor();
      await window.look('segment-meanwhile');
      await page.getByText('Sales', { exact: true }).first().waitFor();
      expect(await saved()).toMatchObject({ rule: { values: ['Design'] } });
    });

    test('theirs is taken, and one’s own is put in place of the next only when one has said so', async () => {
      await told().getByRole('button', { name: 'Take theirs, drop mine' }).click();
      await told().waitFor({ state: 'detached' });
      await page.getByText('Design', { exact: true }).first().waitFor();
      await page.getByRole('combobox', { name: 'Included values' }).pressSequentially('Finance,');
      await theySave(['Legal']);
      await save();
      await page.getByText('nothing of yours was saved yet').waitFor();
      await told().getByText(/Legal/).waitFor();
      await told().getByRole('button', { name: 'Keep mine' }).click();
      await page.getByText('nothing of yours was saved yet').waitFor({ state: 'detached' });
      await save();
      await page.getByRole('heading', { name: 'Review and publish' }).waitFor();
      expect(await saved()).toMatchObject({ rule: { values: ['Design', 'Finance'] } });
    });
  });
}
