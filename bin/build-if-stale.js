import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';

/**
 * Builds only if a source is newer than what was built: `npm ci` has just built, and a second start should not wait
 * for the compiler to find that out.
 */
const BUILT = 'dist/portal/index.html';
const NO_SOURCES = new Set(['node_modules', 'dist', 'docs', 'test', 'artifacts']);

const builtAt = statSync(BUILT, { throwIfNoEntry: false })?.mtimeMs ?? 0;
if (isNewer('.', true)) process.exit(spawnSync('npm', ['run', 'build', '--silent'], { stdio: 'inherit' }).status ?? 1);

/** @param {string} folder @param {boolean} top @returns {boolean} */
function isNewer(folder, top) {
  return readdirSync(folder, { withFileTypes: true }).some((entry) => {
    if (entry.name.startsWith('.') || (top && NO_SOURCES.has(entry.name))) return false;
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return isNewer(path, false);
    return (
      /\.(tsx?|css|html|svg)$|^tsconfig.*\.json$|^package-lock\.json$/.test(entry.name) &&
      statSync(path).mtimeMs > builtAt
    );
  });
}
