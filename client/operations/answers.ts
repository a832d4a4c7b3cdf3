import { z } from 'zod';
import type { CommandName, CommandReply } from '../../workflows/messages.js';
import { countDecided, type Decided } from '../../database/decisions.js';
import { lastDone } from './audit-log.js';
import { enter, type Call } from './context.js';
import { getImport, type ImportView } from './imports.js';
import { getIntegration, type IntegrationView } from './integrations.js';
import type { Place } from './places.js';
import { Refusal, REFUSALS, type RefusalCode } from './refusals.js';

/** What a command is answered with, made from the workflow's reply and from what then stands in the database. */
const replySchema = z.union([
  z.object({
    outcome: z.literal('done'),
    import: z.string().optional(),
    joined: z.boolean().optional(),
    approved: z.boolean().optional(),
    byImport: z.boolean().optional(),
    mails: z.boolean().optional(),
  }),
  z.object({ outcome: z.literal('refused'), code: z.string(), detail: z.string() }),
]);

/** The reply that a turn has left in the operation's row, or null. */
export function readReply(result: unknown): CommandReply | null {
  const parsed = replySchema.safeParse(result);
  return parsed.success ? (parsed.data as CommandReply) : null;
}

const ANSWERED_BY_IMPORT: readonly CommandName[] = [
  'review',
  'cancelImport',
  'importPerson',
  'retryErrors',
  'undo',
  'reviewUndo',
];

type Done = Extract<CommandReply, { outcome: 'done' }>;

export async function answerOf(
  call: Call,
  place: Place,
  { id, command }: { readonly id: string; readonly command: CommandName },
  reply: Done,
): Promise<{ status: number; body: unknown }> {
  if (command === 'decide') return { status: 200, body: await decided(call, place, id) };
  if (command === 'importNow') return { status: 202, body: await joinedImport(call, place, reply) };
  if (ANSWERED_BY_IMPORT.includes(command)) {
    return { status: 202, body: await getImport(call, { ...place, import: importOf(reply) }) };
  }
  if (command === 'upload' && reply.import !== undefined) {
    return { status: 202, body: await getImport(call, { ...place, import: reply.import }) };
  }
  // What was removed can be shown no more.
  if (command === 'remove') return { status: 204, body: null };
  const integration = await getIntegration(call, place);
  if (command !== 'publish') return { status: 200, body: integration };
  return { status: 200, body: await published(call, place, reply, integration) };
}

function decided(call: Call, place: Place, operation: string): Promise<Decided> {
  return enter(call, place.programme, 'read', (trx) => countDecided(trx, place.integration, operation));
}

async function joinedImport(call: Call, place: Place, reply: Done): Promise<ImportView & { joined: boolean }> {
  return { ...(await getImport(call, { ...place, import: importOf(reply) })), joined: reply.joined ?? false };
}

async function published(
  call: Call,
  place: Place,
  reply: Done,
  integration: IntegrationView,
): Promise<IntegrationView & { firstImport: ImportView }> {
  return { ...integration, firstImport: await getImport(call, { ...place, import: importOf(reply) }) };
}

function importOf(reply: Done): string {
  if (reply.import === undefined) throw new Error('The integration answered without naming the import.');
  return reply.import;
}

/** The same with who it was and when, for what somebody else has changed meanwhile. */
export async function changedMeanwhile(call: Call, { programme, integration }: Place, action: CommandName) {
  const last = await lastDone(call, programme, { subject: integration, action });
  const what =
    last === null ? 'Somebody has saved other settings' : `${last.sentence.replace(/\.$/, '')} at ${last.at}`;
  return new Refusal(
    'changed-meanwhile',
    `${what}, after you looked at it. Nothing was saved: look at what is there now, or send yours with its version (or without If-Match) to replace it.`,
  );
}

/** A refusal of the workflow in the words of people's side; an HR system that is down refuses credentials for now. */
export function refusalOf(reply: { code: string; detail: string }): Refusal {
  const code = reply.code === 'provider-unavailable' ? 'credentials-refused' : reply.code;
  return new Refusal(Object.hasOwn(REFUSALS, code) ? (code as RefusalCode) : 'illegal-state', reply.detail);
}
