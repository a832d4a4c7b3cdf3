import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { until } from '../harness/until.js';
import type { Connected } from '../journeys/stage.js';
import type { Desk, Window } from './desk.js';

const COMPANY = { subdomain: 'own-pages', people: 4, apiKey: 'own-pages-key' };
const ADA = { first_name: 'Ada', last_name: 'Park', email: 'ada.park@own-pages.example' };
const PASSWORD = 'grass seldom hums';
const ANOTHER = 'moss hardly sings';

/** A member's own pages, which have no script: invitation, account, and the way back in for who forgot the password. */
export function account(desk: () => Desk): void {
  describe('a member', () => {
    let at: Connected;
    let window: Window;
    let page: Page;

    beforeAll(async () => {
      at = await desk().stage.connect({ ...COMPANY, hires: [ADA] });
      window = await desk().window();
      page = window.page;
    }, 60_000);
    afterAll(() => window.close());

    const heading = (name: string) => page.getByRole('heading', { name, level: 1 }).waitFor();
    const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
    const mailed = (kind: string) =>
      until(`a mail of kind ${kind}`, async () => {
        const [mail] = await desk().stage.api.mails(`kind=${kind}&to=${ADA.email}`);
        return mail === undefined ? null : (/http\S+/.exec(mail.text)?.[0] ?? null);
      });
    /** What the browser itself would not send: the page says it, too. */
    const sendUnchecked = async (name: string) => {
      await page.evaluate(`document.querySelector('form').noValidate = true`);
      await press(name);
    };

    test('is greeted by the invitation, sets a password and sees that the account is active', async () => {
      await page.goto(await mailed('invitation'));
      await heading(`Welcome to ${COMPANY.subdomain}`);
      await window.look('join');
      await page.getByLabel('Password').fill('short');
      await sendUnchecked('Set password');
      await page
        .getByRole('alert')
        .getByText(/characters/)
        .waitFor();
      await window.look('join-fault');
      await page.getByLabel('Password').fill(PASSWORD);
      await press('Set password');
      await heading('Your password is set');
      await window.look('join-done');
      await page.getByRole('link', { name: 'Go to my account' }).click();
      await heading('My Account');
      await page.getByText(/^Hello Ada/).waitFor();
      await page.getByText(`your account at ${COMPANY.subdomain} is active.`).waitFor();
      await window.look('my-account');
      await page.goto(await mailed('invitation'));
      await heading('This link was already used');
      await window.look('join-used');
    });

    test('who forgot the password is mailed a link that chooses another one, once', async () => {
      await page.goto('/account');
      await press('Sign out');
      await heading('Sign in to My Account');
      await page.getByLabel('E-mail address').fill(ADA.email);
      await page.getByLabel('Password').fill('not the password');
      await press('Sign in');
      await page.getByRole('alert').getByText('The e-mail address or the password is not right.').waitFor();
      await window.look('member-sign-in');
      await page.getByRole('link', { name: 'I do not know my password' }).click();
      await heading('Choose another password');
      await page.getByLabel('E-mail address').fill('ada.park');
      await sendUnchecked('Send the link');
      await page.getByRole('alert').getByText('This is no e-mail address').waitFor();
      await window.look('forgotten');
      expect(await page.getByLabel('E-mail address').inputValue()).toBe('ada.park');
      await page.getByLabel('E-mail address').fill(ADA.email);
      await press('Send the link');
      await heading('Look into your mailbox');
      await page.getByText(ADA.email).waitFor();
      await window.look('forgotten-sent');
      const link = await mailed('password-link');
      await page.goto(link);
      await heading('Choose another password');
      await window.look('another-password');
      await page.getByLabel('Password').fill('short');
      await sendUnchecked('Set password');
      await page
        .getByRole('alert')
        .getByText(/characters/)
        .waitFor();
      await page.getByLabel('Password').fill(ANOTHER);
      await press('Set password');
      await heading('My Account');
      await page.goto(link);
      await heading('This link was already used');
      await window.look('another-password-used');
      await page.goto('/account');
      await press('Sign out');
      await page.getByLabel('E-mail address').fill(ADA.email);
      await page.getByLabel('Password').fill(PASSWORD);
      await press('Sign in');
      await page.getByRole('alert').getByText('is not right').waitFor();
      await page.getByLabel('Password').fill(ANOTHER);
      await press('Sign in');
      await heading('My Account');
    });

    test('who left reads until when the page can be opened, and what to do if that is wrong', async () => {
      const { stage } = desk();
      const ada = (await stage.people(COMPANY.subdomain)).find(({ email }) => email === ADA.email);
      await stage.happens(`${COMPANY.subdomain}/leave`, { id: ada?.id });
      await stage.api.ended(at.place, (await stage.api.done('POST', `${at.place}/imports`)).id);
      await page.reload();
      await page.getByText(/^your account at own-pages is closed since \d+ \w+ \d{4}\.$/).waitFor();
      await page.getByText(/^On \d+ \w+ \d{4} what is known about you here is erased/).waitFor();
      await window.look('my-account-closed');
    });
  });
}
