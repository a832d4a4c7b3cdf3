import { Option, type Command } from 'commander';
import { IMPORT_KINDS, IMPORT_STATES, type ImportKind, type ImportState } from '../../domain/import.js';
import type { Call } from '../operations/context.js';
import type { ImportView } from '../operations/imports.js';
import type { ImportPlace } from '../operations/places.js';
import { addDecisions, addSomePeople, addUndo } from './decisions.js';
import { answered, command } from './integrations.js';
import { printJson, printObject, printRows, type Io } from './io.js';
import { asOperator } from './operator.js';
import type { Exit } from './program.js';
import { watch } from './watch.js';

interface Json {
  json?: boolean;
}

export function addImports(program: Command, io: Io, exit: Exit): void {
  const imports = program.command('imports').description('runs of an integration');

  imports
    .command('start')
    .description('import now, or join the import that is running; prints its id')
    .argument('<integration>')
    .option('--json', 'print the import')
    .action(async (id: string, options: Json) => {
      const started = await command(
        io,
        id,
        undefined,
        async () => (await import('../operations/commands.js')).importNow,
      );
      if (options.json === true) printJson(io, started);
      else io.out(`${started.id}\n`);
      if (started.joined) io.err('An import was running already; this is that one.\n');
    });

  imports
    .command('list')
    .description('newest first')
    .argument('<integration>')
    .addOption(new Option('--kind <kind>').choices(IMPORT_KINDS))
    .addOption(new Option('--state <state>').choices(IMPORT_STATES))
    .option('--json', 'print the list as JSON')
    .action((id: string, options: ListOptions) => list(io, id, options));

  imports
    .command('show')
    .argument('<import>')
    .option('--json', 'print the import as JSON')
    .action(async (id: string, options: Json) => {
      const shown = await asOperator(io, async (call) => getImport(call, await placeOf(call, id)));
      printImport(io, shown, options);
    });

  imports
    .command('watch')
    .description('follow an import to its end; a bar on a terminal, else silent; prints the import')
    .argument('<import>')
    .option('--json', 'print the import as JSON')
    .action(async (id: string, options: Json) => {
      const ended = await asOperator(io, async (call) => {
        const place = await placeOf(call, id);
        return watch(io, () => getImport(call, place));
      });
      printImport(io, ended, options);
      if (ended.state === 'failed' || ended.state === 'cancelled') exit.code = 1;
    });

  imports
    .command('cancel')
    .description('end a running or waiting import; what it applied stays; prints its state')
    .argument('<import>')
    .option('--json', 'print the import')
    .action(async (id: string, options: Json) => {
      const { cancelImport } = await import('../operations/commands.js');
      const told = answered(
        await asOperator(io, async (call) => cancelImport(call, await placeOf(call, id), { body: undefined })),
      );
      if (options.json === true) printJson(io, told);
      else io.out(`${told.state}\n`);
    });

  addDecisions(imports, io, placeOf);
  addSomePeople(imports, io, placeOf);
  addUndo(imports, io, placeOf);

  imports
    .command('errors')
    .description('values that kept people as they are')
    .argument('<import>')
    .option('--json', 'print the list as JSON')
    .action((id: string, options: Json) => errors(io, id, options));
}

interface ListOptions extends Json {
  kind?: ImportKind;
  state?: ImportState;
}

async function list(io: Io, integration: string, { json, ...filter }: ListOptions): Promise<void> {
  const [{ listImports }, { allOf }, { resolveOwner }] = await Promise.all([
    import('../operations/imports.js'),
    import('../operations/every-page.js'),
    import('../operations/programmes.js'),
  ]);
  const items = await asOperator(io, async (call) => {
    const place = { programme: await resolveOwner(call, 'integration', integration), integration };
    return allOf((page) => listImports(call, place, filter, page));
  });
  if (json === true) printJson(io, { items, next: null });
  else
    printRows(
      io,
      items.map((item) => [item.id, item.startedAt, item.kind, item.trigger, item.state]),
    );
}

async function errors(io: Io, id: string, options: Json): Promise<void> {
  const [{ listProblems }, { allOf }] = await Promise.all([
    import('../operations/imports.js'),
    import('../operations/every-page.js'),
  ]);
  const items = await asOperator(io, async (call) => {
    const place = await placeOf(call, id);
    return allOf((page) => listProblems(call, place, 'error', page));
  });
  if (options.json === true) printJson(io, { items, next: null });
  else
    printRows(
      io,
      items.map((item) => [item.employeeId, item.field, item.received, item.detail, item.fixedBy]),
    );
}

function printImport(io: Io, shown: ImportView, options: Json): void {
  if (options.json === true) printJson(io, shown);
  else printObject(io, { ...shown, ...shown.counts, counts: null, progress: null });
}

async function getImport(call: Call, place: ImportPlace): Promise<ImportView> {
  const operations = await import('../operations/imports.js');
  return operations.getImport(call, place);
}

async function placeOf(call: Call, id: string): Promise<ImportPlace> {
  const [{ resolveOwner }, { resolveImport }] = await Promise.all([
    import('../operations/programmes.js'),
    import('../operations/imports.js'),
  ]);
  return resolveImport(call, await resolveOwner(call, 'import', id), id);
}
