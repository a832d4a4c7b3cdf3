import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { PROVIDERS } from '../../providers/registry.js';
import { guideFacts } from './guide-facts.js';

/**
 * docs/guides is what HR people are given: what its steps and lists say comes from the same data as the portal's form.
 * ROLLCALL_WRITE_GUIDES=1 writes that part anew after a provider has changed.
 */
const BEGIN = '<!-- made from the provider: ROLLCALL_WRITE_GUIDES=1 npm run jest -- test/providers/guides -->';
const END = '<!-- end -->';

describe.each(PROVIDERS.map((provider) => [provider.id, provider] as const))('the guide of %s', (id, provider) => {
  const path = `docs/guides/${id}.md`;

  test('has the fields, the permissions and what is never read as the portal shows them', async () => {
    const guide = await readFile(path, 'utf8');
    const [before = '', rest = ''] = guide.split(BEGIN);
    const [told = '', after = ''] = rest.split(END);
    const facts = `\n\n${guideFacts(provider)}\n\n`;
    if (process.env.ROLLCALL_WRITE_GUIDES === '1') await writeFile(path, `${before}${BEGIN}${facts}${END}${after}`);
    else expect(told).toBe(facts);
  });

  test('answers what people ask', async () => {
    const guide = await readFile(path, 'utf8');
    const questions = guide.split('## Questions')[1]?.match(/^\*\*.+\?\*\*/gm) ?? [];
    expect(questions.length).toBeGreaterThanOrEqual(5);
    for (const heading of ['## Before you begin', '## Connect', '## Which data to allow']) {
      expect(guide).toContain(heading);
    }
  });
});
