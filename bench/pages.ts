import type { AddressInfo } from 'node:net';
import chromium from '@sparticuz/chromium';
import { chromium as playwright, type Page } from 'playwright-core';
import { buildApi } from '../client/api/build.js';
import { createAudience } from '../client/operations/audiences.js';
import { listImports } from '../client/operations/imports.js';
import { listMembers } from '../client/operations/members.js';
import { printedLink } from '../client/operations/sign-in.js';
import type { Surroundings } from './machine.js';
import { median } from './median.js';
import type { Rollcall } from './rollcall.js';
import type { Stops } from './stops.js';

/**
 * How long a browser takes to show the pages of the portal, in a programme with so many members: from the navigation, with
 * the scripts in its cache, until what the page is for can be read. Chromium, the API and Postgres share the machine.
 */
export interface PagesResult {
  readonly surroundings: Surroundings;
  readonly people: number;
  readonly pages: readonly PageTime[];
}

/** Milliseconds. */
interface PageTime {
  readonly name: string;
  readonly median: number;
  readonly worst: number;
}

interface Shown {
  readonly name: string;
  readonly path: string;
  /** What the page is for; it is read when this is seen. */
  readonly content: string;
}

const TIMES = 5;
const PATIENCE_MS = 20_000;
/** Seen is what has been painted, which is so two frames later. */
const PAINTED = 'new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)))';
const LONDON = { filter: { country: ['GB'] }, name: 'London' };

export async function measurePages(
  rollcall: Rollcall,
  { surroundings, people, say }: { surroundings: Surroundings; people: number; say: (line: string) => void },
  stops: Stops,
): Promise<PagesResult> {
  const page = await openPortal(rollcall, stops);
  const { programme, integration } = rollcall.at;
  const place = `/programmes/${programme}/integrations/${integration}`;
  await rollcall.review();
  say(`a review of ${people} people is there`);
  const times = await measureAll(page, [
    { name: 'review, all of them new', path: `${place}/review`, content: '[aria-labelledby=everybody] tbody tr' },
  ]);
  await rollcall.importFirst();
  say(`${people} members are there`);
  times.push(...(await measureAll(page, await pagesOf(rollcall, place))));
  return { surroundings, people, pages: times };
}

async function pagesOf({ call, at }: Rollcall, place: string): Promise<Shown[]> {
  const { programme } = at;
  const [audience, members, imports] = [
    await createAudience(call, programme, { body: LONDON }),
    await listMembers(call, programme, { limit: '1' }),
    await listImports(call, at, { kind: 'import' }, { limit: 1 }),
  ];
  const home = `/programmes/${programme}`;
  const rows = 'tbody tr';
  return [
    { name: 'integrations', path: `${home}/integrations`, content: 'main section, main [role=region]' },
    { name: 'integration', path: place, content: 'main h2' },
    { name: 'members', path: `${home}/members`, content: rows },
    { name: 'members, a part of a name', path: `${home}/members?search=park`, content: rows },
    { name: 'one member', path: `${home}/members/${members.items[0]?.id ?? ''}`, content: '.mantine-Timeline-item' },
    { name: 'audiences', path: `${home}/audiences`, content: `main a[href*="/audiences/"]` },
    { name: 'one audience', path: `${home}/audiences/${audience.id}`, content: rows },
    { name: 'import history', path: `${place}/imports`, content: '[aria-labelledby=runs] tbody tr' },
    {
      name: 'one import',
      path: `${place}/imports/${imports.items[0]?.id ?? ''}`,
      content: '[aria-labelledby=changes] tbody tr',
    },
    {
      name: 'mapping, with its result',
      path: `${place}/mapping`,
      content: '[aria-labelledby=result] tbody tr',
    },
    { name: 'who is included, counted', path: `${place}/segment`, content: '[aria-labelledby=counts] li' },
    { name: 'activity', path: `${home}/activity`, content: 'main a[href*="/integrations/"]' },
    { name: 'settings', path: `${home}/settings`, content: 'main form input' },
  ];
}

async function measureAll(page: Page, all: readonly Shown[]): Promise<PageTime[]> {
  const measured: PageTime[] = [];
  for (const { name, path, content } of all) {
    const times: number[] = [];
    // The first fills the browser's cache and Postgres' own.
    for (let time = -1; time < TIMES; time += 1) {
      await page.goto('about:blank');
      const began = performance.now();
      await page.goto(path, { waitUntil: 'commit' });
      await page.locator(content).first().waitFor({ timeout: PATIENCE_MS });
      await page.evaluate(PAINTED);
      if (time >= 0) times.push(performance.now() - began);
    }
    measured.push({ name, median: median(times), worst: Math.max(...times) });
  }
  return measured;
}

/** The API in this process, and a browser that has signed in. */
async function openPortal({ call }: Rollcall, stops: Stops): Promise<Page> {
  const api = await buildApi(call.context);
  await api.listen({ port: 0, host: '127.0.0.1' });
  stops.add(() => api.close());
  const executablePath = process.env.CHROME_PATH ?? (await chromium.executablePath());
  const browser = await playwright.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-background-networking', '--no-first-run'],
  });
  stops.add(() => browser.close());
  const { port } = api.server.address() as AddressInfo;
  const page = await browser.newPage({ baseURL: `http://127.0.0.1:${port}`, locale: 'en-GB' });
  await page.goto(`/sign-in${new URL(await printedLink(call)).hash}`);
  await page.getByRole('button', { name: 'Sign in now' }).click();
  await page.getByRole('button', { name: /^Your account/ }).waitFor();
  return page;
}

export function renderPages({ people, pages, surroundings }: PagesResult): string {
  const lines = pages.map(
    ({ name, median: middle, worst }) =>
      `${name.padEnd(30)} ${middle.toFixed(0).padStart(8)} ${worst.toFixed(0).padStart(8)}`,
  );
  const head = `${'page'.padEnd(30)} ${'median'.padStart(8)} ${'worst'.padStart(8)}   milliseconds`;
  return [`${people} people, commit ${surroundings.commit}, ${surroundings.cores} cores`, head, ...lines, ''].join(
    '\n',
  );
}
