import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

/** The house as its documents say: `docs/principles.md` against the rules of `.dependency-cruiser.cjs` and the tree. */
interface Rule {
  readonly name: string;
  readonly from: { readonly path?: string };
  readonly to: { readonly path?: string; readonly pathNot?: string | readonly string[] };
}

const ROOT = process.cwd();
const { forbidden } = createRequire(join(ROOT, 'package.json'))('./.dependency-cruiser.cjs') as { forbidden: Rule[] };
const principles = readFileSync(join(ROOT, 'docs/principles.md'), 'utf8');

const NOT_OURS = new Set(['node_modules', 'dist', 'coverage', 'artifacts', 'docs']);
const folders = namesIn(ROOT, 'folder').filter((name) => !name.startsWith('.') && !NOT_OURS.has(name));
const sources = folders.flatMap((folder) => filesBelow(folder));

describe('the borders', () => {
  test('the table of docs/principles.md is what .dependency-cruiser.cjs enforces', () => {
    expect(bordersOfDocument()).toEqual(bordersOfRules());
  });

  test('every folder with code has a row, or is named as one that may import anything', () => {
    const described = new Set([...Object.keys(bordersOfDocument())].map((room) => room.split('/')[0]));
    const free = ['bin', 'bench', 'test'];
    expect(principles).toContain('`bin`, `bench` and `test` may import anything');
    expect(folders.filter((folder) => !described.has(folder) && !free.includes(folder))).toEqual([]);
  });

  test('the first row of names in the rules is the tree, so that a new folder cannot slip past them', () => {
    const border = forbidden.find((rule) => rule.name === 'domain-keeps-its-borders');
    const named = /\^\(([^)]*)\)/.exec(border?.to.path ?? '')?.[1]?.split('|') ?? [];
    expect(folders.filter((folder) => !named.includes(folder))).toEqual([]);
  });
});

describe('the providers', () => {
  const names = namesIn(join(ROOT, 'providers'), 'folder');
  const importersOf = (path: RegExp) =>
    sources.filter(
      (file) =>
        /\.tsx?$/.test(file) && [...textOf(file).matchAll(/from '([^']+)'/g)].some(([, from = '']) => path.test(from)),
    );

  test.each(names)('%s is known to the registry alone, its simulator to their start', (name) => {
    const own = new RegExp(`/providers/${name}/|^\\./${name}/`);
    const known = importersOf(own).filter(
      (file) => !file.startsWith('test/') && !file.startsWith(`providers/${name}/`),
    );
    expect(known).toEqual(['providers/registry.ts']);
    const simulator = importersOf(new RegExp(`/${name}\\.js$`)).filter((file) => !/^(test|bench)\//.test(file));
    const isSimulated = existsSync(join(ROOT, 'simulators', `${name}.ts`));
    expect(simulator.filter((file) => file.startsWith('simulators/'))).toEqual(
      isSimulated ? ['simulators/start.ts'] : [],
    );
  });

  test('have the same files, beside what is one’s alone', () => {
    const expected = ['README.md', 'client.ts', 'employee.ts', 'form.ts', 'index.ts', 'schema.ts'];
    for (const name of names)
      expect([name, ...readdirSync(join(ROOT, 'providers', name))]).toEqual(
        expect.arrayContaining([name, ...expected]),
      );
  });
});

describe('the tree', () => {
  test('no folder is a drawer: a thing without a home gets a noun, or is inlined', () => {
    const drawers = /(^|\/)(utils?|helpers?|common|shared|lib|types)\//;
    expect(sources.filter((path) => drawers.test(path))).toEqual([]);
  });

  test('names are kebab-case', () => {
    const wrong = sources.filter((path) => /\.tsx?$/.test(path) && !/^[a-z0-9]+([-.][a-z0-9]+)*$/.test(basename(path)));
    expect(wrong).toEqual([]);
  });

  test('no source file is longer than 300 lines, blank ones and comments apart', () => {
    const isSource = (path: string) => /\.tsx?$/.test(path) && !/^(migrations|test)\//.test(path);
    const long = sources.filter(isSource).filter((path) => linesOf(path) > 300);
    expect(long).toEqual([]);
  });

  test('no lint rule and no type error is silenced', () => {
    const silenced = new RegExp(['(es|ox)lint-' + 'disable', '@ts-' + '(ignore|nocheck|expect-error)'].join('|'));
    expect(sources.filter((path) => /\.tsx?$/.test(path) && silenced.test(textOf(path)))).toEqual([]);
  });
});

/** `| folder | a, b |` of the section, a folder to what it may import. */
function bordersOfDocument(): Record<string, string[]> {
  const section = principles.split('## Who may import whom')[1]?.split('\n## ')[0] ?? '';
  const rows = [...section.matchAll(/^\| `([^`]+)` \| (.+) \|$/gm)];
  return Object.fromEntries(
    rows.map(([, room = '', allowed = '']) => [
      room,
      [...allowed.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name).sort(),
    ]),
  );
}

function bordersOfRules(): Record<string, string[]> {
  const borders = forbidden.filter((rule) => rule.name.endsWith('-keeps-its-borders'));
  return Object.fromEntries(
    borders.map(({ from, to }) => {
      const room = plain(from.path ?? '');
      const allowed = [to.pathNot ?? []].flat().map(plain);
      return [room, allowed.filter((name) => name !== room).sort()];
    }),
  );
}

/** `^config/task-queues\.ts$` is config/task-queues.ts, `^domain/` is domain. */
function plain(pattern: string): string {
  return pattern.replace(/^\^/, '').replace(/[/$]$/, '').replaceAll('\\.', '.');
}

function filesBelow(folder: string): string[] {
  const deeper = namesIn(join(ROOT, folder), 'folder').flatMap((name) => filesBelow(`${folder}/${name}`));
  return [...namesIn(join(ROOT, folder), 'file').map((name) => `${folder}/${name}`), ...deeper];
}

function namesIn(folder: string, kind: 'file' | 'folder'): string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory() === (kind === 'folder')).map((entry) => entry.name);
}

function textOf(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

function linesOf(path: string): number {
  const isCode = (line: string) => !/^\s*($|\/\/|\/\*|\*)/.test(line);
  return textOf(path).split('\n').filter(isCode).length;
}
