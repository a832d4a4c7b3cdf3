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
      await expect(second.page.getByRole('alert').innerText()).resolves.toMatch(/link/);
      await second.close();
    });
  });
}
