import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import chromium from '@sparticuz/chromium';
import { chromium as playwright, type Browser } from 'playwright-core';

/** A real Chromium: the one named by CHROME_PATH, else one of the machine, else the one inside an npm package. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
/** The browser itself must not speak to anybody but the product under test. */
const QUIET = ['--disable-background-networking', '--disable-quic', '--no-first-run'];

export async function openBrowser(): Promise<Browser> {
  const own = process.env.CHROME_PATH ?? onPath();
  return playwright.launch(
    own === undefined
      ? { executablePath: await chromium.executablePath(), args: [...chromium.args, ...QUIET] }
      : { executablePath: own, args: ['--no-sandbox', ...QUIET] },
  );
}

function onPath(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
}
