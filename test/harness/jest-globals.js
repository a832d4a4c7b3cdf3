/**
 * Stands for the package `@jest/globals`, which refuses to be loaded outside of a sandbox. Each test file has its own
 * `test` and `expect`, but what tests share is loaded once: so these pass on to those of the file that runs.
 */
let lent = {};

/** Where Jest's runner looks for what `jest.setTimeout` said. */
const TIMEOUT = Symbol.for('TEST_TIMEOUT_SYMBOL');

/** @param {Record<string, unknown>} globals of the test file that runs from now on */
export function lend(globals) {
  lent = globals;
  delete globalThis[TIMEOUT];
}

const forward = (name) =>
  new Proxy(() => undefined, {
    apply: (_, self, words) => Reflect.apply(lent[name], self, words),
    get: (_, key) => lent[name][key],
  });

export const afterAll = forward('afterAll');
export const afterEach = forward('afterEach');
export const beforeAll = forward('beforeAll');
export const beforeEach = forward('beforeEach');
export const describe = forward('describe');
export const expect = forward('expect');
export const test = forward('test');

export const jest = {
  /** @param {number} ms for each test and hook of the file that says no other */
  setTimeout(ms) {
    globalThis[TIMEOUT] = ms;
  },
};
