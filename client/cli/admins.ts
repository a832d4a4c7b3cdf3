import { Option, type Command } from 'commander';
import { printJson, printRows, WrongUsage, type Io } from './io.js';
import { asOperator } from './operator.js';

interface Whose {
  programme?: string;
  operator?: boolean;
  json?: boolean;
}

interface Invited extends Whose {
  email: string;
  name: string;
  role?: 'admin' | 'viewer';
}

const WHOSE = 'Whose? Give --programme <id or name>, or --operator.';
const programmeOption = () => new Option('--programme <programme>', 'id or unique name').conflicts('operator');

export function addAdmins(program: Command, io: Io): void {
  const admins = program.command('admins').description('people who administer');

  admins
    .command('invite')
    .description('invite somebody by mail; once more, where they have not signed in yet')
    .requiredOption('--email <address>', 'where the invitation goes')
    .requiredOption('--name <name>', 'how they are called')
    .addOption(programmeOption())
    .addOption(
      new Option('--role <role>', 'what they may do (admin)').choices(['admin', 'viewer']).conflicts('operator'),
    )
    .option('--operator', 'for every programme')
    .option('--json', 'print the admin instead of the id')
    .action((options: Invited) => invite(io, options));

  admins
    .command('list')
    .addOption(programmeOption())
    .option('--operator', 'the operators')
    .option('--json', 'print the list as JSON')
    .action((options: Whose) => list(io, options));

  admins
    .command('remove')
    .argument('<admin>', 'the id or the e-mail address, as `admins list` shows it')
    .addOption(programmeOption())
    .option('--operator', 'as operator; roles in programmes stay')
    .action((admin: string, options: Whose) => remove(io, admin, options));

  admins
    .command('link')
    .description('print a link that signs an operator in, once')
    .option('--email <address>', "of an operator; this machine's own account when absent")
    .action(async ({ email }: { email?: string }) => {
      const operations = await import('../operations/sign-in.js');
      io.out(`${await asOperator(io, (call) => operations.printedLink(call, email))}\n`);
      io.err('It works once, within an hour.\n');
    });
}

async function invite(io: Io, { programme, operator, json, email, name, role }: Invited): Promise<void> {
  if (programme === undefined && operator !== true) throw new WrongUsage(WHOSE);
  const [{ inviteAdmin, inviteOperator }, { resolveProgramme }] = await load();
  const made = await asOperator(io, async (call) => {
    if (programme === undefined) return inviteOperator(call, { email, name });
    const body = { email, name, role: role ?? 'admin' };
    return inviteAdmin(call, await resolveProgramme(call, programme), { body });
  });
  if (json === true) printJson(io, made);
  else io.out(`${made.id}\n`);
}

async function list(io: Io, { programme, operator, json }: Whose): Promise<void> {
  if (programme === undefined && operator !== true) throw new WrongUsage(WHOSE);
  const [{ listAdmins, listOperators }, { resolveProgramme }] = await load();
  const items = await asOperator(io, async (call) => {
    if (programme !== undefined) return (await listAdmins(call, await resolveProgramme(call, programme))).items;
    return (await listOperators(call)).map((one) => ({ ...one, role: 'operator' as const }));
  });
  if (json === true) printJson(io, { items, next: null });
  else
    printRows(
      io,
      items.map((one) => [one.id, one.role, one.email, one.name, one.lastSignInAt ?? 'never signed in']),
    );
}

async function remove(io: Io, admin: string, { programme, operator }: Whose): Promise<void> {
  if (programme === undefined && operator !== true) throw new WrongUsage(WHOSE);
  const [{ listAdmins, removeAdmin, removeOperator }, { resolveProgramme }] = await load();
  await asOperator(io, async (call) => {
    if (programme === undefined) return removeOperator(call, admin);
    const place = await resolveProgramme(call, programme);
    const { items } = await listAdmins(call, place);
    const found = items.find((one) => one.email.toLowerCase() === admin.toLowerCase());
    return removeAdmin(call, place, found?.id ?? admin, { last: true });
  });
  io.err('The access is taken away.\n');
}

function load() {
  return Promise.all([import('../operations/admins.js'), import('../operations/programmes.js')]);
}
