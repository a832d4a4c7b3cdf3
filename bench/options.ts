import { parseArgs } from 'node:util';

/** What the benchmark was asked for. A wrong option is refused in one sentence that says what is allowed. */
export interface BenchOptions {
  readonly people: number;
  readonly pairs: number;
  /** Milliseconds the page server waits before each answer. */
  readonly latency: number;
  readonly provider: BenchProvider;
  /** Where the results are written as JSON; null: nowhere. */
  readonly json: string | null;
  /** Instead of imports: a reconcile of so many integrations; null: imports. */
  readonly reconcile: number | null;
  /** Instead of imports: what reading costs, for each provider. */
  readonly reading: boolean;
  /** The same for a CSV file alone, which may be as large as it likes. */
  readonly file: boolean;
  /** Instead of imports: plans that are not the usual ones. */
  readonly plans: boolean;
  /** Instead of imports: what looking for members costs. */
  readonly searching: boolean;
  /** Instead of imports: how long a browser takes to show the portal's pages. */
  readonly pages: boolean;
}

export const BENCH_PROVIDERS = ['sage-hr'] as const;
export type BenchProvider = (typeof BENCH_PROVIDERS)[number];

export class WrongOption extends Error {
  override readonly name = 'WrongOption';
}

const NUMBERS = {
  people: { fallback: 10_000, min: 100, max: 5_000_000 },
  pairs: { fallback: 5, min: 1, max: 50 },
  latency: { fallback: 0, min: 0, max: 5000 },
  reconcile: { fallback: 1000, min: 1, max: 100_000 },
} as const;
const FLAGS = ['reading', 'file', 'plans', 'searching', 'pages'];
const ALLOWED =
  '--people N, --pairs N, --latency MILLISECONDS, --provider NAME, --json FILE, --reconcile INTEGRATIONS, --reading, --file, --plans, --searching and --pages';

export function readOptions(args: readonly string[]): BenchOptions {
  const { tokens } = parseArgs({ args: [...args], strict: false, tokens: true, options: OPTIONS });
  const given = new Map<string, string>();
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') throw new WrongOption(`"${token.value}" is no option: allowed are ${ALLOWED}.`);
    if (!(token.name in OPTIONS)) throw new WrongOption(`There is no option ${token.rawName}: allowed are ${ALLOWED}.`);
    if (token.value === undefined && !FLAGS.includes(token.name))
      throw new WrongOption(`${token.rawName} needs a value.`);
    given.set(token.name, token.value ?? '');
  }
  return {
    people: readNumber(given, 'people'),
    pairs: readNumber(given, 'pairs'),
    latency: readNumber(given, 'latency'),
    provider: readProvider(given.get('provider') ?? BENCH_PROVIDERS[0]),
    json: given.get('json') ?? null,
    reconcile: given.has('reconcile') ? readNumber(given, 'reconcile') : null,
    reading: given.has('reading'),
    file: given.has('file'),
    plans: given.has('plans'),
    searching: given.has('searching'),
    pages: given.has('pages'),
  };
}

const OPTIONS = {
  people: { type: 'string' },
  pairs: { type: 'string' },
  latency: { type: 'string' },
  provider: { type: 'string' },
  json: { type: 'string' },
  reconcile: { type: 'string' },
  reading: { type: 'boolean' },
  file: { type: 'boolean' },
  plans: { type: 'boolean' },
  searching: { type: 'boolean' },
  pages: { type: 'boolean' },
} as const;

function readNumber(given: ReadonlyMap<string, string>, name: keyof typeof NUMBERS): number {
  const { fallback, min, max } = NUMBERS[name];
  const text = given.get(name);
  if (text === undefined) return fallback;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (value >= min && value <= max) return value;
  throw new WrongOption(`--${name} is "${text}": allowed are whole numbers from ${min} to ${max}.`);
}

function readProvider(name: string): BenchProvider {
  const known = BENCH_PROVIDERS.find((provider) => provider === name);
  if (known !== undefined) return known;
  throw new WrongOption(`--provider is "${name}": allowed is ${BENCH_PROVIDERS.join(', ')}.`);
}
