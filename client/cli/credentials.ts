import type { Command } from 'commander';
import { printJson, printRows, type Io } from './io.js';
import { asOperator } from './operator.js';

export function addCredentials(program: Command, io: Io): void {
  const credentials = program
    .command('credentials')
    .description('what opens the HR systems of a programme; never the secret');

  credentials
    .command('list')
    .requiredOption('--programme <programme>', 'id or unique name')
    .option('--json', 'print the list as JSON')
    .action(async (options: { programme: string; json?: boolean }) => {
      const [{ listCredentials }, { resolveProgramme }, { allOf }] = await Promise.all([
        import('../operations/credentials.js'),
        import('../operations/programmes.js'),
        import('../operations/every-page.js'),
      ]);
      const items = await asOperator(io, async (call) => {
        const programme = await resolveProgramme(call, options.programme);
        return allOf((page) => listCredentials(call, programme, page));
      });
      if (options.json === true) printJson(io, { items, next: null });
      else {
        const users = ({ usedBy }: (typeof items)[number]) =>
          usedBy.length === 0 ? 'unused' : `used by ${usedBy.join(', ')}`;
        printRows(
          io,
          items.map((item) => [item.id, item.provider, item.name, item.lastUsedAt, users(item)]),
        );
      }
    });

  credentials
    .command('delete')
    .description('delete one that no integration uses')
    .argument('<credential>', 'its id, as `credentials list` shows it')
    .requiredOption('--programme <programme>', 'id or unique name')
    .action(async (id: string, options: { programme: string }) => {
      const [{ deleteCredential }, { resolveProgramme }] = await Promise.all([
        import('../operations/credentials.js'),
        import('../operations/programmes.js'),
      ]);
      await asOperator(io, async (call) => deleteCredential(call, await resolveProgramme(call, options.programme), id));
      io.err('The credential is deleted.\n');
    });
}
