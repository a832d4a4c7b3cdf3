import {
  CancellationScope,
  ChildWorkflowCancellationType,
  getExternalWorkflowHandle,
  log,
  ParentClosePolicy,
  proxyActivities,
  sleep,
  startChild,
} from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError, TypedSearchAttributes } from '@temporalio/common';
import type { DatabaseActivities } from '../activities/index.js';
import type { Ending } from '../domain/import-ending.js';
import { priorityOf, SHORT } from './activity-options.js';
import { importRun } from './import-run.js';
import { runWorkflowId, SEARCH_ATTRIBUTES, type IntegrationRef, type RunRef } from './messages.js';

/**
 * The runs of one integration in one lane, that run or wait their turn. The child's constant id is the lock of the
 * lane: at most one runs, whatever happens. Its end comes back as a turn of the integration.
 */
type Opened = Awaited<ReturnType<DatabaseActivities['openRun']>>;

export interface RunEnded {
  readonly lane: RunRef['lane'];
  readonly import: string;
  readonly failed: boolean;
}

const database = proxyActivities<DatabaseActivities>(SHORT);
const ORPHAN_WAIT_MS = 2_000;

export class RunningImports {
  private current: string | null = null;
  private scope = new CancellationScope();
  private waiting: (string | Opened)[] = [];

  constructor(
    private readonly ref: IntegrationRef,
    private readonly lane: RunRef['lane'],
    private readonly onEnd: (ended: RunEnded) => void,
  ) {}

  none(): boolean {
    return this.current === null && this.waiting.length === 0;
  }

  has(id: string): boolean {
    return this.current === id || this.waiting.some((waiting) => idOf(waiting) === id);
  }

  view(): Readonly<Record<string, string>> {
    return this.current === null ? {} : { [this.lane]: this.current };
  }

  queue(run: string | Opened): void {
    if (!this.waiting.includes(run)) this.waiting.push(run);
  }

  /** What was opened for this lane: begun, or after the run that has its turn. */
  async take(opened: Opened): Promise<void> {
    if (opened.how === 'opened') await this.start(opened);
    if (opened.how === 'waiting') this.queue(opened.import);
  }

  /** Starts the run, or lets it wait for one that has closed its row already and still sends its report. */
  async start(opened: Opened): Promise<void> {
    if (this.current === opened.import) return;
    if (this.current !== null) {
      this.queue(opened);
      return;
    }
    this.current = opened.import;
    this.scope = new CancellationScope();
    const end = (failed: boolean) => () => this.onEnd({ lane: this.lane, import: opened.import, failed });
    try {
      const child = await this.scope.run(() => this.startChild(opened));
      void child.result().then(end(false), end(true));
    } catch (error) {
      end(true)();
      throw error;
    }
  }

  /** The run that is asked for takes the place of what runs or waits, which ends as cancelled. */
  async replaceBy(id: string): Promise<void> {
    for (const waiting of this.waiting.splice(0)) await this.close(idOf(waiting), CANCELLED);
    this.scope.cancel();
    this.queue(id);
    await this.startNext();
  }

  /** Ends that run at the next safe point; one that has no workflow ends at once. */
  async cancel(id: string): Promise<void> {
    if (this.current === id) this.scope.cancel();
    else await this.close(id, CANCELLED);
    this.waiting = this.waiting.filter((waiting) => idOf(waiting) !== id);
  }

  /** Their rows are closed already: whatever still works for them is told to end. */
  dismiss(): void {
    this.waiting = [];
    this.scope.cancel();
  }

  async ended({ import: id, failed }: { import: string; failed: boolean }): Promise<void> {
    if (failed) await this.abandon(id);
    this.current = null;
    await this.startNext();
  }

  async startNext(): Promise<void> {
    if (this.current !== null) return;
    const next = this.waiting.shift();
    if (next === undefined) return;
    const opened = typeof next === 'string' ? await database.beginRun({ ...this.ref, import: next }) : next;
    await this.start(opened);
  }

  /** A run whose workflow is gone (terminated, or Temporal lost its data) ends as interrupted. */
  async abandon(id: string): Promise<void> {
    await this.close(id, INTERRUPTED);
  }

  private async close(id: string, ending: Ending): Promise<void> {
    await database.closeRun.executeWithOptions({ summary: 'Close a run that has no workflow' }, [
      { ...this.ref, import: id },
      ending,
    ]);
  }

  private async startChild(opened: Opened) {
    const { programme, integration } = this.ref;
    const { import: id, epoch, provider, urgent, kind } = opened;
    const { lane } = this;
    const workflowId = runWorkflowId(integration, lane);
    for (;;) {
      try {
        return await startChild(importRun, {
          workflowId,
          args: [
            { programme, integration, import: id, lane, epoch, provider, ...(kind === undefined ? {} : { kind }) },
          ],
          // All that it does inherits this.
          priority: priorityOf(programme, urgent),
          parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
          cancellationType: ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
          staticSummary: `${nameOf(opened, lane)} of ${provider}`,
          staticDetails: `Import \`${id}\` of integration \`${integration}\`. Its people are in Postgres; here are only counts.`,
          typedSearchAttributes: new TypedSearchAttributes([
            { key: SEARCH_ATTRIBUTES.programme, value: programme },
            { key: SEARCH_ATTRIBUTES.provider, value: provider },
          ]),
        });
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
        // An orphan of a terminated integration still holds the id: end it, and look again.
        await askToEnd(workflowId);
        await sleep(ORPHAN_WAIT_MS, { summary: 'Wait for an orphaned run to end' });
      }
    }
  }
}

async function askToEnd(workflowId: string): Promise<void> {
  try {
    await getExternalWorkflowHandle(workflowId).cancel();
  } catch (error) {
    // It may have ended by itself in this moment; the next try to start will tell.
    log.info('The orphaned run could not be told to end', { workflowId, error });
  }
}

function nameOf({ kind }: Opened, lane: RunRef['lane']): string {
  if (kind === 'removals') return 'Removals';
  if (kind === 'undo') return lane === 'write' ? 'Undo' : 'Review of an undo';
  return lane === 'write' ? 'Import run' : 'Review';
}

function idOf(run: string | Opened): string {
  return typeof run === 'string' ? run : run.import;
}

const CANCELLED: Ending = {
  state: 'cancelled',
  failureCode: null,
  failureDetail: 'The run was cancelled before it began; it changed nothing.',
};
const INTERRUPTED: Ending = {
  state: 'failed',
  failureCode: 'interrupted',
  failureDetail: 'The run was interrupted from outside; what was applied stays, and the next import goes on.',
};
