import type { Environment } from '../../config/environment.js';
import type { KeySource } from '../../config/key-ring.js';
import type { Logger } from '../../config/logging.js';
import type { Database } from '../../database/connection.js';
import { isId } from '../../database/ids.js';
import { findProgramme, type Programme } from '../../database/programmes.js';
import { inProgramme, type Transaction } from '../../database/transaction.js';
import type { TemporalDoor } from '../temporal-door.js';
import { notFound, Refusal } from './refusals.js';

/** What the things that people do are done with. */
export interface Context {
  readonly db: Database;
  readonly temporal: TemporalDoor;
  readonly environment: Environment;
  readonly keys: KeySource;
  readonly log: Logger;
}

/**
 * Who asks, by a token or signed in. An operator may do everything in every programme, a viewer only look; a token
 * belongs to one programme, a person may have several. The name is what is written down: ids, no person's data.
 */
export type Actor =
  | { readonly role: 'operator'; readonly name: string }
  | { readonly role: ProgrammeRole; readonly name: string; readonly programme: string }
  | { readonly role: 'person'; readonly name: string; readonly programmes: ReadonlyMap<string, ProgrammeRole> };
export type ProgrammeRole = 'admin' | 'viewer';

export interface Call {
  readonly context: Context;
  readonly actor: Actor;
}

export type Need = 'read' | 'write';

export function requireOperator({ actor }: Call): void {
  if (actor.role !== 'operator') {
    throw new Refusal('forbidden', 'This is for operators; whoever asks belongs to a programme.');
  }
}

/** What somebody is in a programme; null: for them there is no such programme. */
export function roleIn(actor: Actor, programme: string): 'operator' | ProgrammeRole | null {
  if (actor.role === 'operator') return 'operator';
  if (actor.role === 'person') return actor.programmes.get(programme.toLowerCase()) ?? null;
  return actor.programme === programme.toLowerCase() ? actor.role : null;
}

/** What is another programme's does not exist for this one: its answer is the same as for what nobody has. */
export function requireProgramme({ actor }: Call, programme: string, need: Need): void {
  const role = isId(programme) ? roleIn(actor, programme) : null;
  if (role === null) throw notFound('programme');
  if (need === 'write' && role === 'viewer') {
    throw new Refusal('forbidden', 'A viewer may only read; changing something needs the role "admin".');
  }
}

/** The one way into a programme: permission first, then a transaction that sees this programme alone. */
export async function enter<T>(
  call: Call,
  programme: string,
  need: Need,
  work: (trx: Transaction, programme: Programme) => Promise<T>,
): Promise<T> {
  requireProgramme(call, programme, need);
  return inProgramme(call.context.db, programme, async (trx) => {
    const found = await findProgramme(trx, programme);
    if (found === null) throw notFound('programme');
    return work(trx, found);
  });
}

export interface PageRequest {
  readonly limit?: number | undefined;
  readonly after?: string | undefined;
}

export interface List<T> {
  readonly items: T[];
  readonly next: string | null;
}

export const DEFAULT_LIMIT = 100;
export const MAX_LIMIT = 1000;

/** A page whose place is the id of the last thing on the page before. */
export function pageById(page: PageRequest): { limit: number; after: string | null } {
  const after = page.after ?? null;
  if (after !== null && !isId(after)) throw wrongAfter(after);
  return { limit: limitOf(page), after };
}

/** A page whose place is a number that only grows; changes of identity have negative ones and stand first. */
export function pageByNumber(page: PageRequest): { limit: number; after: number } {
  const after = page.after ?? String(Number.MIN_SAFE_INTEGER);
  if (!/^-?\d{1,16}$/.test(after) || !Number.isSafeInteger(Number(after))) throw wrongAfter(after);
  return { limit: limitOf(page), after: Number(after) };
}

/** One more than the page holds is read to know whether there is a next page. */
export function toList<T>(rows: readonly T[], limit: number, place: (last: T) => string): List<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? place(last) : null };
}

function limitOf(page: PageRequest): number {
  const limit = page.limit ?? DEFAULT_LIMIT;
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    const fault = { pointer: '?limit', detail: `is ${limit}; allowed are whole numbers from 1 to ${MAX_LIMIT}` };
    throw new Refusal('invalid-query', `${fault.pointer} ${fault.detail}.`, [fault]);
  }
  return limit;
}

function wrongAfter(after: string): Refusal {
  const fault = { pointer: '?after', detail: 'is no place in this list; give the "next" of the page before' };
  return new Refusal('invalid-query', `${fault.pointer} (${after.slice(0, 60)}) ${fault.detail}.`, [fault]);
}
