/**
 * Mutation testing of the rules in `domain/` by the tests of `test/domain`, which need no server: `npm run mutate`, or one
 * file with `npm run mutate -- --mutate domain/segment.ts`. Not part of the suite: `--ignoreStatic`
 * leaves out what is evaluated once, when a file is loaded, which takes nine tenths of the time.
 */
export default {
  mutate: ['domain/**/*.ts'],
  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
  jest: { configFile: 'jest.mutation.config.js', enableFindRelatedTests: true },
  coverageAnalysis: 'perTest',
  concurrency: 1,
  timeoutMS: 20_000,
  tempDirName: '.cache/stryker',
  incrementalFile: '.cache/mutation-incremental.json',
  ignorePatterns: ['dist', '.rollcall', '.cache', 'artifacts'],
  reporters: ['clear-text', 'json'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: '.cache/mutation.json' },
  thresholds: { high: 90, low: 85, break: 85 },
};
