import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { exitCodeOfHelp } from './help.js';

/** What the documents name exists: files, headings, commands, variables. */
const ROOT = process.cwd();
const documents = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...markdownBelow('docs'), ...READMEs()];
const text = (path: string) => readFileSync(join(ROOT, path), 'utf8');

describe('the documents', () => {
  test.each(documents)('%s: each link leads to a file, and to a heading of it', (document) => {
    const links = [...text(document).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
    const broken = links.filter((target) => !/^https?:/.test(target) && !leads(document, target));
    expect(broken).toEqual([]);
  });

  test('every decision is listed, numbered without a gap, and at most forty lines', () => {
    const files = readdirSync(join(ROOT, 'docs/decisions')).filter((name) => name !== 'README.md');
    const list = text('docs/decisions/README.md');
    expect(files.filter((name) => !list.includes(`(${name})`))).toEqual([]);
    expect(files.sort().map((name) => Number(name.slice(0, 3)))).toEqual(files.map((_, at) => at + 1));
    expect(files.filter((name) => text(`docs/decisions/${name}`).trimEnd().split('\n').length > 40)).toEqual([]);
  });

  test('each script of npm that a document names is in package.json', () => {
    const { scripts } = JSON.parse(text('package.json')) as { scripts: Record<string, string> };
    const named = documents.flatMap((document) => [...text(document).matchAll(/npm run ([a-z][a-z:]*)/g)]);
    expect(named.map(([, script = '']) => script).filter((script) => !(script in scripts))).toEqual([]);
  });

  test.each(commands())('`rollcall %s` exists', async (command) => {
    expect(await exitCodeOfHelp(command.split(' '))).toBe(0);
  });

  test('docs/operations.md has the variables of config/environment.ts, and .env.example has no other', () => {
    const known = [...text('config/environment.ts').matchAll(/^ {2}([A-Z][A-Z_]+): /gm)].map(([, name = '']) => name);
    const section = text('docs/operations.md').split('## Environment')[1]?.split('\n## ')[0] ?? '';
    const described = [...section.matchAll(/`([A-Z][A-Z_]+)`(?=[^|]*\|)/g)].map(([, name = '']) => name);
    expect(known.length).toBeGreaterThan(10);
    expect(known.filter((name) => !described.includes(name))).toEqual([]);
    const examples = [...text('.env.example').matchAll(/^([A-Z_]+)=/gm)].map(([, name = '']) => name);
    expect(examples.filter((name) => !known.includes(name) && !/^(POSTGRES|TEMPORAL)_/.test(name))).toEqual([]);
  });
});

/** The commands of the documents' code: `rollcall imports start|list`, `npx rollcall doctor`. */
function commands(): string[] {
  const found = new Set<string>();
  for (const document of ['README.md', 'CONTRIBUTING.md', 'docs/operations.md']) {
    for (const [, words = ''] of text(document).matchAll(/(?:npx |`)rollcall ([a-z][a-z\\|]*(?: [a-z][a-z\\|]*)?)/g)) {
      for (const command of alternatives(words)) found.add(command);
    }
  }
  return [...found].sort();
}

/** `imports start|list` is two commands. */
function alternatives(words: string): string[] {
  const [first = '', second] = words.replaceAll('\\', '').split(' ');
  const pair = (name: string) => (second === undefined ? [name] : second.split('|').map((one) => `${name} ${one}`));
  return first.split('|').flatMap(pair);
}

function leads(from: string, target: string): boolean {
  const [file = '', heading] = target.split('#');
  const path = file === '' ? from : join(dirname(from), file);
  if (!existsSync(join(ROOT, path))) return false;
  if (heading === undefined) return true;
  const headings = [...text(path).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => anchor(title));
  return headings.includes(heading);
}

function anchor(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N} -]/gu, '')
    .replaceAll(' ', '-');
}

function markdownBelow(folder: string): string[] {
  const entries = readdirSync(join(ROOT, folder), { withFileTypes: true });
  return entries.flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return markdownBelow(path);
    return path.endsWith('.md') ? [path] : [];
  });
}

function READMEs(): string[] {
  return [...markdownBelow('providers'), ...markdownBelow('simulators')];
}
