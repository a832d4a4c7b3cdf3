/** What a reconcile found and put right. Counts and ids of ours alone; it stands in a history. */
export interface Reconciled {
  /** Integrations that the database knows and that were not removed. */
  readonly compared: number;
  readonly workflowsStarted: number;
  /** Ran, but did not notice that their import had gone. */
  readonly workflowsRebuilt: number;
  readonly workflowsEnded: number;
  /** Imports that stood open without anybody working on them. */
  readonly importsInterrupted: number;
  readonly schedulesCreated: number;
  readonly schedulesUpdated: number;
  readonly schedulesDeleted: number;
  /** Integrations whose schedule the server does not take; the first of them, with the server's words. */
  readonly refused: readonly { readonly integration: string; readonly reason: string }[];
}

const REPAIRS = [
  ['workflowsStarted', 'workflow', 'started'],
  ['workflowsRebuilt', 'workflow', 'rebuilt'],
  ['workflowsEnded', 'workflow', 'ended'],
  ['importsInterrupted', 'import', 'found interrupted'],
  ['schedulesCreated', 'schedule', 'created'],
  ['schedulesUpdated', 'schedule', 'updated'],
  ['schedulesDeleted', 'schedule', 'deleted'],
] as const;

/** "12 integrations compared, 1 workflow started, 2 schedules created". */
export function describeReconciled(reconciled: Reconciled): string {
  const done = REPAIRS.filter(([name]) => reconciled[name] > 0).map(
    ([name, noun, verb]) => `${count(reconciled[name], noun)} ${verb}`,
  );
  const refused = reconciled.refused.length === 0 ? [] : [`${count(reconciled.refused.length, 'schedule')} refused`];
  const repairs = [...done, ...refused];
  const compared = `${count(reconciled.compared, 'integration')} compared`;
  return [compared, ...(repairs.length === 0 ? ['nothing to repair'] : repairs)].join(', ');
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
