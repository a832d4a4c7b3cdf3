import { describe, expect, test } from '@jest/globals';
import type { Desk } from './desk.js';

/** The way in: by a one-time link, by mail, by password, and what happens to those who have none. */
export function signIn(desk: () => Desk): void {
  describe('signing in', () => {
    test('a page that needs a session leads to the sign-in and back', async () => {
      const { page, look, close } = await desk().window();
      await page.goto('/programmes/0190a0a0-0000-7000-8000-000000000000/integrations');
      await page.getByRole('heading', { name: 'Sign in' }).waitFor();
      await look('sign-in');
      await close();
    });

    test('a browser whose language is none shows the pages all the same', async () => {
      const { page, close } = await desk().window();
      // As Chromium has it where the environment says LANG=C.
      await page.addInitScript(`for (const [name, value] of [['language', 'en-US@posix'], ['languages', ['en-US@posix']]])
        Object.defineProperty(navigator, name, { value })`);
      await page.goto('/sign-in');
      await page.getByRole('heading', { name: 'Sign in' }).waitFor();
      await close();
    });

    test('a wrong password is told, keeps the address, and in the end tells how long to wait', async () => {
      const { page, close } = await desk().window();
      await page.goto('/sign-in');
      await page.getByRole('textbox', { name: 'E-mail' }).fill('locked.out@acme.example');
      await page.getByLabel(/^Password/).fill('not the password');
      const attempt = async () => {
        const answer = page.waitForResponse((response) => response.url().endsWith('/api/v1/session'));
        await page.getByRole('button', { name: 'Sign in', exact: true }).click();
        await answer;
      };
      await attempt();
      await page.getByRole('alert').getByText('is not right').waitFor();
      for (let more = 0; more < 5; more += 1) await attempt();
      await page
        .getByRole('alert')
        .getByText(/wait \d+ seconds/)
        .waitFor();
      expect(await page.getByRole('textbox', { name: 'E-mail' }).inputValue()).toBe('locked.out@acme.example');
      await close();
    });

    test('a one-time link signs in once, by a button, and never again', async () => {
      const link = (await desk().stage.cli(['admins', 'link'])).out.trim();
      const first = await desk().window();
      await first.page.goto(link);
      await first.look('sign-in-by-link');
      await first.page.getByRole('button', { name: 'Sign in now' }).click();
      await first.page.getByRole('button', { name: /^Your account/ }).waitFor();
      await first.close();
      const second = await desk().window();
      await second.page.goto(link);
      await second.page.getByRole('button', { name: 'Sign in now' }).click();
      await second.page.getByRole('heading', { name: 'This link has ended' }).waitFor();
      await second.page.getByRole('button', { name: 'Mail me a new link' }).click();
      await second.page.getByRole('textbox', { name: 'E-mail' }).fill('nobody@acme.example');
      await second.page.getByRole('button', { name: 'Send the link' }).click();
      await second.page.getByRole('status').getByText('If nobody@acme.example belongs to an admin').waitFor();
      await second.look('sign-in-by-mail');
      await second.close();
    });
  });
}
