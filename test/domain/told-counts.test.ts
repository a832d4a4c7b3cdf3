import { describe, expect, test } from '@jest/globals';
import { describeReconciled, type Reconciled } from '../../domain/reconciled.js';
import { describeSwept, type Swept } from '../../domain/swept.js';

/** What standing workflows say of themselves, in one line for an operator. */
const CALM: Reconciled = {
  compared: 12,
  workflowsStarted: 0,
  workflowsRebuilt: 0,
  workflowsEnded: 0,
  importsInterrupted: 0,
  schedulesCreated: 0,
  schedulesUpdated: 0,
  schedulesDeleted: 0,
  refused: [],
};
const IDLE: Swept = {
  programmes: 4,
  reminded: 0,
  noticed: 0,
  questionsExpired: 0,
  candidatesExpired: 0,
  mailsFound: 0,
  detailsDeleted: 0,
};

describe('a reconcile', () => {
  test.each<[Partial<Reconciled>, string]>([
    [{}, '12 integrations compared, nothing to repair'],
    [{ compared: 1 }, '1 integration compared, nothing to repair'],
    [{ workflowsStarted: 1, schedulesCreated: 2 }, '12 integrations compared, 1 workflow started, 2 schedules created'],
    [{ workflowsRebuilt: 2, workflowsEnded: 3 }, '12 integrations compared, 2 workflows rebuilt, 3 workflows ended'],
    [{ importsInterrupted: 1 }, '12 integrations compared, 1 import found interrupted'],
    [
      { schedulesUpdated: 1, schedulesDeleted: 2, refused: [{ integration: 'a', reason: 'full' }] },
      '12 integrations compared, 1 schedule updated, 2 schedules deleted, 1 schedule refused',
    ],
  ])('%j is told as "%s"', (found, told) => {
    expect(describeReconciled({ ...CALM, ...found })).toBe(told);
  });
});

describe('a sweep', () => {
  test.each<[Partial<Swept>, string]>([
    [{}, '4 programmes swept, nothing was due'],
    [{ reminded: 2, noticed: 1 }, '4 programmes swept, 2 reminded of lost access, 1 noticed to be without success'],
    [
      { questionsExpired: 3, candidatesExpired: 4, mailsFound: 5 },
      '4 programmes swept, 3 questions expired, 4 unproven credentials destroyed, 5 with mails left behind',
    ],
    [{ detailsDeleted: 6 }, '4 programmes swept, 6 runs whose details were deleted'],
  ])('%j is told as "%s"', (found, told) => {
    expect(describeSwept({ ...IDLE, ...found })).toBe(told);
  });
});
