import type { Surroundings } from './machine.js';
import { median } from './median.js';
import type { BenchOptions } from './options.js';
import type { Contest, Pair } from './scenario.js';

/** What the pairs came to, as numbers for a program and as a table for people. */
export interface Result {
  readonly surroundings: Surroundings;
  readonly options: BenchOptions;
  readonly first: Summary;
  readonly unchanged: Summary;
  /** Megabytes; the highest of all pairs. */
  readonly memory: { readonly worker: number | null; readonly bare: number };
  /** Megabytes; medians. */
  readonly database: { readonly afterFirst: number; readonly growth: number };
  /** Of the same people: the review as a part of the unchanged import beside it, and counting a segment. */
  readonly review: { readonly seconds: number; readonly ratio: number };
  readonly previewMilliseconds: number;
  readonly pairs: readonly Pair[];
}

interface Summary {
  readonly bareSeconds: number;
  readonly rollcallSeconds: number;
  /** The median of the pairs' ratios, not the ratio of the medians; and the lowest and highest of them. */
  readonly ratio: number;
  readonly ratios: readonly [number, number];
  readonly historyEvents: number;
  /** Medians of the seconds in which at least one activity of the kind ran. They overlap: map runs beside fetch. */
  readonly phases: Readonly<Record<string, number>>;
}

export function summarize(surroundings: Surroundings, options: BenchOptions, pairs: readonly Pair[]): Result {
  const workers = pairs.flatMap((pair) => pair.workerMemory ?? []);
  return {
    surroundings,
    options,
    first: summarizeContests(pairs.map((pair) => pair.first)),
    unchanged: summarizeContests(pairs.map((pair) => pair.unchanged)),
    memory: {
      worker: workers.length > 0 ? Math.max(...workers) : null,
      bare: Math.max(...pairs.map((pair) => pair.bareMemory)),
    },
    database: {
      afterFirst: median(pairs.map((pair) => pair.databaseAfterFirst)),
      growth: median(pairs.map((pair) => pair.databaseGrowth)),
    },
    review: {
      seconds: median(pairs.map((pair) => pair.reviewSeconds)),
      ratio: median(pairs.map((pair) => pair.reviewSeconds / pair.unchanged.rollcall.seconds)),
    },
    previewMilliseconds: median(pairs.map((pair) => pair.previewMilliseconds)),
    pairs,
  };
}

function summarizeContests(contests: readonly Contest[]): Summary {
  const ratios = contests.map((contest) => contest.rollcall.seconds / contest.bareSeconds);
  const names = new Set(contests.flatMap((contest) => Object.keys(contest.rollcall.times.phases)));
  return {
    bareSeconds: median(contests.map((contest) => contest.bareSeconds)),
    rollcallSeconds: median(contests.map((contest) => contest.rollcall.seconds)),
    ratio: median(ratios),
    ratios: [Math.min(...ratios), Math.max(...ratios)],
    historyEvents: Math.max(...contests.map((contest) => contest.rollcall.times.events)),
    phases: Object.fromEntries(
      [...names].map((name) => [name, median(contests.map((contest) => contest.rollcall.times.phases[name] ?? 0))]),
    ),
  };
}

export function renderTable(result: Result): string {
  const { surroundings, options, first, unchanged, memory, database, review, previewMilliseconds } = result;
  const { people, latency, pairs } = options;
  const lines = [
    `${people} people at ${options.provider}, ${latency} ms a page, median of ${pairs} alternating pairs`,
    `commit ${surroundings.commit}, Node ${surroundings.node}, ${surroundings.cores} × ${surroundings.cpu}, ${surroundings.memoryGigabytes} GB`,
    '',
    row(['', 'bare script', 'Rollcall', 'ratio', 'of the pairs']),
    contestRow('first import', first),
    contestRow('unchanged import', unchanged),
    '',
    row(['activity', 'first', 'people/s', 'unchanged', 'people/s']),
    ...phaseRows(first, unchanged, people),
    '',
    row(['review', '', seconds(review.seconds), `${review.ratio.toFixed(2)} of the unchanged import`]),
    row(['segment counted', '', `${whole(previewMilliseconds)} ms`]),
    row(['peak memory', `${whole(memory.bare)} MB`, memory.worker === null ? 'unknown' : `${whole(memory.worker)} MB`]),
    row(['history events', '', `${first.historyEvents} / ${unchanged.historyEvents}`]),
    row([
      'database',
      '',
      `${whole(database.afterFirst)} MB`,
      `+ ${database.growth.toFixed(2)} MB by the unchanged import`,
    ]),
  ];
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

function contestRow(name: string, { bareSeconds, rollcallSeconds, ratio, ratios }: Summary): string {
  const spread = `${ratios[0].toFixed(2)}–${ratios[1].toFixed(2)}`;
  return row([name, seconds(bareSeconds), seconds(rollcallSeconds), ratio.toFixed(2), spread]);
}

/** What concerns every person; the rest costs the same however many there are. */
const COUNTED = ['fetchPages', 'mapPeople', 'segment', 'plan', 'provision'];

function phaseRows(first: Summary, unchanged: Summary, people: number): string[] {
  const names = [...new Set([...COUNTED, ...Object.keys(first.phases), ...Object.keys(unchanged.phases)])];
  return names.map((name) => {
    const cells = [first.phases[name], unchanged.phases[name]].flatMap((spent) => [
      spent === undefined ? '–' : seconds(spent),
      spent === undefined || spent === 0 || !COUNTED.includes(name) ? '' : whole(people / spent),
    ]);
    return row([name, ...cells]);
  });
}

function row(cells: readonly string[]): string {
  const [name = '', ...others] = cells;
  return `${name.padEnd(18)}${others.map((cell) => cell.padStart(13)).join('')}`;
}

const seconds = (value: number) => `${value.toFixed(2)} s`;
const whole = (value: number) => String(Math.round(value));
