import type { Command } from 'commander';
import { printJson, printRows, type Io } from './io.js';

export function addProviders(program: Command, io: Io): void {
  program
    .command('providers')
    .description('HR systems that can be connected')
    .command('list')
    .option('--search <text>', 'a part of the name')
    .option('--json', 'print the list as JSON')
    .action(async (options: { search?: string; json?: boolean }) => {
      const { listProviders } = await import('../operations/providers.js');
      const list = listProviders(options.search);
      if (options.json === true) printJson(io, list);
      else
        printRows(
          io,
          list.items.map((item) => [item.id, item.name]),
        );
    });
}
