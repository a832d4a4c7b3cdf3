import type { Command } from 'commander';
import { printJson, WrongUsage, type Io } from './io.js';
import { asOperator } from './operator.js';
import type { Exit } from './program.js';

/** The long-running parts; they are made where everything may be known, in bin/. Each gives its exit code. */
export interface Processes {
  start(options: { demo: boolean }): Promise<number>;
  worker(): Promise<number>;
  api(): Promise<number>;
}

export function addProcesses(program: Command, io: Io, processes: Processes, exit: Exit): void {
  program
    .command('start')
    .description('start everything on this machine, with nothing prepared')
    .option('--no-demo', 'without simulated HR systems and demo programme')
    .action(async (options: { demo: boolean }) => {
      exit.code = await processes.start(options);
    });

  program
    .command('worker')
    .description('run a worker; needs DATABASE_URL, TEMPORAL_ADDRESS, SMTP_URL and ROLLCALL_ENCRYPTION_KEYS')
    .action(async () => {
      exit.code = await processes.worker();
    });

  program
    .command('api')
    .description('run the HTTP API; needs DATABASE_URL, TEMPORAL_ADDRESS and ROLLCALL_ENCRYPTION_KEYS')
    .action(async () => {
      exit.code = await processes.api();
    });

  program
    .command('migrate')
    .description('bring the database of DATABASE_URL up to date and register search attributes')
    .action(() => migrate(io));

  program
    .command('reconcile')
    .description('compare the database with workflows and schedules, and repair what differs')
    .option('--json', 'print what was repaired as JSON')
    .action(async (options: { json?: boolean }) => {
      exit.code = await reconcile(io, options);
    });

  program
    .command('doctor')
    .description('where everything is, and what is wrong')
    .option('--json', 'print the diagnosis as JSON')
    .action(async (options: { json?: boolean }) => {
      exit.code = await doctor(io, options);
    });
}

async function reconcile(io: Io, options: { json?: boolean }): Promise<number> {
  const operations = await import('../operations/reconcile.js');
  const reconciled = await asOperator(io, operations.reconcile);
  if (options.json === true) printJson(io, reconciled);
  else io.out(`${operations.describeReconciled(reconciled)}\n`);
  for (const { integration, reason } of reconciled.refused) io.err(`The schedule of ${integration}: ${reason}\n`);
  return reconciled.refused.length === 0 ? 0 : 1;
}

async function migrate(io: Io): Promise<void> {
  const [{ readEnvironment }, operations] = await Promise.all([
    import('../../config/environment.js'),
    import('../operations/migrate.js'),
  ]);
  const environment = readEnvironment(io.variables);
  if (environment.DATABASE_URL === undefined) {
    throw new WrongUsage(
      'There is no DATABASE_URL: name the database that is to be migrated. (`start` migrates its own.)',
    );
  }
  const temporal = environment.TEMPORAL_ADDRESS === undefined ? null : io.variables;
  await operations.migrate(environment.DATABASE_URL, temporal);
  io.err('The database is up to date.\n');
  io.err(
    temporal === null
      ? 'There is no TEMPORAL_ADDRESS: search attributes were not registered.\n'
      : 'The search attributes are registered.\n',
  );
}

async function doctor(io: Io, options: { json?: boolean }): Promise<number> {
  const { diagnose } = await import('../operations/doctor.js');
  const { run, ...diagnosis } = await diagnose(io.variables);
  if (options.json === true) printJson(io, { ...run, ...diagnosis });
  else {
    for (const check of diagnosis.checks) io.out(`${check.ok ? 'ok   ' : 'wrong'}  ${check.name}: ${check.detail}\n`);
    if (diagnosis.checks.length === 0) for (const sentence of diagnosis.wrong) io.err(`${sentence}\n`);
  }
  return diagnosis.wrong.length === 0 ? 0 : 1;
}
