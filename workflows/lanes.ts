import type { LoadedIntegration } from '../activities/run.js';
import type { CommandReply, IntegrationRef } from './messages.js';
import { RunningImports, type RunEnded } from './running-imports.js';
import { openRun } from './turn-activities.js';

/** What runs for an integration: imports and all else that writes, one at a time, and reviews beside them. */
type Trigger = 'first' | 'schedule' | 'on-demand';

export class Lanes {
  private readonly lanes: Readonly<Record<RunEnded['lane'], RunningImports>>;

  constructor(
    private readonly ref: IntegrationRef,
    onEnd: (ended: RunEnded) => void,
  ) {
    this.lanes = { write: new RunningImports(ref, 'write', onEnd), review: new RunningImports(ref, 'review', onEnd) };
  }

  none(): boolean {
    return Object.values(this.lanes).every((lane) => lane.none());
  }

  view(): Readonly<Record<string, string>> {
    return { ...this.lanes.write.view(), ...this.lanes.review.view() };
  }

  /** Of the runs that stand open without a workflow those that began were interrupted; the others have their turn. */
  async takeUp(open: LoadedIntegration['open']): Promise<void> {
    for (const { id, lane, started } of open) {
      if (!started) this.lanes[lane].queue(id);
      else await this.lanes[lane].abandon(id);
    }
  }

  async startNext(): Promise<void> {
    for (const lane of Object.values(this.lanes)) await lane.startNext();
  }

  async import(
    trigger: Trigger,
    requestKey: string,
    operation: string | null = null,
    whenBusy: 'join' | 'wait' = 'join',
  ): Promise<CommandReply> {
    const opened = await openRun(this.ref, { kind: 'import', lane: 'write', trigger, requestKey, whenBusy }, operation);
    await this.lanes.write.take(opened);
    return { outcome: 'done', import: opened.import, joined: opened.how === 'joined' };
  }

  /** Of one person, of those with whom an import had trouble, or of those whom an import has changed: after what runs. */
  async importSome(kind: 'person' | 'retry' | 'undo', operation: string): Promise<CommandReply> {
    const asked = { kind, lane: 'write', trigger: 'on-demand', requestKey: operation, whenBusy: 'wait' } as const;
    const opened = await openRun(this.ref, asked, operation);
    await this.lanes.write.take(opened);
    return { outcome: 'done', import: opened.import };
  }

  /** Carries out what was approved, or what a day that is over has brought; after a run that may do it already. */
  async remove(requestKey: string, trigger: Trigger): Promise<void> {
    const asked = { kind: 'removals', lane: 'write', trigger, requestKey, whenBusy: 'wait' } as const;
    await this.lanes.write.take(await openRun(this.ref, asked, null));
  }

  /** Beside imports, in a lane of its own; the newest review is the one that is wanted. */
  async review(operation: string, kind: 'review' | 'undo' = 'review'): Promise<CommandReply> {
    const opened = await openRun(
      this.ref,
      { kind, lane: 'review', trigger: 'on-demand', requestKey: operation, whenBusy: 'wait' },
      operation,
    );
    if (opened.how === 'opened') await this.lanes.review.start(opened);
    if (opened.how === 'waiting') await this.lanes.review.replaceBy(opened.import);
    return { outcome: 'done', import: opened.import };
  }

  async cancel(id: string): Promise<void> {
    const lane = this.lanes.review.has(id) ? this.lanes.review : this.lanes.write;
    await lane.cancel(id);
  }

  /** Their rows are closed already. */
  dismiss(): void {
    for (const lane of Object.values(this.lanes)) lane.dismiss();
  }

  async ended(ended: RunEnded): Promise<void> {
    await this.lanes[ended.lane].ended(ended);
  }
}
