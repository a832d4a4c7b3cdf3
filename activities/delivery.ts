import { setMaxListeners } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { settle, type MailFate } from '../database/outbox-fates.js';
import { claim, type ClaimedMail, type MailScope } from '../database/outbox.js';
import { inProgramme } from '../database/transaction.js';
import {
  MAIL_CONNECTIONS,
  MailDeferred,
  MailFateUnknown,
  MailRefused,
  MailServerUnreachable,
  type MailTransport,
} from '../mails/transport.js';
import type { Logger } from '../config/logging.js';
import type { Database } from '../database/connection.js';
import type { RenderedMail } from '../mails/layout.js';

/**
 * Empties the outbox of one scope. One transaction after the other writes down what became of the mails that came back
 * and claims a few more: so only what is about to be handed over is `sending` when the process dies, and the commits are
 * shared by all that came back meanwhile.
 */
export interface DeliveryOptions {
  readonly db: Database;
  readonly mail: MailTransport;
  readonly log: Logger;
  readonly programme: string;
  readonly scope: MailScope;
  /** Whether an invitation needs a link of ours. */
  readonly links: boolean;
  readonly compose: (mail: ClaimedMail) => Promise<RenderedMail>;
  /** Stops claiming; mails under way have a moment to end. */
  readonly signal: AbortSignal;
  readonly onProgress: (tally: Tally) => void;
  /** How long to wait before the second, third … try of a server that does not answer; after the last one it is down. */
  readonly pauses: readonly number[];
}

export interface Tally {
  sent: number;
  refused: number;
  unknown: number;
}

/**
 * As many again as there are connections, so that none stands idle while the ledger is written (+ 15 % measured). Not
 * more: all of them are "unknown" when the process is killed.
 */
const MOST_UNDER_WAY = 2 * MAIL_CONNECTIONS;
/** How long mails under way may go on after a cancellation before their connection is cut. */
const LAST_MOMENT_MS = 5_000;
/** A database that restarts must not make a mail "unknown" whose fate is known: the ledger is written again. */
const LEDGER_PAUSES = [500, 1_000, 2_000, 4_000, 8_000];

/** What the header of a mail calls it (interfaces: `X-Rollcall-Kind`), where its row has another name. */
const HEADED: Readonly<Record<string, string>> = { 'welcome-back': 'reactivation' };

export class Delivery {
  readonly tally: Tally = { sent: 0, refused: 0, unknown: 0 };
  /** True once the server did not answer any more. */
  unreachable = false;
  readonly #options: DeliveryOptions;
  readonly #underWay = new Set<Promise<void>>();
  readonly #cut = new AbortController();
  #fates: MailFate[] = [];
  /** Failures of the server in a row; a mail counts only if it was handed over after the last one was noticed. */
  #failures = 0;
  #noticed = 0;
  /** A failure was noticed and nobody has waited for it yet. */
  #doubt = false;
  #broken: { readonly error: unknown } | null = null;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    setMaxListeners(2 * MOST_UNDER_WAY, this.#cut.signal);
  }

  /** Resolves when nothing is left that could go now; rejects when the ledger or a text cannot be written. */
  async run(): Promise<void> {
    const { signal } = this.#options;
    let cutting: NodeJS.Timeout | undefined;
    const stop = () => void (cutting = setTimeout(() => this.#cut.abort(), LAST_MOMENT_MS));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    try {
      await this.#loop();
    } finally {
      clearTimeout(cutting);
      signal.removeEventListener('abort', stop);
    }
    if (this.#broken !== null) throw this.#broken.error;
  }

  async #loop(): Promise<void> {
    for (;;) {
      if (this.#doubt && this.#underWay.size === 0) await this.#pause();
      const room = this.#room();
      if (room > 0 || this.#fates.length > 0) {
        const claimed = await this.#writeLedger(room);
        claimed.forEach((mail) => this.#handOver(mail));
        this.#options.onProgress(this.tally);
      }
      // What ended while the ledger was written is written down before anything is waited for: a mail that hangs must
      // not keep the others "sending".
      if (this.#fates.length === 0) {
        if (this.#underWay.size === 0) return;
        await Promise.race(this.#underWay);
      }
      // Those that end in the same moment share a transaction.
      await nextTurn();
    }
  }

  /** A server in doubt is tried with one mail at a time, so that at most one more can be lost to it. */
  #room(): number {
    if (this.#options.signal.aborted || this.unreachable || this.#broken !== null) return 0;
    if (this.#failures > 0) return this.#underWay.size === 0 ? 1 : 0;
    return MOST_UNDER_WAY - this.#underWay.size;
  }

  async #pause(): Promise<void> {
    this.#doubt = false;
    await this.#writeLedger(0);
    const pause = this.#options.pauses[this.#failures - 1];
    if (pause === undefined) this.unreachable = true;
    else await waitFor(pause, this.#options.signal);
  }

  async #writeLedger(room: number): Promise<ClaimedMail[]> {
    const { db, programme, scope, links, log } = this.#options;
    for (let attempt = 0; ; attempt += 1) {
      const fates = [...this.#fates];
      try {
        const claimed = await inProgramme(db, programme, async (trx) => {
          await settle(trx, fates);
          return room > 0 ? claim(trx, scope, room, links) : [];
        });
        this.#fates = this.#fates.slice(fates.length);
        return claimed;
      } catch (error) {
        const pause = LEDGER_PAUSES[attempt];
        if (pause === undefined) throw error;
        const code = error instanceof Error && 'code' in error ? error.code : 'unknown';
        log.warn({ code, import: scope.import, mails: fates.length }, 'what became of mails could not be written');
        await waitFor(pause, this.#options.signal);
      }
    }
  }

  #handOver(mail: ClaimedMail): void {
    const noticed = this.#noticed;
    const under = this.#send(mail).then((fate) => {
      this.#underWay.delete(under);
      this.#fates.push(fate);
      this.#count(fate, noticed);
    });
    this.#underWay.add(under);
  }

  async #send(mail: ClaimedMail): Promise<MailFate> {
    const { compose, mail: transport } = this.#options;
    try {
      const { id, kind, integration, messageId, recipient } = mail;
      const headed = HEADED[kind] ?? kind;
      const text = await compose(mail);
      await transport.send({ kind: headed, integration, messageId, to: recipient, ...text }, this.#cut.signal);
      this.#options.log.debug({ mail: id, kind }, 'mail sent');
      return { mail, fate: 'sent', problem: null };
    } catch (error) {
      return { mail, ...this.#fateOf(error) };
    }
  }

  #fateOf(error: unknown): Pick<MailFate, 'fate' | 'problem'> {
    if (error instanceof MailRefused) return { fate: 'refused', problem: error.message };
    if (error instanceof MailDeferred) return { fate: 'deferred', problem: error.message };
    if (error instanceof MailFateUnknown) return { fate: 'unknown', problem: error.message };
    if (error instanceof MailServerUnreachable) return { fate: 'unreachable', problem: error.message };
    // A text that cannot be written is our own fault: the mail waits, and the activity fails with it.
    this.#broken ??= { error };
    return { fate: 'unreachable', problem: 'The text of the mail could not be written.' };
  }

  #count({ fate, problem }: MailFate, noticed: number): void {
    if (fate === 'sent' || fate === 'refused' || fate === 'unknown') this.tally[fate] += 1;
    if (fate !== 'unreachable' && fate !== 'unknown') {
      if (noticed === this.#noticed) this.#failures = 0;
      return;
    }
    if (noticed !== this.#noticed) return;
    this.#failures += 1;
    this.#noticed += 1;
    this.#doubt = true;
    this.#options.log.warn({ import: this.#options.scope.import, problem }, 'the mail server failed');
  }
}

function waitFor(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
  });
}
