import {
  ChildWorkflowCancellationType,
  getExternalWorkflowHandle,
  ParentClosePolicy,
  proxyActivities,
  sleep,
  startChild,
} from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError, TypedSearchAttributes } from '@temporalio/common';
import type { DatabaseActivities } from '../activities/index.js';
import { SHORT } from './activity-options.js';
import { importRun } from './import-run.js';
import { importWorkflowId, SEARCH_ATTRIBUTES, type IntegrationRef } from './messages.js';

/**
 * The imports of one integration that run or wait their turn. The child's constant id is the lock for writing: at most
 * one runs, whatever happens. Its end comes back as a turn of the integration.
 */
type Opened = Awaited<ReturnType<DatabaseActivities['openRun']>>;

const database = proxyActivities<DatabaseActivities>(SHORT);
const ORPHAN_WAIT_MS = 2_000;

export class RunningImports {
  private current: string | null = null;
  private readonly waiting: (string | Opened)[] = [];

  constructor(
    private readonly ref: IntegrationRef,
    private readonly onEnd: (ended: { import: string; failed: boolean }) => void,
  ) {}

  none(): boolean {
    return this.current === null && this.waiting.length === 0;
  }

  view(): Readonly<Record<string, string>> {
    return this.current === null ? {} : { write: this.current };
  }

  queue(run: string | Opened): void {
    if (!this.waiting.includes(run)) this.waiting.push(run);
  }

  /** Starts the run, or lets it wait for one that has closed its row already and still sends its report. */
  async start(opened: Opened): Promise<void> {
    if (this.current === opened.import) return;
    if (this.current !== null) {
      this.queue(opened);
      return;
    }
    this.current = opened.import;
    const child = await this.startChild(opened);
    void child.result().then(
      () => this.onEnd({ import: opened.import, failed: false }),
      () => this.onEnd({ import: opened.import, failed: true }),
    );
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
    await database.closeRun({ ...this.ref, import: id }, INTERRUPTED);
  }

  private async startChild(opened: Opened) {
    const { programme, integration } = this.ref;
    const { import: id, epoch, provider } = opened;
    for (;;) {
      try {
        return await startChild(importRun, {
          workflowId: importWorkflowId(integration),
          args: [{ programme, integration, import: id, lane: 'write', epoch, provider }],
          parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
          cancellationType: ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
          staticSummary: `Import run of ${provider}`,
          staticDetails: `Import \`${id}\` of integration \`${integration}\`. Its people are in Postgres; here are only counts.`,
          typedSearchAttributes: new TypedSearchAttributes([
            { key: SEARCH_ATTRIBUTES.programme, value: programme },
            { key: SEARCH_ATTRIBUTES.provider, value: provider },
          ]),
        });
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
        // An orphan of a terminated integration still holds the id: end it, and look again.
        await getExternalWorkflowHandle(importWorkflowId(integration)).cancel();
        await sleep(ORPHAN_WAIT_MS, { summary: 'Wait for an orphaned run to end' });
      }
    }
  }
}

const INTERRUPTED = {
  state: 'failed',
  failureCode: 'interrupted',
  failureDetail: 'The run was interrupted from outside; what was applied stays, and the next import goes on.',
} as const;
