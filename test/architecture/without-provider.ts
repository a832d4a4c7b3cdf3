import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * `npm run without -- merge`: takes one provider out of a copy of the project (its folder, its simulator, its lines in the
 * registry, in the simulators' start and in the conformance suite, and the tests that are about it), then compiles the
 * rest and runs its tests. What fails knows of a provider that it should not know of.
 */
const [id = ''] = process.argv.slice(2);
if (!existsSync(join('providers', id, 'index.ts'))) {
  process.stderr.write(`Name a provider: npm run without -- merge. "${id}" has no folder in providers/.\n`);
  process.exit(2);
}
const copy = mkdtempSync(join(tmpdir(), 'rollcall-without-'));
const name = id
  .replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
  .replace(/Hr$|^intellihr$/, (end) => (end === 'Hr' ? 'Hr' : 'intelliHr'));
const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { encoding: 'utf8' }).trim().split('\n');

try {
  for (const file of files.filter((file) => existsSync(file))) cpSync(file, join(copy, file), { recursive: true });
  symlinkSync(join(process.cwd(), 'node_modules'), join(copy, 'node_modules'));
  const gone = [`providers/${id}/`, `simulators/${id}`, `test/providers/specifications/${id}.json`];
  const imported = new RegExp(`from '[^']*/(providers/${id}/|simulators/${id}[.-])`);
  const named = new RegExp(`'${id}'`);
  const kept = 'test/providers/conformance/subjects.ts';
  const removed = files.filter((file) => {
    if (gone.some((path) => file.startsWith(path))) return true;
    if (!file.startsWith('test/') || file === kept) return false;
    return imported.test(read(file)) || (file.endsWith('.test.ts') && named.test(read(file)));
  });
  for (const file of removed) rmSync(join(copy, file), { force: true });
  rmSync(join(copy, 'providers', id), { recursive: true, force: true });
  edit('providers/registry.ts', (text) =>
    text
      .replace(new RegExp(`^import .*'\\./${id}/index\\.js';\\n`, 'm'), '')
      .replace(new RegExp(`(PROVIDERS[^\\n]*\\[.*?)\\b${name}(, |(?=\\]))`, 's'), '$1')
      .replace(new RegExp(`^  '?${id}'?: \\(environment\\) =>.*?\\}\\),\\n`, 'ms'), ''),
  );
  edit('simulators/start.ts', (text) =>
    text
      .replace(new RegExp(`^import .*'\\./${id}\\.js';\\n`, 'm'), '')
      .replace(new RegExp(`^  \\{\\s*id: '${id}',.*?\\},\\n(?=  \\{|\\];)`, 'ms'), ''),
  );
  edit(kept, (text) =>
    text
      .replace(new RegExp(`^import .*(providers/${id}/index|simulators/${id})\\.js';\\n`, 'gm'), '')
      .replace(new RegExp(`^  \\{\\n    provider: ${name},.*?\\n  \\},\\n`, 'gms'), '')
      .replace(/^import .*'\.\/(\S+)\.js';\n/gm, (line, sibling: string) =>
        removed.includes(`test/providers/conformance/${sibling}.ts`) ? '' : line,
      ),
  );
  run('npx', ['tsc', '-p', 'tsconfig.json']);
  run('npx', ['jest', 'test/providers', 'test/simulators', 'test/client', 'test/domain', 'test/architecture.test.ts']);
  process.stdout.write(
    `${process.exitCode === 1 ? 'Something knows of' : 'The rest compiles and passes without'} ${id}.\n`,
  );
} finally {
  rmSync(copy, { recursive: true, force: true });
}

function read(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

function edit(file: string, change: (text: string) => string): void {
  writeFileSync(join(copy, file), change(readFileSync(join(copy, file), 'utf8')));
}

function run(command: string, words: readonly string[]): void {
  try {
    execFileSync(command, words, { cwd: copy, stdio: 'inherit' });
  } catch {
    // It has said itself what is wrong.
    process.exitCode = 1;
  }
}
