import { IANAZone } from 'luxon';

/** A local time that a clock jumps over when it is put forward: the minutes of that day from `from` until before `to`. */
export interface ClockGap {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  /** Minutes since midnight. */
  readonly from: number;
  readonly to: number;
}

const MINUTE_MS = 60_000;
const DAY_MS = 1440 * MINUTE_MS;

/** Every time the clocks of a zone are put forward within the years that begin at an instant. */
export function clockGaps(timeZone: string, begin: Date, years: number): ClockGap[] {
  const zone = IANAZone.create(timeZone);
  const gaps: ClockGap[] = [];
  // Clocks change at full minutes, so full minutes are enough to look at.
  const start = Math.floor(begin.getTime() / MINUTE_MS) * MINUTE_MS - DAY_MS;
  let offset = zone.offset(start);
  for (let at = start; at < start + years * 366 * DAY_MS; at += DAY_MS) {
    const next = zone.offset(at + DAY_MS);
    if (next > offset) gaps.push(gapBetween(zone, at, at + DAY_MS, offset));
    offset = next;
  }
  return gaps;
}

/** Halves the day until the minute of the change is found. */
function gapBetween(zone: IANAZone, before: number, after: number, offset: number): ClockGap {
  let [low, high] = [before, after];
  while (high - low > MINUTE_MS) {
    const middle = low + Math.floor((high - low) / 2 / MINUTE_MS) * MINUTE_MS;
    if (zone.offset(middle) === offset) low = middle;
    else high = middle;
  }
  const first = new Date(high + zone.offset(high) * MINUTE_MS);
  const to = first.getUTCHours() * 60 + first.getUTCMinutes();
  return {
    year: first.getUTCFullYear(),
    month: first.getUTCMonth() + 1,
    day: first.getUTCDate(),
    from: Math.max(0, to - (zone.offset(high) - offset)),
    to,
  };
}
