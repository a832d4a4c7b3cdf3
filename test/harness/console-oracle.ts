import { afterAll, afterEach, beforeEach } from '@jest/globals';

/**
 * An unexpected console.error or console.warn fails the test that caused it: libraries tell of leaks, misuse and
 * swallowed failures there and nowhere else. A test that expects one puts its own spy over it.
 */
const said: string[] = [];

const record =
  (level: string) =>
  (...words: unknown[]) => {
    said.push(
      `console.${level}: ${words.map((word) => (word instanceof Error ? word.stack : String(word))).join(' ')}`,
    );
  };

function refuseWhatWasSaid(): void {
  const lines = said.splice(0);
  if (lines.length > 0) throw new Error(`Something was written to the console:\n${lines.join('\n')}`);
}

const { console } = globalThis;
console.error = record('error');
console.warn = record('warn');

beforeEach(refuseWhatWasSaid);
afterEach(refuseWhatWasSaid);
afterAll(refuseWhatWasSaid);
