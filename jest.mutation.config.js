import base from './jest.config.js';

/** The tests of the rules alone: they need no server. */
export default {
  ...base,
  testMatch: ['<rootDir>/test/domain/**/*.test.ts'],
  globalSetup: undefined,
  globalTeardown: undefined,
  maxWorkers: 1,
};
