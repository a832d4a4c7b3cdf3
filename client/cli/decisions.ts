import { Option, type Command } from 'commander';
import { HOLD_CAUSES } from '../../domain/import.js';
import type { Cause } from '../../domain/decision.js';
import type { Call } from '../operations/context.js';
import type { ImportPlace } from '../operations/places.js';
import { answered } from './integrations.js';
import { printJson, printRows, WrongUsage, type Io } from './io.js';
import { asOperator } from './operator.js';

/** What an import holds because it is more than the limit allows: who it is, and what somebody decides about it. */
export type PlaceOf = (call: Call, id: string) => Promise<ImportPlace>;

interface Options {
  json?: boolean;
  cause?: Cause[];
  only?: string[];
  digest?: string;
}

export function addDecisions(imports: Command, io: Io, placeOf: PlaceOf): void {
  imports
    .command('held')
    .description('who waits for a decision: employee ID, address, cause and reason')
    .argument('<import>')
    .option('--json', 'print the list as JSON')
    .action((id: string, options: Options) => held(io, placeOf, id, options));

  for (const decision of ['approve', 'reject'] as const) {
    imports
      .command(decision)
      .description(
        decision === 'approve'
          ? 'let what is held be carried out; prints how many were decided and how many wait still'
          : 'let nobody of those who are held be touched; the same is not asked again for 14 days',
      )
      .argument('<import>')
      .addOption(new Option('--cause <cause...>', 'only these causes').choices(HOLD_CAUSES))
      .option('--only <employeeId...>', 'only these people')
      .option('--digest <planDigest>', 'the set you have looked at; absent: as it is now')
      .option('--json', 'print the answer as JSON')
      .action((id: string, options: Options) => decide(io, placeOf, id, { ...options, decision }));
  }
}

interface UndoOptions {
  onlyRemovals?: boolean;
  review?: boolean;
  digest?: string;
  json?: boolean;
}

export function addUndo(imports: Command, io: Io, placeOf: PlaceOf): void {
  imports
    .command('undo')
    .description(
      'put back what an import has done, as far as nothing has changed since, and pause the integration; prints the id of the new run',
    )
    .argument('<import>')
    .option('--only-removals', 'open the accounts again that it closed, and leave the rest')
    .option('--review', 'only work out what would be put back, and change nothing')
    .option('--digest <planDigest>', 'approve what such a review would hold')
    .option('--json', 'print the run')
    .action(async (id: string, { onlyRemovals, review, digest, json }: UndoOptions) => {
      const { undo } = await import('../operations/commands.js');
      const body = {
        ...(onlyRemovals === true ? { only: 'removals' } : {}),
        ...(review === true ? { review } : {}),
        ...(digest === undefined ? {} : { planDigest: digest }),
      };
      const run = answered(await asOperator(io, async (call) => undo(call, await placeOf(call, id), { body })));
      if (json === true) printJson(io, run);
      else io.out(`${run.id}\n`);
      if (review !== true) io.err('The integration is paused; resume it when what was wrong is mended.\n');
    });
}

export function addSomePeople(imports: Command, io: Io, placeOf: PlaceOf): void {
  imports
    .command('retry')
    .description('import those again with whom an import had trouble; prints the id of the new import')
    .argument('<import>')
    .option('--json', 'print the import')
    .action(async (id: string, options: Options) => {
      const { retryErrors } = await import('../operations/commands.js');
      const run = answered(
        await asOperator(io, async (call) => retryErrors(call, await placeOf(call, id), { body: undefined })),
      );
      if (options.json === true) printJson(io, run);
      else io.out(`${run.id}\n`);
    });

  imports
    .command('person')
    .description('import one person now; prints the id of the import')
    .argument('<integration>')
    .argument('<employeeId>')
    .option('--json', 'print the import')
    .action(async (integration: string, employeeId: string, options: Options) => {
      const [{ importPerson }, { resolveOwner }] = await Promise.all([
        import('../operations/commands.js'),
        import('../operations/programmes.js'),
      ]);
      const run = answered(
        await asOperator(io, async (call) => {
          const programme = await resolveOwner(call, 'integration', integration);
          return importPerson(call, { programme, integration, employeeId }, { body: undefined });
        }),
      );
      if (options.json === true) printJson(io, run);
      else io.out(`${run.id}\n`);
    });
}

async function held(io: Io, placeOf: PlaceOf, id: string, options: Options): Promise<void> {
  const [{ listChanges }, { allOf }] = await Promise.all([
    import('../operations/imports.js'),
    import('../operations/every-page.js'),
  ]);
  const all = await asOperator(io, async (call) => {
    const place = await placeOf(call, id);
    return allOf((page) => listChanges(call, place, {}, page));
  });
  const items = all.filter(({ outcome }) => outcome === 'held');
  if (options.json === true) printJson(io, { items, next: null });
  else
    printRows(
      io,
      items.map(({ employeeId, email, kind, reason }) => [employeeId, email, kind, reason]),
    );
}

async function decide(
  io: Io,
  placeOf: PlaceOf,
  id: string,
  { decision, cause, only, digest, json }: Options & { decision: 'approve' | 'reject' },
): Promise<void> {
  const [{ decide: tell }, { getImport }] = await Promise.all([
    import('../operations/commands.js'),
    import('../operations/imports.js'),
  ]);
  const decided = answered(
    await asOperator(io, async (call) => {
      const place = await placeOf(call, id);
      const planDigest = digest ?? (await getImport(call, place)).held?.planDigest;
      if (planDigest === undefined) throw new WrongUsage(`The import ${id} holds nothing that could be decided about.`);
      const body = {
        decision,
        planDigest,
        ...(cause === undefined ? {} : { causes: cause }),
        ...(only === undefined ? {} : { only }),
      };
      return tell(call, place, { body });
    }),
  );
  if (json === true) printJson(io, decided);
  else io.out(`${decided.decided} decided, ${decided.stillHeld} waiting\n`);
}
