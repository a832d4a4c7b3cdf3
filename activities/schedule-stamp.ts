import { createHash } from 'node:crypto';
import type { ScheduleOptions, ScheduleSpec } from '@temporalio/client';

/**
 * A schedule carries a digest of all that it was made from, in the comments of its times: the server lists those, so a
 * thousand schedules are compared without asking for each, and one that was changed by hand has lost it.
 */
const MARK = 'rollcall ';

export function stamped<T extends ScheduleOptions>(options: T): T {
  const { spec, action, policies } = options;
  const comment = `${MARK}${createHash('sha256')
    .update(JSON.stringify([spec, action, policies]))
    .digest('hex')
    .slice(0, 16)}`;
  return {
    ...options,
    spec: {
      ...spec,
      calendars: (spec.calendars ?? []).map((calendar) => ({ ...calendar, comment })),
    },
  };
}

/** The stamp of a schedule that is wanted. */
export function stampOf({ calendars = [] }: ScheduleSpec): string {
  return readStamp(calendars.map((calendar) => calendar.comment));
}

/** The stamp that comments tell; empty where there is none, or not the same on all of them. */
export function readStamp(comments: readonly (string | undefined)[]): string {
  const [first = '', ...others] = new Set(comments);
  return others.length === 0 && first.startsWith(MARK) ? first : '';
}
