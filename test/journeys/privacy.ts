import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { SINGS } from './canaries.js';
import type { Stage } from './stage.js';

/** After all journeys: no person and no key in what Temporal keeps, what it shows, and what was logged. */
const run = promisify(execFile);
const AT_ONCE = 4;
const listSchema = z.array(
  z.object({
    execution: z.object({ workflowId: z.string(), runId: z.string() }),
    type: z.object({ name: z.string() }),
  }),
);

export function privacy(stage: () => Stage): void {
  async function temporal(...words: string[]): Promise<string> {
    const { temporal: server } = await stage().installation.run();
    const all = [...words, '--address', server.address, '--output', 'json'];
    return (await run(server.cli ?? 'temporal', all, { maxBuffer: 64 * 1024 * 1024 })).stdout;
  }

  describe('the privacy of histories', () => {
    test('no name, address or key stands in `temporal workflow show` of any workflow', async () => {
      const listed = listSchema.parse(JSON.parse(await temporal('workflow', 'list', '--limit', '1000')));
      const kinds = new Set(listed.map(({ type }) => type.name));
      expect([...kinds].sort()).toEqual(expect.arrayContaining(['importRun', 'integration']));
      const left = [...listed];
      const sung: string[] = [];
      const worker = async () => {
        for (let one = left.pop(); one !== undefined; one = left.pop()) {
          const { workflowId, runId } = one.execution;
          const shown = await temporal('workflow', 'show', '--workflow-id', workflowId, '--run-id', runId);
          // What is encoded would hide from the search: the arguments must be readable, where there are any.
          const [, subject] = workflowId.split('/');
          if (subject !== undefined) expect(shown).toContain(subject);
          sung.push(...found(shown).map((word) => `${workflowId}: ${word}`));
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
      expect(sung).toEqual([]);
    }, 60_000);

    test('nor in `temporal workflow list`, nor in the file in which the server keeps everything', async () => {
      expect(found(await temporal('workflow', 'list', '--limit', '1000'))).toEqual([]);
      const kept = await readFile(join(stage().site.dataDir, 'temporal.db'), 'latin1');
      expect(kept).toMatch(/provider-unavailable/);
      expect(found(kept)).toEqual([]);
    });

    test('nor in any log, even at the level debug', async () => {
      const folder = join(stage().site.dataDir, 'log');
      const names = await readdir(folder);
      expect(names).toEqual(expect.arrayContaining(['api.log', 'worker.log']));
      for (const name of names) {
        const text = await readFile(join(folder, name), 'utf8');
        expect(found(text).map((word) => `${name}: ${word}`)).toEqual([]);
      }
      expect(found(stage().installation.lines.join('\n'))).toEqual([]);
    });
  });
}

const AROUND = 80;

/** With what stands around it, so that a failure says where to look. */
function found(text: string): string[] {
  const matches = text.matchAll(new RegExp(SINGS, 'gi'));
  const places = new Set(Array.from(matches, ({ index }) => text.slice(Math.max(0, index - AROUND), index + AROUND)));
  return [...places].slice(0, 5);
}
