import type { Client } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time.js';

/** When each kind of activity of a run began and ended, read from the run's own history: nothing is added to the product. */
export interface RunTimes {
  readonly events: number;
  /** Seconds from the workflow's start to its end. */
  readonly workflow: number;
  /** Seconds in which at least one activity of the kind was running. */
  readonly phases: Readonly<Record<string, number>>;
}

interface Span {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

export async function readRunTimes(client: Client, workflowId: string, runId: string): Promise<RunTimes> {
  const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  const all = events ?? [];
  const names = new Map<string, string>();
  const starts = new Map<string, number>();
  const spans: Span[] = [];
  for (const event of all) {
    const id = String(event.eventId);
    const scheduled = event.activityTaskScheduledEventAttributes?.activityType?.name;
    if (scheduled) names.set(id, scheduled);
    const started = event.activityTaskStartedEventAttributes?.scheduledEventId;
    if (started) starts.set(String(started), tsToMs(event.eventTime));
    const completed = event.activityTaskCompletedEventAttributes?.scheduledEventId;
    if (completed) {
      const key = String(completed);
      const to = tsToMs(event.eventTime);
      spans.push({ name: names.get(key) ?? '', from: starts.get(key) ?? to, to });
    }
  }
  const workflow = (tsToMs(all.at(-1)?.eventTime) - tsToMs(all[0]?.eventTime)) / 1000;
  return { events: all.length, workflow, phases: phasesOf(spans) };
}

function phasesOf(spans: readonly Span[]): Record<string, number> {
  const phases: Record<string, number> = {};
  for (const name of new Set(spans.map((span) => span.name))) {
    phases[name] = covered(spans.filter((span) => span.name === name)) / 1000;
  }
  return phases;
}

/** The length of all spans together, what two share counted once. */
function covered(spans: readonly Span[]): number {
  let total = 0;
  let reached = -Infinity;
  for (const span of [...spans].sort((one, other) => one.from - other.from)) {
    total += Math.max(0, span.to - Math.max(span.from, reached));
    reached = Math.max(reached, span.to);
  }
  return total;
}
