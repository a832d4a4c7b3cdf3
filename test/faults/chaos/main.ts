import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { findTemporalCli } from '../../../embedded/temporal-cli.js';
import { compileSources } from '../../harness/compiled.js';
import { runChaos, type Summary } from './chaos.js';

/** `npm run chaos -- --minutes 10 --seed 7`: exits with 1 when something was seen that may not be. */
const CACHE = resolve(import.meta.dirname, '../../../.cache/temporal');
const print = (line: string) => void process.stderr.write(`${line}\n`);

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(Date.now() % 100_000) },
    storms: { type: 'string' },
  },
});
const [minutes, seed, storms] = [values.minutes, values.seed, values.storms].map((text) =>
  text === undefined ? undefined : Number(text),
);
if ([minutes, seed, storms].some((number) => number !== undefined && !(number >= 0))) {
  print('--minutes, --seed and --storms must be numbers, such as --minutes 10 --seed 7.');
  process.exit(2);
}

/** A site that nobody closed would leave a Postgres and a Temporal server behind. */
const giveUp = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => giveUp.abort());

const compiled = await compileSources();
try {
  const cli = await findTemporalCli({
    given: process.env.TEMPORAL_CLI_PATH,
    path: process.env.PATH,
    cache: CACHE,
    print,
  });
  const summary = await runChaos({
    entry: compiled.entry,
    cli,
    seed: seed ?? 0,
    minutes: minutes ?? 10,
    signal: giveUp.signal,
    ...(storms === undefined ? {} : { storms }),
    print,
  });
  report(summary);
  if (summary.violations.length > 0) process.exitCode = 1;
} finally {
  await compiled.remove();
}

function report({ seed: drawn, faults, runs, violations, ...rest }: Summary): void {
  const table = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .sort(([one], [other]) => one.localeCompare(other))
      .map(([name, count]) => `  ${String(count).padStart(6)}  ${name}\n`)
      .join('');
  const total = Object.values(faults).reduce((sum, count) => sum + count, 0);
  process.stdout.write(
    `seed ${drawn}: ${rest.storms} storms, ${total} faults, ${rest.people} people, ${rest.invitations} invitations, ` +
      `${rest.approvals} approvals, ${rest.hoursPassed} hours passed, ${rest.checked} invariants checked, ` +
      `${violations.length} violations\n\nfaults\n${table(faults)}runs\n${table(runs)}`,
  );
  for (const violation of violations) process.stdout.write(`VIOLATION ${violation}\n`);
  if (violations.length > 0) {
    const again = `npm run chaos -- --seed ${drawn} --storms ${rest.storms}`;
    process.stdout.write(
      `To draw the same again: ${again} (what is drawn is the same; the moments are the machine's)\n`,
    );
  }
}
