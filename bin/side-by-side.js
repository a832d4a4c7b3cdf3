import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { text } from 'node:stream/consumers';

/**
 * `node bin/side-by-side.js check:lint check:types …` runs scripts of package.json, one a core, begun in this order: the
 * longest stands first. What one says is printed in one piece when it ends; all come to their end, also after one failed.
 */
const waiting = process.argv.slice(2);
let failed = false;

await Promise.all(Array.from({ length: availableParallelism() }, work));
if (failed) process.exitCode = 1;

async function work() {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) await run(name);
}

/** @param {string} name */
async function run(name) {
  const began = Date.now();
  const child = spawn('npm', ['run', '--silent', name], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise((resolve, reject) => child.once('exit', resolve).once('error', reject)),
  ]);
  failed ||= code !== 0;
  const seconds = Math.round((Date.now() - began) / 1000);
  process.stdout.write(`${name}: ${code === 0 ? 'good' : 'FAILED'}, ${seconds} s\n${out}${err}`);
}
