import { availableParallelism } from 'node:os';

/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  // The global set-up alone: test files are loaded by Node, see the runner.
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } }] },
  testMatch: ['<rootDir>/test/**/*.test.ts'],
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
