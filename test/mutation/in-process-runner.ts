import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import {
  determineHitLimitReached,
  DryRunStatus,
  MutantRunStatus,
  TestStatus,
  toMutantRunResult,
  type DryRunResult,
  type MutantRunOptions,
  type MutantRunResult,
  type TestResult,
  type TestRunner,
} from '@stryker-mutator/api/test-runner';
import { expect } from 'expect';
import fc from 'fast-check';
import * as circus from 'jest-circus';
import { FreshModules } from './fresh-modules.js';
import type { InstrumenterContext, MutantCoverage } from '@stryker-mutator/api/core';

/**
 * Runs the tests of `test/domain` for Stryker with Jest's own `describe`, `test` and `expect`, but within one process:
 * Jest loads zod, luxon and each test file anew for each of some thousand mutants, half a second a file. Here a mutant
 * costs what its tests cost. Our own files are evaluated anew for each mutant, so that one changes constants, schemas and
 * what a module remembers as well, and leaves nothing to the next.
 */
const FOLDER = 'test/domain';
/** Fewer cases for each mutant than in the suite, and always the same ones: the figure can be had again. */
const CASES = { numRuns: 100, seed: 1 };
const fewerCases = {
  ...fc,
  assert: <Values>(property: fc.IRawProperty<Values>, given?: fc.Parameters<Values>) =>
    fc.assert(property, { ...given, ...CASES }),
};
const MODULES = { '@jest/globals': { ...circus, expect }, 'fast-check': { __esModule: true, default: fewerCases } };

/** Where the code with mutants in it looks for the one that is on, and tells what it passed. */
const setContext = (context: InstrumenterContext) => Object.assign(globalThis, { __stryker__: context });

class InProcessRunner implements TestRunner {
  static readonly inject = [] as const;
  private readonly modules = new FreshModules(MODULES);
  private readonly files = readdirSync(FOLDER)
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => `${FOLDER}/${name}`);

  capabilities() {
    return { reloadEnvironment: true };
  }

  /** What is passed while a file is loaded counts for all its tests. */
  async dryRun(): Promise<DryRunResult> {
    const tests: TestResult[] = [];
    const perTest: MutantCoverage['perTest'] = {};
    for (const file of this.files) {
      const passed: MutantCoverage = { static: {}, perTest: {} };
      const context: InstrumenterContext = { mutantCoverage: passed };
      setContext(context);
      const results = await this.run(file, (id) => {
        context.currentTestId = id;
        return true;
      });
      for (const { id } of results) perTest[id] = { ...passed.static, ...passed.perTest[id] };
      tests.push(...results);
    }
    return { status: DryRunStatus.Complete, tests, mutantCoverage: { static: {}, perTest } };
  }

  async mutantRun({ activeMutant, testFilter, hitLimit, disableBail }: MutantRunOptions): Promise<MutantRunResult> {
    const context: InstrumenterContext = { activeMutant: activeMutant.id };
    if (hitLimit !== undefined) Object.assign(context, { hitLimit, hitCount: 0 });
    setContext(context);
    const wanted = new Set(testFilter);
    const tests: TestResult[] = [];
    try {
      for (const file of this.files.filter((one) => testFilter?.some((id) => id.startsWith(one)) ?? true)) {
        tests.push(...(await this.run(file, (id) => testFilter === undefined || wanted.has(id), !disableBail)));
        if (!disableBail && tests.some(({ status }) => status === TestStatus.Failed)) break;
      }
    } catch (error) {
      // A file that cannot be loaded: neither killed nor survived.
      return { status: MutantRunStatus.Error, errorMessage: String(error) };
    }
    const endless = determineHitLimitReached(context.hitCount, context.hitLimit);
    return toMutantRunResult(endless ?? { status: DryRunStatus.Complete, tests }, disableBail);
  }

  /** @param isWanted asked before each test. */
  private async run(file: string, isWanted: (id: string) => boolean, stopsAtFailure = false): Promise<TestResult[]> {
    let hasFailed = false;
    const choose = (event: circus.Event) => {
      if (event.name === 'test_fn_failure') hasFailed = stopsAtFailure;
      if (event.name !== 'test_start') return;
      if (hasFailed || !isWanted(idOf(file, titlesOf(event.test)))) event.test.mode = 'skip';
    };
    circus.resetState();
    circus.addEventHandler(choose);
    try {
      this.modules.load(resolve(file));
      const { testResults, unhandledErrors } = await circus.run();
      if (unhandledErrors.length > 0) throw new Error(String(unhandledErrors[0]));
      return testResults
        .filter(({ status }) => status !== 'skip')
        .map(({ testPath, duration, errors: [failureMessage] }): TestResult => {
          const id = idOf(file, testPath.slice(1));
          const result = { id, name: id, fileName: resolve(file), timeSpentMs: duration ?? 0 };
          return failureMessage === undefined
            ? { ...result, status: TestStatus.Success }
            : { ...result, status: TestStatus.Failed, failureMessage };
        });
    } finally {
      circus.removeEventHandler(choose);
    }
  }
}

type Entry = Extract<circus.Event, { name: 'test_start' }>['test'];

/** From the outermost `describe` to the test. */
function titlesOf({ name, parent }: Entry): string[] {
  const titles = [name];
  for (let block = parent; block.parent !== undefined; block = block.parent) titles.unshift(block.name);
  return titles;
}

const idOf = (file: string, titles: readonly unknown[]): string => `${file} ${titles.join(' › ')}`;

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'in-process', InProcessRunner)];
