import { createRequire, register } from 'node:module';
import { pathToFileURL } from 'node:url';
import circus from 'jest-circus/runner';
import { register as registerTypeScript } from 'tsx/esm/api';
import { lend } from './jest-globals.js';
import { tellSourceLines } from './source-lines.js';

/**
 * Jest's own runner of a test file, but the file and what it imports are loaded by Node itself and not into a sandbox:
 * there each file loads the whole product and its packages anew, which took longer than most of the tests. So modules
 * are loaded once in each of Jest's processes, as they are in production, and their state outlives a test file.
 */
registerTypeScript();
register('./resolve-jest-globals.js', import.meta.url);
process.setSourceMapsEnabled(true);

const require = createRequire(import.meta.url);
let loaded = 0;

/** The part of Jest's runtime that its runner asks for modules. */
const plainNode = {
  /** Anew for each test file: it holds the tests that were declared. */
  requireInternalModule(path) {
    delete require.cache[path];
    delete globalThis[Symbol.for('EVENT_HANDLERS')];
    return require(path);
  },
  requireModule: require,
  setGlobalsForRuntime: lend,
  unstable_shouldLoadAsEsm: () => true,
  /** The number makes Node evaluate what is set up for each test file again. */
  unstable_importModule: (path) => import(`${pathToFileURL(path).href}?${(loaded += 1)}`),
  enterTestCode: () => undefined,
  leaveTestCode: () => undefined,
};

/** @type {typeof circus.default} */
export default async function runTestFile(globalConfig, config, environment, _sandbox, testPath, sendMessageToJest) {
  const { error, warn } = console;
  // Jest's own way to the lines of a source knows those of its sandbox alone.
  Error.prepareStackTrace = tellSourceLines;
  try {
    return await circus.default(globalConfig, config, environment, plainNode, testPath, sendMessageToJest);
  } finally {
    Object.assign(console, { error, warn });
  }
}
