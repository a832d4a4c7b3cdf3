import { availableParallelism } from 'node:os';

/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.tsx?$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', tsx: true },
          transform: { react: { runtime: 'automatic' } },
        },
        module: { type: 'es6' },
      },
    ],
  },
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // Minutes in a browser: `npm run journeys`.
  testPathIgnorePatterns: process.env.ROLLCALL_JOURNEYS === undefined ? ['<rootDir>/test/portal/portal.test.ts'] : [],
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.rollcall', '<rootDir>/.cache'],
  globalSetup: '<rootDir>/test/harness/global-setup.ts',
  globalTeardown: '<rootDir>/test/harness/global-teardown.ts',
  setupFilesAfterEnv: ['<rootDir>/test/harness/console-oracle.ts'],
  testRunner: '<rootDir>/test/harness/plain-node.js',
  testSequencer: '<rootDir>/test/harness/longest-first.js',
  // Half of a test's time is waiting for servers: two processes for each core keep it busy.
  maxWorkers: 2 * availableParallelism(),
  testTimeout: 30_000,
};
