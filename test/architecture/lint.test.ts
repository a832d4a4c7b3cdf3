import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ALLOWED, PLANTED, PLANTED_IN_PORTAL, PLANTED_IN_WORKFLOWS } from './planted.js';

/**
 * What the linter must find, found: a rule that a newer version of it renames or loses is a rule that nobody misses
 * otherwise. The violations lie in a tree of their own, with our settings.
 */
const ROOT = process.cwd();
const SETTINGS = ['.oxlintrc.json', 'tsconfig.json', 'client/portal/tsconfig.json', 'package.json'];
/** No source was found that it alone refuses: `react/exhaustive-deps` is first. */
const UNPLANTED = ['react/preserve-manual-memoization'];

const planted = [
  ...filesOf('domain', 'ts', PLANTED),
  ...filesOf('client/portal', 'tsx', PLANTED_IN_PORTAL),
  ...filesOf('workflows', 'ts', PLANTED_IN_WORKFLOWS),
];
let tree: string;
let found: Map<string, Set<string>>;

beforeAll(async () => {
  tree = await mkdtemp(join(tmpdir(), 'rollcall-lint-'));
  await symlink(join(ROOT, 'node_modules'), join(tree, 'node_modules'));
  const texts = [...planted.map(({ file, text }) => [file, text] as const), ...Object.entries(ALLOWED)];
  for (const file of [...SETTINGS, ...texts.map(([name]) => name)]) {
    await mkdir(dirname(join(tree, file)), { recursive: true });
  }
  await Promise.all([
    ...SETTINGS.map((file) => copyFile(join(ROOT, file), join(tree, file))),
    ...texts.map(([file, text]) => writeFile(join(tree, file), `${text}\n`)),
  ]);
  found = await lint();
});
afterAll(() => rm(tree, { recursive: true }));

describe('the linter finds', () => {
  test.each(planted)('$rule in $folder', ({ rule, file }) => {
    expect([...(found.get(file) ?? [])]).toContain(bare(rule));
  });

  test('each rule that is on and looks at types or at React has a violation here', async () => {
    const { overrides } = JSON.parse(await readFile('.oxlintrc.json', 'utf8')) as {
      overrides: { rules: Record<string, unknown> }[];
    };
    const on = overrides.flatMap(({ rules }) => Object.keys(rules).filter((name) => rules[name] !== 'off'));
    const special = on.filter((name) => /^(typescript|react)\//.test(name));
    const proven = new Set([...planted.map(({ rule }) => rule), ...UNPLANTED]);
    expect(special.filter((name) => !proven.has(name))).toEqual([]);
    expect(special.length).toBeGreaterThan(90);
  });

  test.each(Object.keys(ALLOWED))('nothing in %s', (file) => {
    expect([...(found.get(file) ?? [])]).toEqual([]);
  });
});

function filesOf(folder: string, ending: string, texts: Readonly<Record<string, string>>) {
  return Object.entries(texts).map(([rule, text]) => ({
    rule,
    folder,
    text,
    file: `${folder}/${rule.replace('/', '-')}.${ending}`,
  }));
}

/** A file to the names of the rules it breaks, without their plugin: reports say `eslint` of some that settings call `typescript`. */
async function lint(): Promise<Map<string, Set<string>>> {
  const report = await new Promise<string>((resolve) => {
    const words = [join(ROOT, 'node_modules/oxlint/bin/oxlint'), '--format', 'json', 'client', 'domain', 'workflows'];
    // It ends with 1, as it must.
    execFile(process.execPath, words, { cwd: tree, maxBuffer: 2 ** 24 }, (_error, out) => resolve(out));
  });
  const { diagnostics } = JSON.parse(report) as { diagnostics: { filename: string; code: string }[] };
  const rules = new Map<string, Set<string>>();
  for (const { filename, code } of diagnostics) {
    const rule = /\((.+)\)$/.exec(code)?.[1] ?? code;
    rules.set(filename, new Set([...(rules.get(filename) ?? []), rule]));
  }
  return rules;
}

function bare(rule: string): string {
  return rule.replace(/^.*\//, '');
}
