import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { until } from '../harness/until.js';
import type { Desk, Window } from './desk.js';

/** From the catalogue to a live integration, as far as its steps are these pages': each mistake is told where it is. */
export function connect(desk: () => Desk): void {
  describe('connecting an HR system', () => {
    const COMPANY = { subdomain: 'portal-connect', people: 12, apiKey: 'portal-connect-key' };
    let window: Window;
    let programme: string;
    let integrations: string;

    const api = () => desk().stage.api;
    const begin = async (provider: string, name: string, isSetUp = true): Promise<string> => {
      const made = await api().done('POST', integrations, { body: { provider, name } });
      if (isSetUp) await api().done('PUT', `${integrations}/${made.id}/setup`, { body: {} });
      return made.id;
    };
    const open = async (place: string, heading: string | RegExp) => {
      await window.page.goto(`${integrations}${place}`);
      await window.page.getByRole('heading', { name: heading, level: 1 }).waitFor();
    };
    const connected = (name: RegExp) => window.page.getByRole('heading', { name }).waitFor();
    const check = () => window.page.getByRole('button', { name: 'Check and connect' }).click();

    beforeAll(async () => {
      const { stage } = desk();
      await stage.happens('companies', COMPANY);
      programme = (await api().done('POST', '/programmes', { body: { name: 'Connect', timeZone: 'Europe/London' } }))
        .id;
      integrations = `/programmes/${programme}/integrations`;
      window = await desk().signedIn(integrations);
    }, 60_000);
    afterAll(async () => {
      await window.close();
    });

    test('a programme without integrations says what to do, and a system is found under the name of its door', async () => {
      const { page, look } = window;
      await page.getByRole('heading', { name: 'Connect your HR system' }).waitFor();
      await look('integrations-empty');
      await page.getByRole('link', { name: 'Connect new integration' }).click();
      await page.getByRole('heading', { name: 'Explore integrations' }).waitFor();
      await look('catalogue');
      const search = page.getByLabel('Search for your HR system');
      await search.fill('bamboohr');
      await page.getByRole('button', { name: /BambooHR: connected through Merge/ }).waitFor();
      await search.fill('no such system');
      await page.getByRole('heading', { name: 'Nothing is called “no such system”' }).waitFor();
      await page.getByRole('button', { name: /CSV file/ }).waitFor();
      await search.fill('sage hr');
      await page.getByRole('button', { name: /^Sage HR/ }).click();
      const dialog = page.getByRole('dialog', { name: 'Connect Sage HR' });
      for (const text of ['What Rollcall asks to read', 'What it never reads', 'Compensation and pay']) {
        await dialog.getByText(text).waitFor();
      }
      await look('connect-dialog');
      await dialog.getByLabel('Name').fill('');
      await dialog.getByRole('button', { name: 'Connect' }).click();
      await dialog.getByLabel('Name').fill('Sage HR of London');
      await dialog.getByRole('button', { name: 'Connect' }).click();
      await page.getByRole('heading', { name: 'Initial setup', level: 1 }).waitFor();
    });

    test('the setup says at its field what is wrong, keeps what was typed, and leads on', async () => {
      const { page, look } = window;
      await look('setup');
      await page.getByText(/With 250 members, an import that would remove more than 25 waits/).waitFor();
      await page.getByLabel('Share of all members').fill('2');
      await page.getByText(/more than 5 waits/).waitFor();
      await page.getByRole('combobox', { name: 'How often' }).click();
      await page.getByRole('option', { name: 'By a cron expression' }).click();
      await page.getByLabel('Cron expression').fill('every now and then');
      const reports = page.getByRole('combobox', { name: 'Send reports of imports to' });
      await reports.fill('nobody');
      await reports.press('Enter');
      await page.getByRole('button', { name: 'Save and continue' }).click();
      await page.getByText(/Must be an e-mail address/).waitFor();
      const cron = page.getByLabel('Cron expression');
      await expect(cron.inputValue()).resolves.toBe('every now and then');
      await expect(cron.getAttribute('aria-invalid')).resolves.toBe('true');
      await look('setup-faults');
      await cron.fill('15 6 * * 1-5');
      await reports.press('Backspace');
      await page.getByRole('button', { name: 'Save and continue' }).click();
      await page.getByRole('heading', { name: 'Authorize', level: 1 }).waitFor();
      await page.goBack();
      await page.reload();
      await expect(page.getByLabel('Cron expression').inputValue()).resolves.toBe('15 6 * * 1-5');
    });

    test('a wrong key is refused with what to do and nothing is lost; the right one shows what was seen', async () => {
      const { page, look } = window;
      await page.getByRole('link', { name: /^Authorize/ }).click();
      await page.getByRole('button', { name: 'How do I find my subdomain?' }).click();
      await page.getByText(/look at the address bar/).waitFor();
      await window.picture('portal-authorize-sage-hr');
      await check();
      await page.getByText(/Is missing; enter the first part of your address/).waitFor();
      await page.getByRole('textbox', { name: 'Subdomain' }).fill(`https://${COMPANY.subdomain}.sage.hr/`);
      await page.getByRole('textbox', { name: 'API key' }).fill('wrong');
      await check();
      await page
        .getByRole('alert')
        .getByText(/Sage HR/)
        .waitFor();
      await look('authorize-refused');
      await expect(page.getByRole('textbox', { name: 'API key' }).inputValue()).resolves.toBe('wrong');
      await page.getByRole('textbox', { name: 'API key' }).fill(COMPANY.apiKey);
      await check();
      await connected(/^Sage HR is connected/);
      await page.getByText(/12 people and \d+ fields were seen/).waitFor();
      await look('authorize-done');
      await page.getByRole('link', { name: 'Continue to “Map fields”' }).waitFor();
    });

    test('a step that is not open yet says what comes first', async () => {
      const id = await begin('sage-hr', 'Not yet', false);
      await open(`/${id}/authorize`, 'Authorize');
      await window.page.getByRole('link', { name: 'Go to “Initial setup”' }).click();
      await window.page.getByRole('heading', { name: 'Initial setup', level: 1 }).waitFor();
    });

    test('access that the programme has already is used again, and a colleague can be asked', async () => {
      const { page } = window;
      const id = await begin('sage-hr', 'Sage HR of Leeds');
      await open(`/${id}/authorize`, 'Authorize');
      await page.getByRole('button', { name: 'Ask a colleague' }).click();
      const dialog = page.getByRole('dialog', { name: 'Ask a colleague' });
      await dialog.getByLabel('E-mail of your colleague').fill('grace.lee');
      await dialog.getByRole('button', { name: 'Send the link' }).click();
      await dialog
        .getByText(/e-?mail/i)
        .first()
        .waitFor();
      await dialog.getByLabel('E-mail of your colleague').fill('grace.lee@acme.example');
      await dialog.getByRole('button', { name: 'Send the link' }).click();
      await page.getByText('The link is on its way to grace.lee@acme.example.').waitFor();
      await page.getByRole('button', { name: 'Check and use it' }).click();
      await connected(/^Sage HR is connected/);
    });

    test.each([
      ['intellihr', 'intelliHR of Sydney', { Subdomain: 'acme', 'Access key': 'demo-access-key' }],
      ['personio', 'Personio of Munich', { 'Client ID': 'papi-demo-client', 'Client secret': 'papi-demo-secret' }],
      [
        'sage-people',
        'Sage People of Dublin',
        {
          'My Domain': 'https://acme.my.salesforce.com/lightning/page/home',
          'Consumer key': '3MVG9demo.consumer.key',
          'Consumer secret': 'demo-consumer-secret',
        },
      ],
    ])('%s is authorized with its own form', async (provider, name, values) => {
      const id = await begin(provider, name);
      await open(`/${id}/authorize`, 'Authorize');
      await window.picture(`portal-authorize-${provider}`);
      for (const [label, value] of Object.entries(values)) {
        await window.page.getByRole('textbox', { name: label }).fill(value);
      }
      await check();
      await connected(/is connected$/);
    });

    test('Merge is linked on its own page, which leads back', async () => {
      const { page, look } = window;
      const id = await begin('merge', 'BambooHR of Boston');
      const policy = async (place: string) =>
        (await page.goto(`${integrations}/${id}/${place}`))?.headers()['content-security-policy'];
      const merge = desk().stage.vendorOf('merge')!.url;
      expect(await policy('link')).toContain(`script-src 'self' ${merge};`);
      expect(await policy('authorize')).not.toContain(merge);
      await look('authorize-merge');
      await window.picture('portal-authorize-merge');
      await page.getByRole('link', { name: 'Go to Merge' }).click();
      await page.getByRole('button', { name: 'Choose your HR system' }).click();
      await page.getByRole('dialog', { name: 'Merge Link' }).getByRole('button', { name: 'Leave' }).click();
      await page.getByText(/You left before an HR system was linked/).waitFor();
      await look('link');
      await page.getByRole('button', { name: 'Choose your HR system' }).click();
      await page.getByRole('dialog', { name: 'Merge Link' }).getByRole('button', { name: 'Link' }).click();
      await connected(/^Merge is connected/);
    });

    test('a file is taken with its bad lines told by their number; one that is none is refused', async () => {
      const { page, look } = window;
      const id = await begin('csv', 'Files of the warehouse');
      await open(`/${id}/authorize`, 'Authorize');
      const give = async (text: string) => {
        const chooser = page.waitForEvent('filechooser');
        await page.getByRole('button', { name: 'Choose a file' }).click();
        await (await chooser).setFiles({ name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
      };
      await give('Name;E-Mail\nAda Park;ada.park@acme.example\n');
      await page
        .getByRole('alert')
        .getByText(/No column holds the employee's own ID/)
        .waitFor();
      await give('Employee ID,Email,Team\n1,ada.park@acme.example,People\n2,oops\n3,sam.ito@acme.example,Sales\n');
      await connected(/^CSV file is connected/);
      await page.getByText('1 line could not be read').waitFor();
      await page.getByText(/Line 3: It has 2 values/).waitFor();
      await look('upload');
      await window.picture('portal-authorize-csv');
    });

    describe('what is live', () => {
      let id: string;

      beforeAll(async () => {
        id = await begin('sage-hr', 'Sage HR of Madrid');
        const place = `${integrations}/${id}`;
        const { subdomain, apiKey } = COMPANY;
        await api().done('POST', `${place}/authorize`, { body: { subdomain, apiKey } });
        const fields = [{ member: 'email', from: '{{response.email}}' }];
        await api().done('PUT', `${place}/mapping`, { body: { fields } });
        const { firstImport } = await api().done('POST', `${place}/publish`);
        await api().ended(place, firstImport.id);
      }, 60_000);

      test('is listed with what it did and what comes next', async () => {
        await open('', 'Integrations');
        const card = window.page.getByRole('region', { name: 'Sage HR of Madrid' });
        await card.getByText(/\d+ new/).waitFor();
        await card.getByText(/Next import: in \d+ hours/).waitFor();
        await window.look('integrations');
        await window.picture('portal-integrations');
      });

      test('is paused with a note and resumed, and says before what that means', async () => {
        const { page, look } = window;
        await open(`/${id}`, 'Sage HR of Madrid');
        await page.getByText(/^Imports every day at 03:\d\d \(Europe\/London\); the next one comes in/).waitFor();
        await look('integration');
        await page.getByRole('button', { name: 'Tools' }).click();
        await page.getByRole('menuitem', { name: 'Pause' }).click();
        await page.getByText(/Its \d+ members stay and keep their accounts/).waitFor();
        await page.getByLabel('Why? (optional)').fill('Payroll week.');
        await page.getByRole('button', { name: 'Pause imports' }).click();
        await page.getByText(/^Paused: Payroll week\./).waitFor();
        await page.getByRole('button', { name: 'Tools' }).click();
        await page.getByRole('menuitem', { name: 'Resume' }).click();
        await page.getByRole('button', { name: 'Resume imports' }).click();
        await page.getByText(/^Imports every day/).waitFor();
      });

      test('its settings say what is live at once; a change of the rest waits as a draft', async () => {
        const { page, look } = window;
        await open(`/${id}/setup`, 'Settings');
        await page.getByText('Only update accounts').click();
        await page.getByRole('button', { name: 'Save settings' }).click();
        await page.getByText('What is live at once is live').waitFor();
        await look('settings');
        await page.getByRole('link', { name: 'Review and publish' }).first().waitFor();
      });

      test('of two admins who change its settings, the second sees who was first and decides', async () => {
        const { page, look } = window;
        await page.reload();
        await page.getByLabel('Share of all members').fill('7');
        const other = await desk().invited({ programme, role: 'admin' }, `${integrations}/${id}/setup`);
        await other.page.getByLabel('Share of all members').fill('3');
        await other.page.getByRole('button', { name: 'Save settings' }).click();
        await other.page.getByText('What is live at once is live').waitFor();
        await other.close();
        const save = page.getByRole('button', { name: 'Save settings' });
        await save.click();
        const told = page.getByRole('alert').filter({ hasText: 'Somebody else has saved changes here' });
        await told.getByText(/^Grace Hill saved/).waitFor();
        await told.getByText('Share of all members: 3').waitFor();
        await look('settings-meanwhile');
        await expect(page.getByLabel('Share of all members').inputValue()).resolves.toBe('7 %');
        await told.getByRole('button', { name: 'Keep mine' }).click();
        await save.click();
        await page.getByText('What is live at once is live').waitFor();
        const { setup } = (await api().done('GET', `${integrations}/${id}`)) as unknown as Record<string, object>;
        expect(setup).toMatchObject({ removalLimit: { share: 0.07 } });
      });

      test('its access is revoked, then it is removed, with the consequences told in numbers', async () => {
        const { page, look } = window;
        await open(`/${id}`, 'Sage HR of Madrid');
        await page.getByRole('button', { name: 'Tools' }).click();
        await page.getByRole('menuitem', { name: 'Revoke access' }).click();
        await page.getByText(/joiners get no account, leavers keep theirs/).waitFor();
        await look('revoke');
        await page.getByRole('button', { name: 'Revoke access' }).click();
        await page.getByText(/^The access was revoked: nothing is imported/).waitFor();
        await look('integration-revoked');
        await page.getByRole('button', { name: 'Tools' }).click();
        await page.getByRole('menuitem', { name: 'Remove' }).click();
        await page.getByRole('button', { name: 'Remove the integration' }).click();
        await page.getByRole('heading', { name: 'Integrations', level: 1 }).waitFor();
        await page.getByText('“Sage HR of Madrid” was removed.').waitFor();
        await expect(page.getByRole('region', { name: 'Sage HR of Madrid' }).count()).resolves.toBe(0);
      });
    });

    test('a viewer sees the same pages without what changes something', async () => {
      const invitation = { email: 'vera.quist@acme.example', name: 'Vera Quist', role: 'viewer' };
      await api().done('POST', `/programmes/${programme}/admins`, { body: invitation });
      const mail = await until('the invitation', async () => {
        const [first] = await api().mails('kind=admin-invite&to=vera.quist@acme.example');
        return first ?? null;
      });
      const viewer = await desk().window();
      await viewer.page.goto(/http\S+#\S+/.exec(mail.text)![0]);
      await viewer.page.getByRole('button', { name: 'Sign in now' }).click();
      const card = viewer.page.getByRole('link', { name: 'Sage HR of London' });
      await card.waitFor();
      await expect(viewer.page.getByRole('link', { name: 'Connect new integration' }).count()).resolves.toBe(0);
      await card.click();
      await viewer.page.getByRole('button', { name: 'Tools' }).click();
      await expect(viewer.page.getByRole('menuitem', { name: 'Remove' }).count()).resolves.toBe(0);
      await viewer.page.getByRole('menuitem', { name: 'Settings' }).click();
      await viewer.page.getByRole('heading', { name: 'Initial setup' }).waitFor();
      await expect(viewer.page.getByRole('button', { name: 'Save and continue' }).count()).resolves.toBe(0);
      await viewer.close();
    });
  });
}
