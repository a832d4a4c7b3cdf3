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
import {
  claimPasswordMail,
  countPasswordMails,
  PASSWORD_LINK_MINUTES,
  settlePasswordMail,
  type PasswordMail,
} from '../database/password-links.js';
import { inAccounts, turnTo, type Transaction } from '../database/transaction.js';
import { adminInviteSchema, renderAdminInvite } from '../mails/admin-invite.js';
import { renderPasswordLink } from '../mails/password-link.js';
import { renderSignIn } from '../mails/sign-in.js';
import { MailRefused, MailDeferred, MailFateUnknown, MailServerUnreachable } from '../mails/transport.js';
import type { NotifyDependencies, SendMailsResult } from './notify.js';
import type { Database } from '../database/connection.js';
import type { RenderedMail } from '../mails/layout.js';

/**
 * Mails with one-time links that somebody asked for at a door: admins who sign in, members who choose another password.
 * They belong to no run, and there are few of them: one after the other is enough. A mail whose fate is unknown goes
 * out again, with another token; the one before opens nothing.
 */
const WAIT_SECONDS = 15;
const MOST_IN_ONE_CALL = 500;

/** A mail that was claimed, whoever it is for. */
interface Claimed {
  readonly kind: 'admin-invite' | 'sign-in' | 'password-link';
  readonly messageId: string;
  readonly recipient: string;
  readonly text: RenderedMail;
  readonly settle: (trx: Transaction, fate: 'sent' | 'refused') => Promise<void>;
}

export function createAccountMails({ db, mail, publicUrl, log }: NotifyDependencies) {
  const pages = pagesAt(publicUrl);

  async function claim(): Promise<Claimed | null> {
    const link = await inAccounts(db, claimLinkMail);
    if (link !== null) return ofAdmin(link, pages.signIn(link.token));
    const password = await inAccounts(db, claimPasswordMail);
    return password === null ? null : ofMember(password, pages.password(password.token));
  }

  async function deliver(claimed: Claimed, signal: AbortSignal): Promise<'sent' | 'refused' | 'later'> {
    const { kind, messageId, recipient, text } = claimed;
    try {
      await mail.send({ kind, integration: null, messageId, to: recipient, ...text }, signal);
      return 'sent';
    } catch (error) {
      if (error instanceof MailRefused) return 'refused';
      if (![MailDeferred, MailFateUnknown, MailServerUnreachable].some((known) => error instanceof known)) throw error;
      log.warn({ mail: messageId, problem: String(error) }, 'a one-time link could not be mailed yet');
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
      const claimed = await claim();
      if (claimed === null) break;
      const fate = await deliver(claimed, context.cancellationSignal);
      if (fate === 'later') reachable = false;
      else {
        await inAccounts(db, (trx) => claimed.settle(trx, fate));
        tally[fate] += 1;
      }
    }
    const left = await inAccounts(db, countWaiting);
    return { ...tally, left, waitSeconds: left === 0 ? null : reachable ? 0 : WAIT_SECONDS, reachable };
  }

  return { sendAccountMails };
}

async function countWaiting(trx: Transaction): Promise<number> {
  return (await countLinkMails(trx)) + (await countPasswordMails(trx));
}

/** Throws away what has ended. @returns how many mails wait, so that somebody looks after them. */
export function sweepAccounts(db: Database): Promise<number> {
  return inAccounts(db, async (trx) => {
    await deleteEndedSessions(trx);
    await deleteOldLinks(trx);
    await deleteOldAttempts(trx);
    return countWaiting(trx);
  });
}

async function ofAdmin({ id, purpose, name, recipient, payload }: LinkMail, link: string): Promise<Claimed> {
  return {
    kind: purpose === 'invite' ? 'admin-invite' : 'sign-in',
    messageId: `<sign-in-link-${id}@rollcall>`,
    recipient,
    text: await (purpose === 'invite'
      ? renderAdminInvite({ ...adminInviteSchema.parse(payload), name, days: INVITE_DAYS }, link)
      : renderSignIn({ name, minutes: SIGN_IN_MINUTES }, link)),
    settle: (trx, fate) => settleLinkMail(trx, id, fate),
  };
}

async function ofMember(
  { id, programme, programmeName, name, recipient }: PasswordMail,
  link: string,
): Promise<Claimed> {
  return {
    kind: 'password-link',
    messageId: `<password-link-${id}@rollcall>`,
    recipient,
    text: await renderPasswordLink({ name, programmeName, minutes: PASSWORD_LINK_MINUTES }, link),
    settle: async (trx, fate) => {
      await turnTo(trx, programme);
      await settlePasswordMail(trx, id, fate);
    },
  };
}
