import { describe, expect, test } from '@jest/globals';
import type { Locator } from 'playwright-core';
import type { Desk } from './desk.js';
import { paceOf, type Pace } from './pace.js';

/** From the link of an invitation to an integration that imports; README tells it. More than 25 would be too many. */
const CLICKS = 13;
/** At the pace of a person who reads all that is explained; the seconds are printed and no more. */
const IS_HUMAN = process.env.ROLLCALL_STOPWATCH !== undefined;
/** Without a person's reading and thinking: the rest of five minutes is theirs. */
const MOST_MACHINE_SECONDS = 120;
/** Presses of a pointer, wherever they land, over all pages that are loaded anew. */
const COUNT = `addEventListener('pointerdown', () => {
  sessionStorage.setItem('presses', String(Number(sessionStorage.getItem('presses') ?? 0) + 1));
}, true)`;

/** The stopwatch: how much one has to do to connect a second HR system, with the usual answers. */
export function clicks(desk: () => Desk): void {
  describe('connecting a second HR system', () => {
    test('takes 13 clicks of at most 25, and nothing is typed but the credentials', async () => {
      const { api } = desk().stage;
      const { id } = await api.done('POST', '/programmes', {
        body: { name: 'Acme Rewards', timeZone: 'Europe/London' },
      });
      const first = { provider: 'sage-hr', name: 'The first one' };
      await api.done('POST', `/programmes/${id}/integrations`, { body: first });
      const opened = await desk().invited({ programme: id, role: 'admin' }, '/');
      const { page, picture, close } = opened;
      const started = performance.now();
      await page.addInitScript(COUNT);
      await page.reload();
      const pace = paceOf(page, IS_HUMAN);
      const press = async (role: 'link' | 'button', name: string | RegExp) => {
        const wanted = page.getByRole(role, { name }).first();
        await wanted.waitFor({ timeout: 60_000 });
        await pace.ponder();
        await wanted.click({ timeout: 60_000 });
      };
      await press('link', 'Connect new integration');
      await press('button', /^Personio/);
      await page.getByRole('dialog').waitFor();
      await pace.ponder();
      await page.getByRole('dialog').getByRole('button', { name: 'Connect' }).click();
      await press('button', 'Save and continue');
      await type(pace, page.getByRole('textbox', { name: 'Client ID' }), 'papi-demo-client');
      await type(pace, page.getByRole('textbox', { name: 'Client secret' }), 'papi-demo-secret');
      await press('button', 'Check and connect');
      await press('link', 'Continue to “Map fields”');
      await press('button', /^Accept all/);
      await picture('portal-mapping');
      await press('button', 'Save and continue');
      await page.getByRole('heading', { name: 'Who becomes a member' }).waitFor();
      await press('button', 'Continue');
      await page.getByRole('button', { name: /^Publish and create \d+ members$/ }).waitFor({ timeout: 60_000 });
      await picture('portal-review');
      await press('button', /^Publish and create \d+ members$/);
      await page.getByRole('heading', { name: 'What happened' }).waitFor({ timeout: 60_000 });
      const seconds = (performance.now() - started) / 1000;
      // And the one that opened the invitation.
      const presses = 1 + Number(await page.evaluate(`sessionStorage.getItem('presses')`));
      expect(presses).toBe(CLICKS);
      if (IS_HUMAN) process.stdout.write(`Connecting a second HR system took ${seconds.toFixed(0)} s.\n`);
      else expect(seconds).toBeLessThan(MOST_MACHINE_SECONDS);
      await close();
    }, 600_000);
  });
}

/** As a person does: into the field, then the keys. */
async function type(pace: Pace, field: Locator, text: string): Promise<void> {
  await pace.ponder();
  await field.click();
  await pace.type(text);
}
