import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import chromium from '@sparticuz/chromium';
import { chromium as playwright, type Browser } from 'playwright-core';

/** A real Chromium: the one named by CHROME_PATH, else one of the machine, else the one inside an npm package. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
/**
 * The browser itself must not speak to anybody but the product under test. The package's own arguments are made for
 * one page in a function of a cloud: one process for all, which ends with the first window that is closed, and no rule of
 * same origin, which the product relies on.
 */
const ARGUMENTS = ['--disable-background-networking', '--disable-quic', '--no-first-run', '--font-render-hinting=none'];

export async function openBrowser(): Promise<Browser> {
  const executablePath = process.env.CHROME_PATH ?? onPath() ?? (await chromium.executablePath());
  return playwright.launch({ executablePath, args: ['--no-sandbox', ...ARGUMENTS] });
}

function onPath(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
}
