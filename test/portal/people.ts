import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { Connected } from '../journeys/stage.js';
import type { Desk } from './desk.js';

const COMPANY = { subdomain: 'members-co', people: 30, apiKey: 'members-key' };

/** Members as an admin finds, reads and protects them, and the audiences they are saved as. */
export function people(desk: () => Desk): void {
  describe('members', () => {
    let company: Connected;
    beforeAll(async () => {
      company = await desk().stage.connect(COMPANY);
    }, 120_000);
    const at = (path: string) => `/programmes/${company.programme}/${path}`;
    const someone = async () => (await desk().stage.people(COMPANY.subdomain))[7]!;

    test('are found by name and by filters that stand in the address', async () => {
      const { first_name: first, last_name: last, team } = await someone();
      const { page, look, close } = await desk().signedIn(at('members'));
      await page.getByText(/^\d+ members$/).waitFor();
      const total = await page.getByText(/^\d+ members$/).innerText();
      await look('members');
      await page.getByRole('searchbox', { name: 'Search members' }).fill(last);
      await page.getByText(/members? fits?$/).waitFor();
      await page.reload();
      await page.getByRole('link', { name: `${first} ${last}` }).waitFor();
      expect(await page.getByRole('searchbox', { name: 'Search members' }).inputValue()).toBe(last);
      await page.getByRole('button', { name: 'Clear all filters' }).click();
      await page.getByText(total, { exact: true }).waitFor();
      await choose(page, 'Team', team);
      const found = await page.getByText(/members? fits?$/).innerText();
      await page.reload();
      await page.getByText(found, { exact: true }).waitFor();
      await page.goBack();
      await page.getByText(total, { exact: true }).waitFor();
      await close();
    });

    test('are saved as an audience, which is counted, renamed, exported and deleted', async () => {
      const { team } = await someone();
      const { page, look, close } = await desk().signedIn(at('members'));
      await choose(page, 'Team', team);
      await page.getByRole('button', { name: 'Save as audience' }).click();
      await page.getByRole('textbox', { name: 'Name' }).fill('A team');
      await page.getByRole('button', { name: 'Save audience' }).click();
      await page.getByRole('heading', { name: 'A team' }).waitFor();
      await page.getByText(`Team is ${team}`).waitFor();
      await look('audience');
      const csv = await page.getByRole('link', { name: 'Export as CSV' }).getAttribute('href');
      expect(await (await page.request.get(csv ?? '')).text()).toContain(team);
      await page.getByRole('button', { name: 'More', exact: true }).click();
      await page.getByRole('menuitem', { name: 'Rename' }).click();
      await page.getByRole('textbox', { name: 'Name' }).fill('The team');
      await page.getByRole('button', { name: 'Rename audience' }).click();
      await page.getByRole('heading', { name: 'The team' }).waitFor();
      await page.getByRole('link', { name: 'Audiences' }).first().click();
      await page.getByRole('link', { name: 'The team' }).waitFor();
      await look('audiences');
      await page.getByRole('link', { name: 'The team' }).click();
      await page.getByRole('button', { name: 'More', exact: true }).click();
      await page.getByRole('menuitem', { name: 'Delete' }).click();
      await page.getByRole('button', { name: 'Delete audience' }).click();
      await page.getByRole('heading', { name: 'No audience yet' }).waitFor();
      await close();
    });

    test('tell why they are members, and what ends when for whoever left', async () => {
      const { stage } = desk();
      const person = await someone();
      const { place } = company;
      await stage.happens(`${COMPANY.subdomain}/leave`, { id: person.id });
      await stage.api.import(place);
      const { page, look, close } = await desk().signedIn(at(`members?search=["${person.email}"]`));
      await page.getByRole('link', { name: `${person.first_name} ${person.last_name}` }).click();
      await page.getByText('The HR system says that the person has left.').waitFor();
      await page.getByText(/^Access ended on .* All personal data will be erased on/).waitFor();
      await page.getByText('Has left', { exact: true }).waitFor();
      await page.getByText('Account: from Active to Closing down').waitFor();
      await page.getByRole('switch').click({ force: true });
      await page.getByText('Protected: no import will remove this member.').waitFor();
      await page.reload();
      await page.getByRole('switch', { checked: true }).waitFor({ state: 'attached' });
      await page.getByText('Employed and eligible, and not a member yet.').waitFor();
      await look('member');
      await page.getByRole('button', { name: 'Import this person now' }).click();
      await page.waitForURL(/\/imports\/[0-9a-f-]{36}/);
      await close();
    });

    test('are invited once more, after it is said what that does', async () => {
      const { page, close } = await desk().signedIn(at('members'));
      await page.getByRole('table').getByRole('link').first().click();
      await page.getByText(/^An invitation was mailed/).waitFor();
      await page.getByRole('button', { name: 'Send the invitation again' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByText('Links of earlier invitations open nothing any more.').waitFor();
      await dialog.getByRole('button', { name: 'Send the invitation again' }).click();
      await page.getByText(/^An invitation is on its way to/).waitFor();
      await close();
    });

    test('who have no account are explained by their employee ID', async () => {
      const { page, look, close } = await desk().signedIn(at('members/explain'));
      await page.getByRole('button', { name: 'Explain' }).click();
      await page.getByText('Enter an employee ID.').waitFor();
      await page.getByRole('textbox', { name: 'Employee ID' }).fill('987654');
      await page.getByRole('button', { name: 'Explain' }).click();
      await page.getByText('Nobody with the ID 987654 has an account').waitFor();
      await page.reload();
      await page.getByText('Not in the HR system').waitFor();
      await look('explain');
      await close();
    });

    test('are added by hand, and nothing that was typed is lost by a mistake', async () => {
      const { page, look, close } = await desk().signedIn(at('members/new'));
      const email = page.getByRole('textbox', { name: 'E-mail', exact: true });
      await page.getByRole('textbox', { name: 'First name' }).fill('Grace');
      await page.getByRole('button', { name: 'Add member' }).click();
      await page.getByText('E-mail is missing; an account needs one.').waitFor();
      await email.fill((await someone()).email ?? '');
      await page.getByRole('button', { name: 'Add member' }).click();
      await page.getByRole('alert').getByText('Another account of the programme has this e-mail address').waitFor();
      await look('member-new');
      await email.fill('grace.hill@acme.example');
      await page.getByRole('button', { name: 'Add member' }).click();
      await page.getByRole('heading', { name: 'Grace' }).waitFor();
      await page.getByText('it was added by hand').waitFor();
      await close();
    });

    test('are seen by a viewer without the buttons that change something', async () => {
      const { programme } = company;
      const { page, close } = await desk().invited({ programme, role: 'viewer' }, at('members'));
      await page.getByRole('table').getByRole('link').first().click();
      await page.getByRole('heading', { name: 'Protection' }).waitFor();
      await page.getByRole('heading', { name: 'What imports did' }).waitFor();
      expect(await page.getByRole('switch').count()).toBe(0);
      expect(await page.getByRole('button', { name: /invitation/ }).count()).toBe(0);
      expect(await page.getByRole('button', { name: 'Import this person now' }).count()).toBe(0);
      await page.goBack();
      await page.getByRole('button', { name: 'More', exact: true }).waitFor();
      expect(await page.getByRole('link', { name: 'Add by hand' }).count()).toBe(0);
      await close();
    });
  });
}

async function choose(page: Page, filter: string, value: string): Promise<void> {
  await page.getByRole('button', { name: filter, exact: true }).click();
  await page.getByRole('dialog').getByRole('searchbox').fill(value);
  await page.getByRole('checkbox', { name: new RegExp(`^${value}`) }).check();
  await page.keyboard.press('Escape');
  await page.getByText(/members? fits?$/).waitFor();
}
