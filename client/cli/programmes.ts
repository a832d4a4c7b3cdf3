import { InvalidArgumentError, type Command } from 'commander';
import { printJson, printRows, type Io } from './io.js';
import { asOperator } from './operator.js';

interface CreateOptions {
  name: string;
  timeZone: string;
  graceDays?: number;
  json?: boolean;
}

export function addProgrammes(program: Command, io: Io): void {
  const programmes = program.command('programmes').description('client companies');

  programmes
    .command('create')
    .requiredOption('--name <name>', 'the name of the company')
    .requiredOption('--time-zone <zone>', 'an IANA time zone like Europe/Berlin')
    .option('--grace-days <days>', 'days between the end of access and erasure (60)', wholeNumber)
    .option('--json', 'print the programme instead of its id')
    .action(async ({ json, ...body }: CreateOptions) => {
      const { createProgramme } = await import('../operations/programmes.js');
      const made = await asOperator(io, (call) => createProgramme(call, body));
      if (json === true) printJson(io, made);
      else io.out(`${made.id}\n`);
    });

  programmes
    .command('list')
    .option('--json', 'print the list as JSON')
    .action(async (options: { json?: boolean }) => {
      const [{ listProgrammes }, { allOf }] = await Promise.all([
        import('../operations/programmes.js'),
        import('../operations/every-page.js'),
      ]);
      const items = await asOperator(io, (call) => allOf((page) => listProgrammes(call, page)));
      if (options.json === true) printJson(io, { items, next: null });
      else
        printRows(
          io,
          items.map((item) => [item.id, item.name, item.timeZone, item.graceDays]),
        );
    });
}

export function wholeNumber(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError(`"${text}" is not a whole number.`);
  return Number(text);
}
