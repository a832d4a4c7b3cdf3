import type { Command } from 'commander';
import { printJson, printObject, printRows, readJson, WrongUsage, type Io } from './io.js';
import { asOperator } from './operator.js';
import type { MemberView } from '../operations/members.js';

interface ListOptions {
  programme: string;
  filter: string[];
  json?: boolean;
}

export function addMembers(program: Command, io: Io): void {
  const members = program.command('members').description('accounts of a programme');

  members
    .command('list')
    .requiredOption('--programme <programme>', 'id or unique name')
    .option('--filter <name=value>', 'such as department=Sales or state=deleted; may be repeated', gather, [])
    .option('--json', 'print the list as JSON')
    .action((options: ListOptions) => list(io, options));

  members
    .command('create')
    .description('make an account by hand; the fields are JSON on standard input, or in a file')
    .requiredOption('--programme <programme>', 'id or unique name')
    .option('--file <file>', 'read the fields from here')
    .option('--json', 'print the member instead of its id')
    .action(async (options: { programme: string; file?: string; json?: boolean }) => {
      const body = await readJson(io, options.file);
      const [{ createMember }, { resolveProgramme }] = await Promise.all([
        import('../operations/members.js'),
        import('../operations/programmes.js'),
      ]);
      const made = await asOperator(io, async (call) =>
        createMember(call, await resolveProgramme(call, options.programme), body),
      );
      if (options.json === true) printJson(io, made);
      else io.out(`${made.id}\n`);
    });

  members
    .command('explain')
    .description('why a member is what they are: what the HR system says, and what each import did')
    .argument('<member>')
    .option('--json', 'print it as JSON')
    .action(async (id: string, options: { json?: boolean }) => {
      const [{ explainMember }, { resolveOwner }] = await Promise.all([
        import('../operations/explanations.js'),
        import('../operations/programmes.js'),
      ]);
      const told = await asOperator(io, async (call) =>
        explainMember(call, await resolveOwner(call, 'member', id), id),
      );
      if (options.json === true) {
        printJson(io, told);
        return;
      }
      io.out(`Now: ${told.now.decision}. ${told.now.reason}\n`);
      if (told.now.employee !== null) printObject(io, told.now.employee);
      printRows(
        io,
        told.items.map(({ at, import: run, kind, outcome, reason }) => [at, run, kind, outcome, reason]),
      );
    });

  members
    .command('invite-again')
    .description('send the invitation once more, with a new link; links of before open nothing any more')
    .argument('<member>')
    .option('--json', 'print the member as JSON')
    .action(async (id: string, options: { json?: boolean }) => {
      const [{ inviteMemberAgain }, { resolveOwner }] = await Promise.all([
        import('../operations/members.js'),
        import('../operations/programmes.js'),
      ]);
      const member = await asOperator(io, async (call) =>
        inviteMemberAgain(call, await resolveOwner(call, 'member', id), id, { body: undefined }),
      );
      if (options.json === true) printJson(io, member);
      else io.out(`${member.id}\n`);
    });

  members
    .command('show')
    .argument('<member>')
    .option('--json', 'print the member as JSON')
    .action(async (id: string, options: { json?: boolean }) => {
      const [{ getMember }, { resolveOwner }] = await Promise.all([
        import('../operations/members.js'),
        import('../operations/programmes.js'),
      ]);
      const member = await asOperator(io, async (call) => getMember(call, await resolveOwner(call, 'member', id), id));
      if (options.json === true) printJson(io, member);
      else printObject(io, member);
    });
}

async function list(io: Io, options: ListOptions): Promise<void> {
  const filter = readFilter(options.filter);
  const [{ listMembers }, { resolveProgramme }, { allOf }] = await Promise.all([
    import('../operations/members.js'),
    import('../operations/programmes.js'),
    import('../operations/every-page.js'),
  ]);
  const items = await asOperator(io, async (call) => {
    const programme = await resolveProgramme(call, options.programme);
    return allOf(({ limit, after }) => {
      const page = {
        ...(limit === undefined ? {} : { limit: String(limit) }),
        ...(after === undefined ? {} : { after }),
      };
      return listMembers(call, programme, { ...filter, ...page });
    });
  });
  if (options.json === true) printJson(io, { items, next: null, total: items.length });
  else
    printRows(
      io,
      items.map((item) => [item.id, item.state, item.email, nameOf(item), item.department]),
    );
}

function readFilter(texts: readonly string[]): Record<string, string[]> {
  const filter: Record<string, string[]> = {};
  for (const text of texts) {
    const at = text.indexOf('=');
    if (at < 1) throw new WrongUsage(`--filter ${text} is not of the form name=value, such as department=Sales.`);
    (filter[text.slice(0, at)] ??= []).push(text.slice(at + 1));
  }
  return filter;
}

function gather(value: string, before: string[]): string[] {
  return [...before, value];
}

function nameOf({ fullName, firstName, lastName }: MemberView): string | null {
  const parts = [firstName, lastName].filter((part) => part !== null);
  return fullName ?? (parts.length === 0 ? null : parts.join(' '));
}
