import {
  findAuthorizeInvite,
  insertAuthorizeInvite,
  INVITE_DAYS,
  type AuthorizeInvite,
} from '../../database/authorize-invites.js';
import { recordAudit } from '../../database/audit-log.js';
import { enqueue } from '../../database/outbox.js';
import { authorizeInviteSchema } from '../../domain/integration.js';
import { findProvider } from '../../providers/registry.js';
import { authorize } from './commands.js';
import { enter, type Call, type Context } from './context.js';
import { once, type Asked } from './idempotency.js';
import { requireIntegration, type Place } from './places.js';
import { readBody, Refusal, type Fault } from './refusals.js';

/** Asking a colleague for the credentials: a mail with a one-time link, and the page that it opens. */
export async function inviteToAuthorize(call: Call, place: Place, asked: Asked): Promise<void> {
  const { integration } = place;
  await enter(call, place.programme, 'write', async (trx, programme) => {
    const found = await requireIntegration(trx, integration);
    const scope = { programme: programme.id, subject: found.id, command: 'authorize-invite' };
    await once(call, trx, scope, asked, async () => {
      const { email } = readBody(authorizeInviteSchema, asked.body);
      if (found.state === 'draft') {
        throw new Refusal('illegal-state', 'The integration is not set up yet: give the initial setup first.');
      }
      if (findProvider(found.provider)?.files !== undefined) {
        throw new Refusal('illegal-state', 'This provider has no credentials to ask for: upload a file (…/upload).');
      }
      if (findProvider(found.provider)?.linking !== undefined) {
        throw new Refusal('illegal-state', 'This provider has links of its own: ask for one with …/authorize/link.');
      }
      const invite = await insertAuthorizeInvite(trx, programme.id, found.id);
      await enqueue(trx, [
        {
          integration: found.id,
          import: null,
          member: null,
          kind: 'authorize-invite',
          dedupeKey: `authorize-invite:${invite}`,
          recipient: email,
          payload: {
            programmeName: programme.name,
            integrationName: found.name,
            providerName: findProvider(found.provider)?.name ?? found.provider,
            invite,
            days: INVITE_DAYS,
          },
        },
      ]);
      await recordAudit(trx, {
        programme: programme.id,
        actor: call.actor.name,
        action: 'authorize-invite',
        subject: found.id,
      });
      return null;
    });
  });
  await call.context.temporal.letMailsGo(place);
}

/** What the page behind a link shows; nothing but its state once it cannot be used any more. */
export interface AuthorizePage {
  readonly state: AuthorizeInvite['state'] | 'unknown';
  readonly programme: string | null;
  readonly integration: string | null;
  readonly provider: string | null;
  readonly fields: readonly {
    readonly name: string;
    readonly label: string;
    readonly help: string;
    readonly secret: boolean;
    readonly example: string;
  }[];
  readonly neverRead: readonly string[];
}

/** Opening a link spends nothing: scanners of mail servers open it too. */
export async function openAuthorizeInvite({ db }: Context, token: string): Promise<AuthorizePage> {
  return page(await findAuthorizeInvite(db, token));
}

export type Authorized =
  | { readonly outcome: 'done'; readonly people: number; readonly exact: boolean }
  | { readonly outcome: 'pending' }
  | { readonly outcome: 'refused'; readonly detail: string; readonly faults: readonly Fault[] };

/**
 * Carries out authorize in the link's name, and nothing else: a credential of the programme cannot be chosen by it.
 * @returns null where the link is not open.
 */
export async function authorizeByInvite(
  context: Context,
  token: string,
  given: Readonly<Record<string, unknown>>,
): Promise<Authorized | null> {
  const invite = await findAuthorizeInvite(context.db, token);
  const fields = page(invite).fields;
  if (invite?.state !== 'open') return null;
  const { programme, integration } = invite;
  const call: Call = { context, actor: { role: 'admin', name: `invited to authorize (${invite.id})`, programme } };
  const body = Object.fromEntries(fields.map(({ name }) => [name, given[name]]));
  try {
    const answer = await authorize(call, { programme, integration }, { body });
    if (answer.pending) return { outcome: 'pending' };
    return { outcome: 'done', people: answer.body.seen.people, exact: answer.body.seen.exact };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { outcome: 'refused', detail: error.message, faults: error.faults };
  }
}

function page(invite: AuthorizeInvite | null): AuthorizePage {
  const provider = invite?.state === 'open' ? findProvider(invite.provider) : undefined;
  return {
    state: invite?.state ?? 'unknown',
    programme: provider === undefined ? null : (invite?.programmeName ?? null),
    integration: provider === undefined ? null : (invite?.integrationName ?? null),
    provider: provider?.name ?? null,
    fields: provider?.form.fields ?? [],
    neverRead: provider?.neverRead ?? [],
  };
}
