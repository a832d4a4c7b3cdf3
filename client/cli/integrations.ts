import type { Command } from 'commander';
import type { Answer } from '../operations/carry-out.js';
import type { Call } from '../operations/context.js';
import type { IntegrationView } from '../operations/integrations.js';
import type { Asked } from '../operations/idempotency.js';
import type { Place } from '../operations/places.js';
import { addFields } from './fields.js';
import { printJson, printObject, printRows, readBytes, readJson, type Io } from './io.js';
import { asOperator } from './operator.js';

interface Json {
  json?: boolean;
}

export function addIntegrations(program: Command, io: Io): void {
  const integrations = program.command('integrations').description('connections to HR systems');
  addReading(integrations, io);
  addFields(integrations, io, placeOf);
  addWithBody(integrations, io);
  addWithoutBody(integrations, io);
}

function addReading(integrations: Command, io: Io): void {
  integrations
    .command('list')
    .requiredOption('--programme <programme>', 'id or unique name')
    .option('--json', 'print the list as JSON')
    .action(async (options: Json & { programme: string }) => {
      const [{ listIntegrations }, { resolveProgramme }, { allOf }] = await Promise.all([
        import('../operations/integrations.js'),
        import('../operations/programmes.js'),
        import('../operations/every-page.js'),
      ]);
      const items = await asOperator(io, async (call) => {
        const programme = await resolveProgramme(call, options.programme);
        return allOf((page) => listIntegrations(call, programme, page));
      });
      if (options.json === true) printJson(io, { items, next: null });
      else
        printRows(
          io,
          items.map((item) => [item.id, item.state, item.provider, item.name, ...needs(item)]),
        );
    });

  integrations
    .command('show')
    .argument('<integration>')
    .option('--json', 'print the integration as JSON')
    .action(async (id: string, options: Json) => {
      const { getIntegration } = await import('../operations/integrations.js');
      const integration = await asOperator(io, async (call) => getIntegration(call, await placeOf(call, id)));
      if (options.json === true) printJson(io, integration);
      else printObject(io, integration);
    });

  integrations
    .command('create')
    .requiredOption('--programme <programme>', 'id or unique name')
    .requiredOption('--provider <provider>', 'as `providers list` shows it')
    .requiredOption('--name <name>', 'how people will know it')
    .option('--json', 'print the integration instead of its id')
    .action(async (options: Json & { programme: string; provider: string; name: string }) => {
      const [{ createIntegration }, { resolveProgramme }] = await Promise.all([
        import('../operations/integrations.js'),
        import('../operations/programmes.js'),
      ]);
      const { provider, name } = options;
      const made = await asOperator(io, async (call) =>
        createIntegration(call, await resolveProgramme(call, options.programme), { provider, name }),
      );
      if (options.json === true) printJson(io, made);
      else io.out(`${made.id}\n`);
    });
}

const needs = ({ needsAttention }: IntegrationView): readonly string[] =>
  needsAttention === null ? [] : [`needs attention: ${needsAttention.code}`];

const WITH_BODY = [
  { name: 'setup', operation: 'setUp', about: 'replace the setup' },
  { name: 'authorize', operation: 'authorize', about: 'probe credentials and use them from now on' },
  { name: 'map', operation: 'map', about: 'replace the mapping' },
  { name: 'segment', operation: 'segment', about: 'replace the rule of who is eligible' },
] as const;

/** Bodies, and so credentials, come from a file or from standard input. */
function addWithBody(integrations: Command, io: Io): void {
  for (const { name, operation, about } of WITH_BODY) {
    integrations
      .command(name)
      .description(`${about}; the body is JSON on standard input, or in a file`)
      .argument('<integration>')
      .option('--file <file>', 'read the body from here')
      .option('--json', 'print the integration instead of its state')
      .action(async (id: string, options: Json & { file?: string }) => {
        const body = await readJson(io, options.file);
        const integration = await command(
          io,
          id,
          body,
          async () => (await import('../operations/commands.js'))[operation],
        );
        if (options.json === true) printJson(io, integration);
        else io.out(`${integration.state}\n`);
        const { seen } = integration;
        if (operation === 'authorize' && seen !== null) {
          io.err(`Seen: ${seen.exact ? '' : 'at least '}${seen.people} people, ${seen.fields.length} fields.\n`);
        }
      });
  }
}

function addWithoutBody(integrations: Command, io: Io): void {
  integrations
    .command('publish')
    .description('make it live and start an import; prints the id of that import')
    .argument('<integration>')
    .option('--json', 'print the integration with its import')
    .action(async (id: string, options: Json) => {
      const published = await command(
        io,
        id,
        undefined,
        async () => (await import('../operations/commands.js')).publish,
      );
      if (options.json === true) printJson(io, published);
      else io.out(`${published.firstImport.id}\n`);
    });

  integrations
    .command('pause')
    .argument('<integration>')
    .option('--note <text>', 'why, for whoever looks at it later')
    .option('--json', 'print the integration instead of its state')
    .action(async (id: string, options: Json & { note?: string }) => {
      const body = options.note === undefined ? {} : { note: options.note };
      const paused = await command(io, id, body, async () => (await import('../operations/commands.js')).pause);
      if (options.json === true) printJson(io, paused);
      else io.out(`${paused.state}\n`);
    });

  for (const { name, about } of PLAIN) {
    integrations
      .command(name)
      .description(about)
      .argument('<integration>')
      .option('--json', 'print the integration instead of its state')
      .action(async (id: string, options: Json) => {
        const after = await command(io, id, undefined, async () => (await import('../operations/commands.js'))[name]);
        if (options.json === true) printJson(io, after);
        else io.out(`${after.state}\n`);
      });
  }

  integrations
    .command('link')
    .description('open the linking page of an HR system that has one; prints the token for it')
    .argument('<integration>')
    .option('--json', 'print the token and the address of the page')
    .action(async (id: string, options: Json) => {
      const { beginLink } = await import('../operations/linking.js');
      const link = await asOperator(io, async (call) => beginLink(call, await placeOf(call, id)));
      if (options.json === true) printJson(io, link);
      else io.out(`${link.linkToken}\n`);
      if (link.url !== null) io.err(`Open ${link.url}\n`);
    });

  integrations
    .command('upload')
    .description('give the directory as a CSV file; the first stands for authorize, each later one starts an import')
    .argument('<integration>')
    .argument('<file>', 'the file, or - for standard input')
    .option('--json', 'print the integration, or the import')
    .action(async (id: string, path: string, options: Json) => {
      const { upload } = await import('../operations/uploads.js');
      const answer = await asOperator(io, async (call) =>
        upload(call, await placeOf(call, id), { bytes: readBytes(io, path) }),
      );
      const taken = answered(answer);
      if (options.json === true) printJson(io, taken);
      else io.out(`${'seen' in taken ? taken.state : taken.id}\n`);
      if ('seen' in taken && taken.seen !== null) {
        io.err(`Seen: ${taken.seen.people} lines, ${taken.seen.fields.length} fields.\n`);
      }
    });

  integrations
    .command('invite')
    .description('mail a colleague a one-time link that opens only the authorize step')
    .argument('<integration>')
    .requiredOption('--email <address>', 'whom to ask for the credentials')
    .action(async (id: string, { email }: { email: string }) => {
      const { inviteToAuthorize } = await import('../operations/authorize-invites.js');
      await asOperator(io, async (call) => inviteToAuthorize(call, await placeOf(call, id), { body: { email } }));
      io.err(`${email} gets a link that opens this step alone.\n`);
    });

  integrations
    .command('remove')
    .description('remove an integration that is not live; members stay')
    .argument('<integration>')
    .action(async (id: string) => {
      await command(io, id, undefined, async () => (await import('../operations/commands.js')).remove);
      io.err('Removed; its members stay.\n');
    });

  integrations
    .command('review')
    .description('work out what an import would change now, and change nothing; prints the id of the review')
    .argument('<integration>')
    .option('--json', 'print the review')
    .action(async (id: string, options: Json) => {
      const review = await command(io, id, undefined, async () => (await import('../operations/commands.js')).review);
      if (options.json === true) printJson(io, review);
      else io.out(`${review.id}\n`);
    });
}

const PLAIN = [
  { name: 'resume', about: 'start scheduled imports again; nothing is caught up' },
  { name: 'revoke', about: 'destroy the credentials, end what runs and delete the schedule; members stay' },
] as const;

/** Carries out one command on an integration; one that is not answered in time is an error that names its operation. */
export async function command<T>(
  io: Io,
  integration: string,
  body: unknown,
  load: () => Promise<(call: Call, place: Place, asked: Asked) => Promise<Answer<T>>>,
): Promise<T> {
  const run = await load();
  return answered(await asOperator(io, async (call) => run(call, await placeOf(call, integration), { body })));
}

/** @throws when nobody has carried it out yet, naming the operation. */
export function answered<T>(answer: Answer<T>): T {
  if (!answer.pending) return answer.body;
  throw new Error(
    `The command is not carried out yet; it waits for a worker. Ask GET /api/v1/operations/${answer.operation} later.`,
  );
}

async function placeOf(call: Call, integration: string): Promise<Place> {
  const { resolveOwner } = await import('../operations/programmes.js');
  return { programme: await resolveOwner(call, 'integration', integration), integration };
}
