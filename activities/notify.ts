import { Context } from '@temporalio/activity';
import { pagesAt } from '../config/public-addresses.js';
import { noteMembersAfter } from '../database/import-runs.js';
import { findReportFacts, findSender, type ReportFacts, type Sender } from '../database/reports.js';
import { enqueue, recover, waiting, type ClaimedMail, type MailScope } from '../database/outbox.js';
import { inProgramme, type Transaction } from '../database/transaction.js';
import { attentionSchema, renderAttention } from '../mails/attention.js';
import { authorizeInviteSchema, renderAuthorizeInvite } from '../mails/authorize-invite.js';
import { closeDownSchema, renderCloseDown, renderWelcomeBack } from '../mails/close-down.js';
import { prepareInvitation } from '../mails/invitation.js';
import { renderReport, reportSchema, type Report } from '../mails/report.js';
import type { MailTransport } from '../mails/transport.js';
import { noteEnding } from './attention.js';
import { Delivery, type Tally } from './delivery.js';
import { readersOf } from './readers.js';
import { isAccessCode } from '../domain/attention.js';
import type { Ending } from '../domain/import-ending.js';
import type { Logger } from '../config/logging.js';
import type { Database } from '../database/connection.js';
import type { RenderedMail } from '../mails/layout.js';

/**
 * The activities of the mail queue: what waits in the outbox goes out, and the report of a run is put there. Repeating
 * either is harmless: an invitation goes out at most once, a report has one row for each reader.
 */
export interface NotifyDependencies {
  readonly db: Database;
  readonly mail: MailTransport;
  /** Where people reach the portal and the API. */
  readonly publicUrl: string;
  readonly log: Logger;
  /** Milliseconds between the tries of a mail server that does not answer. */
  readonly pauses?: readonly number[];
}

export interface SendMailsInput {
  readonly programme: string;
  readonly integration: string;
  /** null: whatever the integration's ended imports left behind. */
  readonly import: string | null;
  readonly kinds?: readonly string[];
}

/** Of this call alone, but for `left`. */
export interface SendMailsResult extends Tally {
  /** What waits and may still go out: call again after `waitSeconds`. After revoke, invitations do not count. */
  readonly left: number;
  readonly waitSeconds: number | null;
  /** Where invitations wait for the next wave alone: in how many seconds it goes. Results of earlier versions lack it. */
  readonly nextWaveIn?: number | null;
  /** False when the mail server did not answer. */
  readonly reachable: boolean;
}

export interface ReportedRun {
  readonly programme: string;
  readonly integration: string;
  readonly import: string;
}

const KINDS = ['invitation', 'close-down', 'welcome-back', 'report', 'attention', 'authorize-invite'] as const;
const HEARTBEAT_MS = 3_000;
/** Three tries: 4 s against a server that refuses, under 20 s against one that is silent. */
const PAUSES_MS = [1_000, 3_000];
const WAIT_FOR_SERVER_SECONDS = 60;

export function createNotify(dependencies: NotifyDependencies) {
  const { db } = dependencies;
  return {
    /** Sends all that is due; returns early, with `left`, when the mail server cannot be reached. */
    sendMails: (input: SendMailsInput): Promise<SendMailsResult> => sendMails(dependencies, input),

    /** Tells the end that the run is about to have, so that the report is there when people see it ended. */
    enqueueReport: ({
      run,
      ending,
    }: {
      readonly run: ReportedRun;
      readonly ending: Ending;
    }): Promise<{ enqueued: number }> =>
      inProgramme(db, run.programme, async (trx) => {
        await noteEnding(trx, run, ending);
        return { enqueued: await enqueueReport(trx, run, ending) };
      }),
  };
}

/** One mail for each reader, once, whatever is repeated. */
export async function enqueueReport(trx: Transaction, run: ReportedRun, ending: Ending): Promise<number> {
  const facts = await findReportFacts(trx, run, ending);
  if (facts === null) return 0;
  await noteMembersAfter(trx, run.import, facts.members);
  if (!isWanted(facts)) return 0;
  const payload = toReport(facts);
  const mails = readersOf(facts.live, facts.createdBy).map((recipient) => ({
    integration: run.integration,
    import: run.import,
    member: null,
    kind: 'report',
    dedupeKey: `report:${run.import}:${recipient.toLowerCase()}`,
    recipient,
    payload,
  }));
  return enqueue(trx, mails);
}

async function sendMails(dependencies: NotifyDependencies, input: SendMailsInput): Promise<SendMailsResult> {
  const { db, mail, log } = dependencies;
  const context = Context.current();
  const signal = context.cancellationSignal;
  const scope: MailScope = { integration: input.integration, import: input.import, kinds: [...(input.kinds ?? KINDS)] };
  const start = await inProgramme(db, input.programme, async (trx) => ({
    sender: await findSender(trx, input.programme, input.integration),
    recovered: await recover(trx, scope),
  }));
  if (start.sender === null) return { sent: 0, refused: 0, unknown: 0, left: 0, waitSeconds: null, reachable: true };
  const delivery = new Delivery({
    db,
    mail,
    log,
    scope,
    signal,
    programme: input.programme,
    links: start.sender.signInUrl === null,
    compose: composer(dependencies.publicUrl, input.programme, start.sender),
    onProgress: (tally) => context.heartbeat({ ...tally }),
    pauses: dependencies.pauses ?? PAUSES_MS,
  });
  const beat = setInterval(() => context.heartbeat({ ...delivery.tally }), HEARTBEAT_MS);
  try {
    await delivery.run();
  } finally {
    clearInterval(beat);
  }
  if (signal.aborted) await context.cancelled;
  const rest = await inProgramme(db, input.programme, (trx) => waiting(trx, scope));
  const tally = { ...delivery.tally, unknown: delivery.tally.unknown + start.recovered.unknown };
  const reachable = !delivery.unreachable;
  const waitSeconds = rest.dueIn === null || reachable ? rest.dueIn : Math.max(rest.dueIn, WAIT_FOR_SERVER_SECONDS);
  log.info({ import: input.import, ...tally, left: rest.left, reachable }, 'mails sent');
  const nextWaveIn = reachable && rest.nextWaveIn !== null && rest.nextWaveIn === rest.dueIn ? rest.nextWaveIn : null;
  return { ...tally, left: rest.left, waitSeconds, nextWaveIn, reachable };
}

/** Writes a mail's text when it is claimed; what all invitations have in common is written once. */
function composer(publicUrl: string, programme: string, sender: Sender): (mail: ClaimedMail) => Promise<RenderedMail> {
  const pages = pagesAt(publicUrl);
  let prepared: ReturnType<typeof prepareInvitation> | undefined;
  return async (mail) => {
    const place = { programme, integration: mail.integration, import: mail.import ?? '' };
    switch (mail.kind) {
      case 'invitation': {
        prepared ??= prepareInvitation({ programme: sender.programmeName, signInUrl: sender.signInUrl });
        const fill = await prepared;
        const link = sender.signInUrl ?? pages.join(mail.link?.token ?? '');
        return fill({ firstName: mail.firstName, link });
      }
      case 'close-down': {
        const { endsOn, sooner } = closeDownSchema.parse(mail.payload);
        return renderCloseDown({ endsOn, sooner, programmeName: sender.programmeName, firstName: mail.firstName });
      }
      case 'welcome-back':
        return renderWelcomeBack({ programmeName: sender.programmeName, firstName: mail.firstName });
      case 'report': {
        const links = { import: pages.import(place), decision: pages.decision(place) };
        return renderReport(reportSchema.parse(mail.payload), links);
      }
      case 'attention':
        return renderAttention(attentionSchema.parse(mail.payload), pages.integration(place));
      case 'authorize-invite':
        return renderAuthorizeInvite(
          authorizeInviteSchema.parse(mail.payload),
          pages.authorize(mail.link?.token ?? ''),
        );
      default:
        throw new Error(`There is no mail of the kind "${mail.kind}"; there are ${KINDS.join(', ')}.`);
    }
  };
}

/** Lost access has a mail of its own, once; every run until somebody acts would report the same. */
function isWanted({ run, live }: ReportFacts): boolean {
  if (run.kind === 'review' || isAccessCode(run.failure?.code ?? null)) return false;
  const { counts } = run;
  const urgent = run.state === 'failed' || run.held?.question === run.id;
  const changes = counts.created + counts.adopted + counts.reactivated + counts.transferred + counts.updated;
  const removals = counts.leaver + counts.revoked + counts.vanished;
  switch (live.reportOn ?? 'always') {
    case 'always':
      return true;
    case 'changes':
      return urgent || changes + removals > 0;
    case 'problems':
      return urgent || counts.error + counts.warnings > 0 || run.complete?.proven === false;
  }
}

function toReport({ run, programmeName, integrationName, first, mailsRefused }: ReportFacts): Report {
  const unproven = run.complete?.proven === false && run.state !== 'failed' ? run.complete.reason : null;
  return {
    programmeName,
    integrationName,
    kind: run.kind,
    state: run.state,
    first,
    counts: run.counts,
    impact: run.impact,
    unproven,
    held: run.held && {
      count: run.held.count,
      causes: run.held.causes,
      asks: run.held.question === run.id,
      expiresAt: run.held.expiresAt,
    },
    failure: run.failure,
    mailsRefused,
  };
}
