import type { Command } from 'commander';
import { printJson, printRows, readJson, type Io } from './io.js';
import { asOperator } from './operator.js';

interface Wanted {
  programme: string;
  json?: boolean;
}

export function addAudiences(program: Command, io: Io): void {
  const audiences = program.command('audiences').description('saved searches over members');

  audiences
    .command('list')
    .requiredOption('--programme <programme>', 'id or unique name')
    .option('--json', 'print the list as JSON')
    .action(async (options: Wanted) => {
      const [operations, { resolveProgramme }, { allOf }] = await load();
      const items = await asOperator(io, async (call) => {
        const programme = await resolveProgramme(call, options.programme);
        return allOf((page) => operations.listAudiences(call, programme, page));
      });
      if (options.json === true) printJson(io, { items, next: null });
      else
        printRows(
          io,
          items.map(({ id, name, count, filter }) => [id, name, count, JSON.stringify(filter)]),
        );
    });

  audiences
    .command('create')
    .description(
      'save a search; { "name": …, "filter": { "department": ["Sales"] } } as JSON on standard input, or in a file',
    )
    .requiredOption('--programme <programme>', 'id or unique name')
    .option('--file <file>', 'read it from here')
    .option('--json', 'print the audience instead of its id')
    .action(async (options: Wanted & { file?: string }) => {
      const body = await readJson(io, options.file);
      const [operations, { resolveProgramme }] = await load();
      const made = await asOperator(io, async (call) =>
        operations.createAudience(call, await resolveProgramme(call, options.programme), { body }),
      );
      if (options.json === true) printJson(io, made);
      else io.out(`${made.id}\n`);
    });

  audiences
    .command('members')
    .description('who is in an audience now')
    .argument('<audience>', 'the id, as `audiences list` shows it')
    .requiredOption('--programme <programme>', 'id or unique name')
    .option('--json', 'print the list as JSON')
    .action(async (audience: string, options: Wanted) => {
      const [operations, { resolveProgramme }, { allOf }] = await load();
      const items = await asOperator(io, async (call) => {
        const programme = await resolveProgramme(call, options.programme);
        return allOf((page) => operations.listAudienceMembers(call, programme, audience, page));
      });
      if (options.json === true) printJson(io, { items, next: null });
      else
        printRows(
          io,
          items.map((one) => [one.id, one.email, one.fullName ?? one.lastName, one.department]),
        );
    });

  audiences
    .command('delete')
    .argument('<audience>', 'the id, as `audiences list` shows it')
    .requiredOption('--programme <programme>', 'id or unique name')
    .action(async (audience: string, options: Wanted) => {
      const [operations, { resolveProgramme }] = await load();
      await asOperator(io, async (call) =>
        operations.deleteAudience(call, await resolveProgramme(call, options.programme), audience),
      );
      io.err('The audience is deleted; its members stay.\n');
    });
}

function load() {
  return Promise.all([
    import('../operations/audiences.js'),
    import('../operations/programmes.js'),
    import('../operations/every-page.js'),
  ]);
}
