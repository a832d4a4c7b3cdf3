/**
 * Mutation testing of the rules in `domain/` by the tests of `test/domain`, which need no server: `npm run mutate`, or one
 * file with `npm run mutate -- --mutate domain/segment.ts`. Not part of the suite. docs/reliability.md has the figures.
 */
export default {
  mutate: ['domain/**/*.ts'],
  plugins: ['./test/mutation/in-process-runner.ts', './test/mutation/words.ts'],
  testRunner: 'in-process',
  ignorers: ['words'],
  coverageAnalysis: 'perTest',
  concurrency: 1,
  // Those that loop for ever are stopped by how often they pass one place; this is for what does not.
  timeoutMS: 20_000,
  tempDirName: '.cache/stryker',
  incrementalFile: '.cache/mutation-incremental.json',
  ignorePatterns: ['dist', '.rollcall', '.cache', 'artifacts'],
  reporters: ['clear-text', 'json'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: '.cache/mutation.json' },
  thresholds: { high: 90, low: 85, break: 85 },
};
