import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';

/**
 * How fast somebody is who sees the pages for the first time: reads each line that explains something (238 words a minute, Brysbaert
 * 2019), decides, points, and types as an average typist does (the keystroke-level model of Card, Moran and Newell, 1980).
 */
const WORDS_A_SECOND = 238 / 60;
const DECIDING_SECONDS = 1.35;
const POINTING_SECONDS = 1.1;
const KEY_SECONDS = 0.28;
/**
 * What explains; people and their values in tables and cards are looked over while one decides, and neither what only a screen
 * reader tells nor an ornament is read. A dialog is all there is while it is open.
 */
const UNREAD = 'table, [data-path], [aria-hidden=true], .mantine-VisuallyHidden-root';
const TEXT = `(() => {
  const shown = document.querySelector('[role=dialog]') ?? document.querySelector('main') ?? document.body;
  const linesOf = ({ innerText = '' }) => innerText.split('\\n');
  const unread = [...shown.querySelectorAll('${UNREAD}')].flatMap(linesOf);
  return linesOf(shown).filter((line) => !unread.includes(line));
})()`;

export interface Pace {
  /** Before something is pressed. */
  readonly ponder: () => Promise<void>;
  readonly type: (text: string) => Promise<void>;
}

/** @param isHuman otherwise as fast as the machine, with nothing to read */
export function paceOf(page: Page, isHuman: boolean): Pace {
  const read = new Set<string>();
  if (!isHuman) return { ponder: () => Promise.resolve(), type: (text) => page.keyboard.insertText(text) };
  return {
    async ponder() {
      const lines = (await page.evaluate<string[]>(TEXT)).filter((line) => !read.has(line));
      for (const line of lines) read.add(line);
      const words = lines.join(' ').split(/\s+/).length;
      await delay(1000 * (words / WORDS_A_SECOND + DECIDING_SECONDS + POINTING_SECONDS));
    },
    type: (text) => page.keyboard.type(text, { delay: 1000 * KEY_SECONDS }),
  };
}
