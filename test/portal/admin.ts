import { describe, expect, test } from '@jest/globals';
import type { Desk } from './desk.js';

const PASSWORD = 'grass seldom hums';

/** The programme's settings, who looks after it, what they did, and one's own account. */
export function admin(desk: () => Desk): void {
  describe('settings and activity', () => {
    let programme: string | undefined;
    const made = async () =>
      (programme ??= (
        await desk().stage.api.done('POST', '/programmes', {
          body: { name: 'Quiet Fields', timeZone: 'Europe/London' },
        })
      ).id);
    const at = async (path: string) => `/programmes/${await made()}/${path}`;

    test('a setting that cannot be is told at its field; one that can is kept', async () => {
      const { page, look, close } = await desk().signedIn(await at('settings'));
      const name = page.getByRole('textbox', { name: 'Name' });
      await name.fill('');
      await page.getByRole('textbox', { name: 'Sign-in address for members' }).fill('acme');
      await page.getByRole('button', { name: 'Save settings' }).click();
      await page.getByText('Name must not be empty.').waitFor();
      await page.getByText(/^Sign-in address for members must be an address/).waitFor();
      await name.fill('Quieter Fields');
      await page.getByRole('textbox', { name: 'Sign-in address for members' }).fill('https://app.acme.example');
      await page.getByRole('textbox', { name: 'Grace period in days' }).fill('30');
      await page.getByText(/^No account is closing down at the moment/).waitFor();
      await look('settings');
      await page.getByRole('button', { name: 'Save settings' }).click();
      await page.getByText('The settings are saved.').waitFor();
      await page.reload();
      await page.getByRole('textbox', { name: 'Grace period in days' }).waitFor();
      expect(await name.inputValue()).toBe('Quieter Fields');
      await close();
    });

    test('somebody is invited, made a viewer and removed, and the activity tells all of it', async () => {
      const { page, look, close } = await desk().signedIn(await at('settings'));
      await page.getByRole('button', { name: 'Invite somebody' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('textbox', { name: 'Name' }).fill('Mary Stone');
      await page.getByRole('textbox', { name: 'E-mail' }).fill('mary.stone');
      await page.getByRole('button', { name: 'Send invitation' }).click();
      await page.getByText(/^E-mail \S{2,}/).waitFor();
      await look('invite');
      await page.getByRole('textbox', { name: 'E-mail' }).fill('mary.stone@acme.example');
      await page.getByRole('button', { name: 'Send invitation' }).click();
      await page.getByText('An invitation is on its way to mary.stone@acme.example.').waitFor();
      await page.getByRole('combobox', { name: 'Role of Mary Stone' }).first().click();
      await page.getByRole('option', { name: 'Viewer' }).click();
      await page.getByText('Mary Stone is Viewer now.').waitFor();
      await page.getByRole('button', { name: 'Actions for Mary Stone' }).click();
      await page.getByRole('menuitem', { name: 'Remove' }).click();
      await page.getByRole('button', { name: 'Remove access' }).click();
      await page.getByText('Mary Stone has no access any more.').waitFor();
      await page.getByRole('link', { name: 'Activity' }).click();
      await page.getByText(/took the access away from the admin “Mary Stone”/).waitFor();
      await look('activity');
      await close();
    });

    test('one’s own account has a password, and shows where one is signed in', async () => {
      const to = { programme: await made(), role: 'viewer' } as const;
      const { page, look, close } = await desk().invited(to, '/');
      await page.getByRole('button', { name: /^Your account/ }).click();
      await page.getByRole('menuitem', { name: 'Your account' }).click();
      await page.getByRole('heading', { name: 'Where you are signed in' }).waitFor();
      const password = page.getByLabel(/^New password/);
      await password.fill('short');
      await page.getByRole('button', { name: 'Set password' }).click();
      await page.getByText('New password has 5 characters; it needs at least 10.').waitFor();
      await password.fill(PASSWORD);
      await page.getByRole('button', { name: 'Set password' }).click();
      await page.getByText('The password is set').waitFor();
      const email = await page.getByText(/guest\d+@acme\.example/).innerText();
      const other = await desk().window();
      await other.page.goto('/sign-in');
      await other.page.getByRole('textbox', { name: 'E-mail' }).fill(/\S+@\S+/.exec(email)?.[0] ?? '');
      await other.page.getByLabel(/^Password/).fill(PASSWORD);
      await other.page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await other.page.getByRole('button', { name: /^Your account/ }).waitFor();
      await page.reload();
      await page.getByRole('button', { name: /^Sign out .* on/ }).waitFor();
      await look('account');
      await page.getByRole('button', { name: /^Sign out .* on/ }).click();
      await page.getByText('One session is signed out.').waitFor();
      await other.page.reload();
      await other.page.getByRole('heading', { name: 'Sign in' }).waitFor();
      await other.close();
      await page.goto(await at('settings'));
      await page.getByText('You can look at everything here').waitFor();
      await page.getByRole('heading', { name: 'Admins' }).waitFor();
      expect(await page.getByRole('button', { name: 'Invite somebody' }).count()).toBe(0);
      expect(await page.getByRole('button', { name: 'Save settings' }).count()).toBe(0);
      await close();
    });
  });
}
