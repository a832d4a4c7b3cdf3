import { Context } from '@temporalio/activity';
import { pagesAt } from '../config/public-addresses.js';
import { deleteEndedSessions } from '../database/admin-sessions.js';
import { deleteOldAttempts } from '../database/sign-in-attempts.js';
import {
  claimLinkMail,
  countLinkMails,
  deleteOldLinks,
  INVITE_DAYS,
  settleLinkMail,
  SIGN_IN_MINUTES,
  type LinkMail,
} from '../database/sign-in-links.js';
import { inAccounts } from '../database/transaction.js';
import { adminInviteSchema, renderAdminInvite } from '../mails/admin-invite.js';
import { renderSignIn } from '../mails/sign-in.js';
import { MailRefused, MailDeferred, MailFateUnknown, MailServerUnreachable } from '../mails/transport.js';
import type { NotifyDependencies, SendMailsResult } from './notify.js';
import type { Database } from '../database/connection.js';
import type { RenderedMail } from '../mails/layout.js';

/**
 * Mails with one-time links for admins. They belong to no programme and to no run, and there are few of them: one after
 * the other is enough. A mail whose fate is unknown goes out again, with another token; the one before opens nothing.
 */
const WAIT_SECONDS = 15;
const MOST_IN_ONE_CALL = 500;

export function createAccountMails({ db, mail, publicUrl, log }: NotifyDependencies) {
  const pages = pagesAt(publicUrl);

  async function deliver(link: LinkMail, signal: AbortSignal): Promise<'sent' | 'refused' | 'later'> {
    const text = await compose(link, pages.signIn(link.token));
    const messageId = `<sign-in-link-${link.id}@rollcall>`;
    const kind = link.purpose === 'invite' ? 'admin-invite' : 'sign-in';
    try {
      await mail.send({ kind, integration: null, messageId, to: link.recipient, ...text }, signal);
      return 'sent';
    } catch (error) {
      if (error instanceof MailRefused) return 'refused';
      if (![MailDeferred, MailFateUnknown, MailServerUnreachable].some((known) => error instanceof known)) throw error;
      log.warn({ link: link.id, problem: String(error) }, 'a sign-in link could not be mailed yet');
      return 'later';
    }
  }

  /** Sends all that wait; stops at the first that the mail server does not take. */
  async function sendAccountMails(): Promise<SendMailsResult> {
    const context = Context.current();
    const tally = { sent: 0, refused: 0, unknown: 0 };
    let reachable = true;
    for (let count = 0; reachable && count < MOST_IN_ONE_CALL; count += 1) {
      context.heartbeat({ ...tally });
      const link = await inAccounts(db, claimLinkMail);
      if (link === null) break;
      const fate = await deliver(link, context.cancellationSignal);
      if (fate === 'later') reachable = false;
      else {
        await inAccounts(db, (trx) => settleLinkMail(trx, link.id, fate));
        tally[fate] += 1;
      }
    }
    const left = await inAccounts(db, countLinkMails);
    return { ...tally, left, waitSeconds: left === 0 ? null : reachable ? 0 : WAIT_SECONDS, reachable };
  }

  return { sendAccountMails };
}

/** Throws away what has ended. @returns how many mails wait, so that somebody looks after them. */
export function sweepAccounts(db: Database): Promise<number> {
  return inAccounts(db, async (trx) => {
    await deleteEndedSessions(trx);
    await deleteOldLinks(trx);
    await deleteOldAttempts(trx);
    return countLinkMails(trx);
  });
}

function compose({ purpose, name, payload }: LinkMail, link: string): Promise<RenderedMail> {
  if (purpose === 'sign-in') return renderSignIn({ name, minutes: SIGN_IN_MINUTES }, link);
  return renderAdminInvite({ ...adminInviteSchema.parse(payload), name, days: INVITE_DAYS }, link);
}
