import type { CommandName, CommandReply } from '../domain/commands.js';
import type { Reconciled } from '../domain/reconciled.js';

/**
 * The one door to Temporal for people's side. The connection is lazy and repairs itself: an API starts, and answers
 * whatever Postgres can answer, while the server is down.
 */
export interface IntegrationAddress {
  readonly programme: string;
  readonly integration: string;
  readonly provider: string;
  /** For operators in the Temporal UI; no person's data. */
  readonly summary: string;
}

/** `pending`: it was sent, or may have been, and is not answered in time; the operation's row will tell. */
export type SendResult = CommandReply | 'pending' | 'gone';

export interface CommandSender {
  send(to: IntegrationAddress, command: CommandName, operation: string, patienceMs: number): Promise<SendResult>;
}

/** The workflow's turn itself broke; sent again under the same id, the answer would be the same. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
  constructor(cause: Error) {
    super('The integration could not carry out the command.', { cause });
  }
}

/** One thing that has to be there for commands and imports to work. */
export interface Check {
  readonly name: 'temporal' | 'search-attributes' | 'worker';
  readonly ok: boolean;
  readonly detail: string;
}

export interface TemporalDoor extends CommandSender {
  /** When the integration's schedule fires next; null without a schedule, while it is paused, or unreachable. */
  nextImportAt(integration: string): Promise<string | null>;
  check(patienceMs: number): Promise<Check[]>;
  /** Starts or wakes what sends the integration's mails. Where the server is away, the next sweep does it. */
  letMailsGo(place: { programme: string; integration: string }): Promise<void>;
  /** The same for the links that sign admins in. */
  letAccountMailsGo(): Promise<void>;
  /** Starts a reconcile, or joins the one that runs, and waits for what it repaired. */
  reconcile(): Promise<Reconciled>;
  /** Registers the search attributes that workflows need; repeating it changes nothing. */
  registerSearchAttributes(): Promise<void>;
  close(): Promise<void>;
}

/** Temporal's client takes longer to load than most commands to be carried out; so whoever asks first loads it. */
export interface LazyTemporalDoor extends TemporalDoor {
  /** Throws where Temporal's variables cannot be used. */
  load(): Promise<void>;
}

export function openWhenAsked(open: () => Promise<TemporalDoor>): LazyTemporalDoor {
  let opened: Promise<TemporalDoor> | undefined;
  const door = () => (opened ??= open());
  return {
    send: async (...asked) => (await door()).send(...asked),
    nextImportAt: async (integration) => (await door()).nextImportAt(integration),
    check: async (...asked) => (await door()).check(...asked),
    letMailsGo: async (place) => (await door()).letMailsGo(place),
    letAccountMailsGo: async () => (await door()).letAccountMailsGo(),
    reconcile: async () => (await door()).reconcile(),
    registerSearchAttributes: async () => (await door()).registerSearchAttributes(),
    load: async () => void (await door()),
    close: async () => (await opened)?.close(),
  };
}
