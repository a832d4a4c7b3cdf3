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

/** By zone and years: looking for them takes some 30 ms, and thousands of integrations share a zone. */
const known = new Map<string, readonly ClockGap[]>();

/** Every time the clocks of a zone are put forward from the beginning of a year on, so many years long. */
export function clockGaps(timeZone: string, firstYear: number, years: number): readonly ClockGap[] {
  const key = `${timeZone} ${firstYear} ${years}`;
  const gaps = known.get(key) ?? findGaps(timeZone, firstYear, years);
  known.set(key, gaps);
  return gaps;
}

function findGaps(timeZone: string, firstYear: number, years: number): ClockGap[] {
  const zone = IANAZone.create(timeZone);
  const gaps: ClockGap[] = [];
  const start = Date.UTC(firstYear, 0, 1) - DAY_MS;
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
