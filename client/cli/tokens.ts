import { Option, type Command } from 'commander';
import { printJson, printRows, WrongUsage, type Io } from './io.js';
import { asOperator } from './operator.js';

interface CreateOptions {
  programme?: string;
  role?: 'admin' | 'viewer';
  operator?: boolean;
  json?: boolean;
}

export function addTokens(program: Command, io: Io): void {
  const tokens = program.command('tokens').description('tokens of the HTTP API');

  tokens
    .command('create')
    .addOption(new Option('--programme <programme>', 'id or unique name').conflicts('operator'))
    .addOption(new Option('--role <role>', 'what it may do (admin)').choices(['admin', 'viewer']).conflicts('operator'))
    .option('--operator', 'for every programme')
    .option('--json', 'print id and token')
    .action((options: CreateOptions) => create(io, options));

  tokens
    .command('list')
    .option('--json', 'print the list as JSON')
    .action(async (options: { json?: boolean }) => {
      const { listTokens } = await import('../operations/tokens.js');
      const items = await asOperator(io, listTokens);
      if (options.json === true) printJson(io, { items, next: null });
      else {
        const state = (item: (typeof items)[number]) => (item.revokedAt === null ? 'valid' : 'revoked');
        printRows(
          io,
          items.map((item) => [item.id, item.role, item.programme, `…${item.hint}`, item.lastUsedAt, state(item)]),
        );
      }
    });

  tokens
    .command('revoke')
    .argument('<token>', 'the id of the token, as `tokens list` shows it')
    .action(async (id: string) => {
      const { revokeToken } = await import('../operations/tokens.js');
      await asOperator(io, (call) => revokeToken(call, id));
      io.err('The token is revoked.\n');
    });
}

async function create(io: Io, { programme, role, operator, json }: CreateOptions): Promise<void> {
  if (programme === undefined && operator !== true) {
    throw new WrongUsage('Whose token? Give --programme <id or name>, or --operator.');
  }
  const [{ createToken }, { resolveProgramme }] = await Promise.all([
    import('../operations/tokens.js'),
    import('../operations/programmes.js'),
  ]);
  const made = await asOperator(io, async (call) =>
    programme === undefined
      ? createToken(call, { role: 'operator' })
      : createToken(call, { programme: await resolveProgramme(call, programme), role: role ?? 'admin' }),
  );
  if (json === true) printJson(io, made);
  else io.out(`${made.token}\n`);
}
