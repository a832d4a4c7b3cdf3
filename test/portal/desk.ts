import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { expect } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { testMachine } from '../harness/addresses.js';
import { openBrowser } from '../harness/browser.js';
import { buildPortal } from '../harness/compiled.js';
import { until } from '../harness/until.js';
import { openStage, type Stage } from '../journeys/stage.js';

/** A running product with its portal, and a real browser before it. */
export interface Desk {
  readonly stage: Stage;
  readonly url: string;
  /** A browser window of its own, with nobody signed in. */
  readonly window: (options?: { width?: number }) => Promise<Window>;
  /** The same, signed in as an operator: by a one-time link the first time, afterwards by the cookie of that time. */
  readonly signedIn: (path: string) => Promise<Window>;
  /** The same as somebody who is invited to a programme first, by the link of their mail. */
  readonly invited: (to: { programme: string; role: 'admin' | 'viewer' }, path: string) => Promise<Window>;
  readonly stop: () => Promise<void>;
}

export interface Window {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Looks at the page in three widths and both schemes: nothing sticks out, axe finds nothing. */
  readonly look: (name: string) => Promise<void>;
  /** For the documents: the page as it stands, where they are asked for. */
  readonly picture: (name: string) => Promise<void>;
  /** Fails if the page has logged an error since. */
  readonly close: () => Promise<void>;
}

/** What a browser keeps of somebody who has signed in. */
type Entered = Awaited<ReturnType<BrowserContext['storageState']>>;

const WIDTHS = [360, 768, 1440] as const;
const HEIGHT = 900;
/** Of a picture in a document: readable where it is shown in half its size. */
const DOCUMENT = { width: 1200, height: 800 };
/** Less than a test has, so that what was waited for is named. */
const PATIENCE_MS = 45_000;
/** What is wider than the page. The body is, since the root counts the gutter of a scroll bar that is not there. */
const STICKS_OUT = `(() => {
  const { documentElement: root, body } = document;
  if (root.scrollWidth <= body.clientWidth) return [];
  const isOut = (element) => element.getBoundingClientRect().right > body.clientWidth + 1;
  return ['the page, by ' + (root.scrollWidth - body.clientWidth)].concat(
    [...body.querySelectorAll('*')].filter(isOut).slice(0, 5).map((element) => element.outerHTML.slice(0, 160)));
})()`;
/** Parts that give way to the width, or change colour, have done so two frames later. */
const DRAWN = 'new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))';
/** The colour that is seen behind an element. */
const GROUND = `const ground = (element) => {
  const color = getComputedStyle(element).backgroundColor;
  return /, 0\\)$/.test(color) && element.parentElement ? ground(element.parentElement) : color;
};`;
/** What goes on beside its own edge without a shadow there, or has a cover for it that is seen itself. */
const UNTOLD = `(() => {
  ${GROUND}
  const tables = '.mantine-TableScrollContainer-scrollContainer *';
  return [...document.querySelectorAll('*')].filter((element) => {
    const { overflowX, backgroundAttachment: moves, backgroundImage: cover } = getComputedStyle(element);
    const isWider = element.scrollWidth > element.clientWidth + 1;
    const mayGoOn = ['auto', 'scroll'].includes(overflowX) && (isWider || element.matches(tables));
    const isTold = moves.includes('local') && cover.startsWith('linear-gradient(to right, ' + ground(element));
    return mayGoOn && element.checkVisibility() && !isTold;
  }).map((element) => element.outerHTML.slice(0, 160));
})()`;
/** What is typed into or ticked, and is no 3:1 to what it stands on (WCAG 1.4.11), which axe does not look at. */
const FAINT = `(() => {
  const light = (color) => {
    const [r, g, b] = color.match(/[\\d.]+/g).slice(0, 3).map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
  };
  ${GROUND}
  const controls = 'input, textarea, .mantine-Input-input';
  return [...document.querySelectorAll(controls)].filter((control) => {
    const { borderTopColor: edge, borderTopWidth: width } = getComputedStyle(control);
    if (control.matches(':disabled, [data-disabled]') || !control.checkVisibility() || width === '0px' || /, 0\\)$/.test(edge)) return false;
    const [one, other] = [light(edge), light(ground(control.parentElement))];
    return !control.matches(':checked') && Math.max(one, other) / Math.min(one, other) < 3;
  }).map((control) => control.outerHTML.slice(0, 160));
})()`;
/** A folder in which pictures of what is looked at are kept. Each takes longer than all else that is done with a page. */
const PICTURES = process.env.ROLLCALL_PICTURES;
/** Where the few that documents show are written; see README. */
const DOCUMENT_PICTURES = process.env.ROLLCALL_DOCUMENT_PICTURES;
/** The rules are handed to the page itself: their package would open a window of its own for each look. */
const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const askAxe = (more: string) => `axe.run(document, { resultTypes: ['violations'] ${more} }).then(({ violations }) =>
  violations.map(({ id, nodes }) => ({ id, at: nodes.map(({ target, failureSummary }) => ({ target, failureSummary })) })))`;
/** Of all rules these two alone ask for colours; what the others say of one scheme they say of the other. */
const COLOURS = `, runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] }`;
const SCHEMES = [
  { colorScheme: 'dark', axe: askAxe('') },
  { colorScheme: 'light', axe: askAxe(COLOURS) },
] as const;
/** The browser logs each refused request as an error by itself; what the page makes of it is looked at by the tests. */
const REFUSED_REQUEST = /^Failed to load resource: (the server responded with a status of 4|net::ERR_)/;

export async function openDesk(): Promise<Desk> {
  const [browser] = await Promise.all([
    openBrowser(),
    buildPortal(testMachine().compiled),
    PICTURES === undefined ? undefined : mkdir(PICTURES, { recursive: true }),
  ]);
  const stage = await openStage();
  const { url } = await stage.installation.run();
  let guests = 0;
  let operator: Entered | undefined;
  const window = (options: { width?: number } = {}, entered?: Entered) => openWindow(browser, url, options, entered);
  return {
    stage,
    url,
    window,
    async signedIn(path) {
      if (operator !== undefined) {
        const opened = await window({}, operator);
        await opened.page.goto(path);
        return opened;
      }
      const opened = await enter(await window(), (await stage.cli(['admins', 'link'])).out.trim(), path);
      operator = await opened.context.storageState();
      return opened;
    },
    async invited({ programme, role }, path) {
      const email = `guest${(guests += 1)}@acme.example`;
      await stage.api.done('POST', `/programmes/${programme}/admins`, { body: { email, name: 'Grace Hill', role } });
      const link = await until(`the invitation of ${email}`, async () => {
        const [mail] = await stage.api.mails(`kind=admin-invite&to=${email}`);
        return mail === undefined ? null : (/http\S+#\S+/.exec(mail.text)?.[0] ?? null);
      });
      return enter(await window(), link, path);
    },
    async stop() {
      await browser.close();
      await stage.stop();
    },
  };
}

async function enter(opened: Window, link: string, path: string): Promise<Window> {
  await opened.page.goto(link);
  await opened.page.getByRole('button', { name: 'Sign in now' }).click();
  await opened.page.getByRole('button', { name: /^Your account/ }).waitFor();
  await opened.page.goto(path);
  return opened;
}

async function openWindow(
  browser: Browser,
  baseURL: string,
  { width = 1440 }: { width?: number },
  entered: Entered | undefined,
): Promise<Window> {
  const context = await browser.newContext({
    baseURL,
    viewport: { width, height: HEIGHT },
    locale: 'en-GB',
    reducedMotion: 'reduce',
    ...(entered === undefined ? {} : { storageState: entered }),
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' && !REFUSED_REQUEST.test(message.text())) errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(String(error)));
  return {
    page,
    context,
    look: (name) => look(page, name),
    picture: (name) => picture(page, name),
    async close() {
      await context.close();
      expect(errors).toEqual([]);
    },
  };
}

async function look(page: Page, name: string): Promise<void> {
  const before = page.viewportSize();
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: HEIGHT });
    await page.evaluate(DRAWN);
    expect({ name, width, sticksOut: await page.evaluate(STICKS_OUT) }).toEqual({ name, width, sticksOut: [] });
    expect({ name, width, untold: await page.evaluate(UNTOLD) }).toEqual({ name, width, untold: [] });
    await keepPicture(page, `${name}-${width}`);
  }
  if (before !== null) await page.setViewportSize(before);
  if (!(await page.evaluate<boolean>(`'axe' in window`))) await page.evaluate(AXE);
  const isPortal = (await page.locator('html[data-mantine-color-scheme]').count()) > 0;
  for (const { colorScheme, axe } of SCHEMES) {
    await page.emulateMedia({ colorScheme });
    // Pages without a script follow by themselves.
    if (isPortal) await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor();
    await page.evaluate(DRAWN);
    expect({ name, colorScheme, found: await page.evaluate(axe) }).toEqual({ name, colorScheme, found: [] });
    expect({ name, colorScheme, untold: await page.evaluate(UNTOLD) }).toEqual({ name, colorScheme, untold: [] });
    expect({ name, colorScheme, faint: await page.evaluate(FAINT) }).toEqual({ name, colorScheme, faint: [] });
    if (colorScheme === 'dark') await keepPicture(page, `${name}-dark`);
  }
}

async function keepPicture(page: Page, name: string): Promise<void> {
  if (PICTURES !== undefined) await page.screenshot({ path: resolve(PICTURES, `${name}.png`), fullPage: true });
}

async function picture(page: Page, name: string): Promise<void> {
  if (DOCUMENT_PICTURES === undefined) return;
  const before = page.viewportSize();
  await page.setViewportSize(DOCUMENT);
  await page.evaluate(DRAWN);
  await page.screenshot({ path: resolve(DOCUMENT_PICTURES, `${name}.png`) });
  if (before !== null) await page.setViewportSize(before);
}
