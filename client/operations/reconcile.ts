import type { Reconciled } from '../../domain/reconciled.js';
import { requireOperator, type Call } from './context.js';
import { OPERATOR_PATIENCE_MS } from './health.js';

export { describeReconciled } from '../../domain/reconciled.js';

/** Compares the database with workflows and schedules and repairs what differs; the worker does it. */
export async function reconcile(call: Call): Promise<Reconciled> {
  requireOperator(call);
  const { temporal } = call.context;
  // Without a server or a worker it would wait for as long as there is none, and say nothing.
  const wrong = (await temporal.check(OPERATOR_PATIENCE_MS)).find((check) => !check.ok);
  if (wrong !== undefined) throw new Error(`Nothing was compared. ${wrong.detail}`);
  return temporal.reconcile();
}
