import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import TestSequencer from '@jest/test-sequencer';

/**
 * Jest knows how long a file takes once it has run it, but a fresh clone has never run any: there a file that takes a
 * minute may be the last to begin, and costs its whole length. So these begin first; the others follow as Jest thinks.
 */
const LONGEST = [
  'portal/portal',
  'faults/chaos',
  'journeys/product',
  'faults/commands',
  'providers/conformance/conformance',
  'journeys/start',
  'database/histories',
  'faults/killed-worker',
  'workflows/reviews',
  'workflows/look-ups',
  'providers/conformance/look-ups',
  'workflows/decisions',
  'client/fuzz',
  'workflows/integration',
  'workflows/revoke',
  'workflows/segment-and-preference',
  'workflows/some-people',
  'workflows/undo',
  'faults/restored-backup',
  'database/removals-document',
  'faults/restarted-servers',
].map((name) => resolve(import.meta.dirname, `../${name}.test.ts`));

const missing = LONGEST.filter((path) => !existsSync(path));
if (missing.length > 0) throw new Error(`test/harness/longest-first.js names what is not there: ${missing.join(', ')}`);

export default class LongestFirst extends TestSequencer {
  /** @param {{ path: string }[]} tests */
  sort(tests) {
    const sorted = super.sort(tests);
    const longest = LONGEST.flatMap((path) => sorted.filter((test) => test.path === path));
    return [...longest, ...sorted.filter((test) => !longest.includes(test))];
  }
}
