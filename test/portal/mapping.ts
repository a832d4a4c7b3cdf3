import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page, Route } from 'playwright-core';
import { MAPPING } from '../journeys/stage.js';
import type { Desk, Window } from './desk.js';

/** Each is a walk of many steps, beside whatever else the machine does. */
const PATIENCE_MS = 120_000;

/** From an authorized integration to a live one: mapping, who is included, review and publish, with every mistake on the way. */
export function mapping(desk: () => Desk): void {
  describe('mapping, who is included, and publishing', () => {
    let place: string;
    let programme: string;
    let window: Window;
    let page: Page;

    beforeAll(async () => {
      const { api, happens } = desk().stage;
      await happens('companies', { subdomain: 'birch', people: 24, apiKey: 'birch-key' });
      programme = (await api.done('POST', '/programmes', { body: { name: 'Birch', timeZone: 'Europe/London' } })).id;
      const body = { provider: 'sage-hr', name: 'Sage HR of Birch' };
      place = `/programmes/${programme}/integrations/${(await api.done('POST', `/programmes/${programme}/integrations`, { body })).id}`;
      await api.done('PUT', `${place}/setup`, { body: { reportTo: ['hr@birch.example'] } });
      await api.done('POST', `${place}/authorize`, { body: { subdomain: 'birch', apiKey: 'birch-key' } });
      window = await desk().signedIn(`${place}/mapping`);
      page = window.page;
      page.setDefaultTimeout(PATIENCE_MS / 2);
    }, PATIENCE_MS);
    afterAll(() => window.close());

    const button = (name: string | RegExp) => page.getByRole('button', { name });
    const field = (name: string) => page.getByRole('combobox', { name, exact: true });
    const said = (text: string | RegExp) => page.getByText(text).first().waitFor();

    test(
      'without an e-mail nothing is saved, and it is said at the field',
      async () => {
        await button(/^Accept all/).waitFor();
        await button('Save and continue').click();
        await said('An account needs an e-mail: choose where it comes from.');
        await expect(page.evaluate('document.activeElement.id')).resolves.toBe('field-email');
      },
      PATIENCE_MS,
    );

    test(
      'proposals are accepted at once, and the result on real people follows each edit',
      async () => {
        await button(/^Accept all/).click();
        await said(/^Looked at \d+ people: 1 with an error/);
        const card = page.locator('[data-path="response.city"]');
        // As a person would: both are in sight before the drag begins.
        await field('Location').scrollIntoViewIfNeeded();
        await card.scrollIntoViewIfNeeded();
        await card.dragTo(field('Location'));
        await expect(field('Location').inputValue()).resolves.toBe('City');
        await said('The same value also goes to City. Is that meant?');
        await button('Options for Region').click();
        await page.getByRole('menuitem', { name: 'Write a path or a fixed value' }).click();
        const region = page.getByRole('textbox', { name: 'Region', exact: true });
        await region.fill('{{response.}}');
        await said(/is not understood from/);
        await region.fill('{{"North"}}');
        await page.getByRole('cell', { name: 'North' }).first().waitFor();
      },
      PATIENCE_MS,
    );

    test(
      'a value that is no e-mail is an error of the person, before anything is saved',
      async () => {
        await field('E-mail').click();
        await page.getByRole('option', { name: /^City/ }).click();
        await said(/^Looked at \d+ people: \d+ with errors/);
        await said(/it must be one e-mail address/);
        await field('E-mail').click();
        await page.getByRole('option', { name: /^Email/ }).click();
        await said(/^Looked at \d+ people: 1 with an error/);
      },
      PATIENCE_MS,
    );

    test(
      'a custom field has a name and a source, and there is none of the same name twice',
      async () => {
        await button('Add custom field').click();
        await button('Add this field').click();
        await said('Give the field a name.');
        await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Badge number');
        await field('Where it comes from').click();
        await page.getByRole('option', { name: /^Employee number/ }).click();
        await page.getByRole('checkbox', { name: 'No two people have the same value' }).check();
        await button('Add this field').click();
        await page.getByRole('columnheader', { name: 'Badge number' }).waitFor();
        await window.look('mapping-edited');
      },
      PATIENCE_MS,
    );

    test(
      'what is usual says so in three lines; what was chosen otherwise stands open',
      async () => {
        const tellsApart = page.getByRole('combobox', { name: 'What tells people apart' });
        await said('People are told apart by: Employee ID');
        await expect(tellsApart.count()).resolves.toBe(0);
        await page.getByRole('button', { name: 'Change', exact: true }).click();
        await tellsApart.click();
        await page.getByRole('option', { name: 'Badge number (custom field)' }).click();
        await window.look('mapping-more');
        await page.getByRole('button', { name: 'Close', exact: true }).click();
        await said('People are told apart by: Badge number');
        await page.reload();
        await tellsApart.click();
        await page.getByRole('option', { name: 'Employee ID (recommended)' }).click();
        await page.getByRole('button', { name: 'Close', exact: true }).click();
      },
      PATIENCE_MS,
    );

    test(
      'an eleventh custom field is not offered, and it is said why',
      async () => {
        const custom = Array.from({ length: 10 }, (_, at) => ({
          name: `c${at}`,
          label: `C ${at}`,
          from: '{{"x"}}',
          unique: false,
        }));
        const item = JSON.stringify(`rollcall.mapping.${place.split('/').at(-1) ?? ''}`);
        const keep = (text: string) => page.evaluate(`sessionStorage.setItem(${item}, ${JSON.stringify(text)})`);
        const before = await page.evaluate<string>(`sessionStorage.getItem(${item})`);
        const kept = JSON.parse(before) as { base: object; draft: object };
        await keep(JSON.stringify({ ...kept, draft: { ...kept.draft, custom } }));
        await page.reload();
        await said('There are 10 already, and more are not possible.');
        await expect(button('Add custom field').isDisabled()).resolves.toBe(true);
        await keep(before);
      },
      PATIENCE_MS,
    );

    test(
      'edits survive a reload, and leaving asks',
      async () => {
        await page.reload();
        await said('Not saved yet');
        await expect(field('Location').inputValue()).resolves.toBe('City');
        await page.getByRole('navigation', { name: 'Steps of connecting' }).getByText('Authorize').click();
        await page.getByRole('dialog', { name: 'Leave without saving?' }).waitFor();
        await button('Stay here').click();
        await said('Not saved yet');
      },
      PATIENCE_MS,
    );

    test(
      'what somebody else saves meanwhile is told before one overwrites it',
      async () => {
        await desk().stage.api.done('PUT', `${place}/mapping`, { body: MAPPING });
        await button('Save and continue').click();
        await said('Somebody else has saved changes here');
        await said(/ saved (this minute|\d+ minutes? ago)\.$/);
        await said('City is not mapped');
        await button('Keep mine').click();
        await button('Save and continue').click();
        await page.getByRole('heading', { name: 'Who becomes a member' }).waitFor();
        const saved = (await desk().stage.api.done('GET', place)) as unknown as { mapping: { custom: object[] } };
        expect(saved.mapping.custom).toEqual([
          { name: 'badgeNumber', label: 'Badge number', from: '{{response.employee_number}}', unique: true },
        ]);
      },
      PATIENCE_MS,
    );

    test(
      'who is included is counted and named; a value that nobody has is pointed out',
      async () => {
        await said(/^\d+ people are in$/);
        await page.getByRole('radio', { name: /^Only people with certain values/ }).check();
        await button('Save and continue').click();
        await said('Choose a field.');
        await field('Field').click();
        await page.getByRole('option', { name: 'Team', exact: true }).click();
        await field('Included values').pressSequentially('Salles,');
        await said('Nobody has “Salles” in Team.');
        await button(/^Use Sales \(\d+\)$/).click();
        await said(/^\d+ (people are|person is) in$/);
      },
      PATIENCE_MS,
    );

    test(
      'a rule is built from lines and groups, and said in words',
      async () => {
        await page.getByRole('radio', { name: /^By a rule/ }).check();
        await button('Add group').click();
        await said('Finish the choice on this page to see whom it means.');
        await button('Save and continue').click();
        await said('A condition says nothing yet: fill it in, or remove it. Nothing was saved.');
        await page.getByRole('combobox', { name: 'Comparison' }).last().click();
        await page.getByRole('option', { name: 'is not empty' }).click();
        await said(/Team is one of Sales and Team is not empty/);
        await window.look('segment-rule');
        await page.reload();
        await said(/Team is one of Sales and Team is not empty/);
        await page.getByRole('radio', { name: /^Everybody who is employed/ }).check();
        await button('Continue').click();
        await page.getByRole('heading', { name: 'Review and publish' }).waitFor();
      },
      PATIENCE_MS,
    );

    test(
      'the review shows everybody by name, and the button says what it does',
      async () => {
        await said('Nothing has been changed so far');
        await button(/^Publish and create \d+ members$/).waitFor({ timeout: 60_000 });
        await page.getByRole('textbox', { name: 'Search by name, e-mail or employee ID' }).fill('nobody at all');
        await said('Nobody here is called “nobody at all”.');
        await page.getByRole('textbox', { name: 'Search by name, e-mail or employee ID' }).fill('');
        await window.look('review-first');
      },
      PATIENCE_MS,
    );

    test(
      'what was changed since the review is not published',
      async () => {
        // The page looks for news by itself every few seconds; here it has not looked since.
        const looks: Route[] = [];
        let isHeld = true;
        await page.route(/\/review$/, (route) =>
          isHeld && route.request().method() === 'GET' ? void looks.push(route) : route.continue(),
        );
        const segment = { rule: { field: 'team', op: 'isNotEmpty', values: [] } };
        await desk().stage.api.done('PUT', `${place}/segment`, { body: segment });
        await button(/^Publish and create/).click();
        await said(/Since this review somebody has saved other settings \(the segment\)/);
        await expect(button(/^Publish and create/).isDisabled()).resolves.toBe(true);
        const begun = page.waitForResponse((answer) => answer.request().method() === 'POST');
        await button('Review again').first().click();
        await begun;
        isHeld = false;
        await Promise.all(looks.map((route) => route.continue()));
        await window.context.setOffline(true);
        await said(/^The connection is lost/);
        await window.context.setOffline(false);
        await button(/^Publish and create \d+ members?$/)
          .and(page.locator(':enabled'))
          .click({ timeout: 60_000 });
        await page.waitForURL(/\/imports\/[\w-]+$/);
        await desk().stage.api.ended(place, page.url().split('/').at(-1) ?? '');
      },
      PATIENCE_MS,
    );

    test(
      'whoever would lose their account has to be looked at, and what is too much is decided about',
      async () => {
        const segment = { rule: { field: 'team', op: 'equals', values: ['Sales'] } };
        await desk().stage.api.done('PUT', `${place}/segment`, { body: segment });
        await page.goto(`${place}/review`);
        await said('Look at who loses their account first.');
        await expect(button(/^Publish/).isDisabled()).resolves.toBe(true);
        await button(/^Employed, but no longer included/).click();
        await page.getByRole('checkbox', { name: /^I have looked at these/ }).check();
        await said('Choose first what happens with what would wait.');
        await window.look('review-removals');
        await page.getByRole('radio', { name: 'Do them with publishing' }).check();
        await button(/^Publish and close \d+ accounts$/).click();
        await page.waitForURL(/\/imports\/[\w-]+$/);
        const done = await desk().stage.api.ended(place, page.url().split('/').at(-1) ?? '');
        expect(done.counts.revoked).toBeGreaterThan(3);
      },
      PATIENCE_MS,
    );

    test(
      'custom fields of a live integration are locked, and it is said why',
      async () => {
        await page.goto(`${place}/mapping`);
        await said(/its custom fields stay as they are/);
        await expect(button('Add custom field').count()).resolves.toBe(0);
        await button('Options for Team').click();
        await page.getByRole('menuitem', { name: 'Do not map this field' }).click();
        await said(/^Who is included goes by a field that is not mapped any more/);
        await button('Discard edits').click();
      },
      PATIENCE_MS,
    );
  });
}
