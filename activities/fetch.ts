import { ApplicationFailure, Context } from '@temporalio/activity';
import type { Database } from '../database/connection.js';
import { enterPhase, lockRun } from '../database/import-runs.js';
import { loadRun } from '../database/run-context.js';
import {
  countFetched,
  readFetchPosition,
  savePages,
  type FetchedPage,
  type FetchPosition,
} from '../database/staging.js';
import { AttemptOvertaken, inRun } from '../database/transaction.js';
import { stageFromSnapshot } from '../database/what-if.js';
import { fieldsOf } from '../domain/segment.js';
import { usesCustomFields } from '../domain/mapping.js';
import type { FailureType } from '../domain/failure-names.js';
import type { RunRef } from '../domain/references.js';
import { ProviderUnavailable, RateLimited } from '../providers/errors.js';
import type { Page, Provider, ProviderClient } from '../providers/provider.js';
import type { OpenAccount } from './accounts.js';
import type { Patience } from './failures.js';
import { compilePageReader, wantsSaasUsers, type PageReader } from './read-people.js';

/**
 * Reads the directory and stages its people as the mapping reads them. People, pages and the position after them are
 * committed together, so whoever comes next, after a crash too, goes on exactly there.
 */
/** A call holds one of the provider's slots no longer than this, so that a slow account cannot starve the others. */
const LONGEST_CALL_MS = 45_000;
/** A page that is not there by then is asked for again by the next call; one page alone has to fit in. */
const CALL_ENDS_MS = 58_000;
/** A commit costs some ten round trips whatever it holds; what a crash leaves uncommitted is read again. */
const PEOPLE_PER_COMMIT = 10_000;
/** So many are gathered while the commit before is under way; then the reading waits for it. */
const MOST_WAITING = 20_000;
const LONGEST_WITHOUT_COMMIT_MS = 2_000;

export interface Fetched {
  readonly finished: boolean;
  readonly people: number;
  /** The vendor wants to be left alone for so many seconds: a timer of the workflow's, which an operator can see. */
  readonly pauseSeconds?: number;
}

interface Dependencies {
  readonly db: Database;
  readonly openAccount: OpenAccount;
  readonly patience: Patience;
}

/** A pause up to this long is an attempt of this activity that begins later. */
const LONGEST_RETRY_SECONDS = 120;

export function createFetch({ db, openAccount, patience }: Dependencies) {
  const read = createRead({ db, openAccount });
  /** @param pausedSeconds pauses of this run until now */
  return async function fetchPages(run: RunRef, pausedSeconds = 0): Promise<Fetched> {
    const result = await read(run);
    const wanted = pausedSeconds + (result.pauseSeconds ?? 0);
    if (result.pauseSeconds === undefined || wanted <= patience.providerSeconds) return result;
    throw ApplicationFailure.nonRetryable(
      `The HR system wants to be left alone for ${result.pauseSeconds} seconds, longer than an import waits (${patience.providerSeconds} seconds in all).`,
      'RateLimited' satisfies FailureType,
    );
  };
}

function createRead({ db, openAccount }: Omit<Dependencies, 'patience'>) {
  return async function readPart(run: RunRef): Promise<Fetched> {
    const { context, position } = await inRun(db, run, async (trx) => ({
      context: await loadRun(trx, run.import),
      position: await readFetchPosition(trx, run.import),
    }));
    if (position.finished) return { finished: true, people: 0 };
    if (context.asksWhatIf && position.list === null) {
      const people = await inRun(db, run, (trx) => stageFromSnapshot(trx, context));
      if (people !== null) return { finished: true, people };
    }
    const mapping = context.configuration.mapping;
    const segmentFields = fieldsOf(context.configuration.segment.rule);
    const { provider, client } = await openAccount(run);
    const saasUsers = wantsSaasUsers(context, provider);
    const customFields = mapping !== null && usesCustomFields(mapping, segmentFields, provider.isCustomField);
    try {
      const reader = compilePageReader(context, provider);
      return await readOn({ db, run, provider, client, position, customFields, saasUsers, reader });
    } finally {
      await client.close();
    }
  };
}

interface Reading {
  readonly db: Database;
  readonly run: RunRef;
  readonly provider: Provider;
  readonly client: ProviderClient;
  readonly position: FetchPosition;
  readonly customFields: boolean;
  readonly saasUsers: boolean;
  readonly reader: PageReader;
}

async function readOn(reading: Reading): Promise<Fetched> {
  const { cancellationSignal } = Context.current();
  const writer = pageWriter(reading);
  const deadline = Date.now() + LONGEST_CALL_MS;
  const outOfTime = AbortSignal.timeout(CALL_ENDS_MS);
  try {
    for await (const { page, reached } of readPages(reading, AbortSignal.any([cancellationSignal, outOfTime]))) {
      await writer.add(page, reached);
      if (!reached.finished && Date.now() > deadline) break;
    }
  } catch (error) {
    if (cancellationSignal.aborted) throw error;
    // What was read before the fault is kept: the next attempt begins behind it.
    const kept = await writer.commit();
    const pauseSeconds = error instanceof RateLimited ? (error.retryAfterSeconds ?? 0) : 0;
    if (pauseSeconds > LONGEST_RETRY_SECONDS) return { finished: false, people: writer.people(), pauseSeconds };
    if (!outOfTime.aborted) throw error;
    if (kept === null) throw new ProviderUnavailable(`${reading.provider.name} did not give one page within a minute.`);
  }
  const position = await writer.commit();
  return { finished: position?.finished ?? true, people: writer.people() };
}

/** The pages of all lists from the reading's position on, each with the position after it. */
async function* readPages(reading: Reading, signal: AbortSignal) {
  const { client, provider, position, customFields, saasUsers, reader } = reading;
  const { lists } = provider;
  const first = position.list ?? lists[0] ?? null;
  for (let list = first; list !== null; list = after(lists, list)) {
    const resumed = list === position.list;
    let number = resumed ? position.page : 0;
    const options = { signal, customFields, saasUsers };
    for await (const page of client.readPages(list, resumed ? position.cursor : null, options)) {
      number += 1;
      yield { page: reader.read(page, number), reached: positionAfter(lists, page, number) };
    }
  }
}

function positionAfter(lists: readonly string[], page: Page, number: number): FetchPosition {
  if (page.next !== null) return { list: page.list, cursor: page.next, page: number, finished: false };
  const next = after(lists, page.list);
  return { list: next, cursor: null, page: 0, finished: next === null };
}

function after(lists: readonly string[], list: string): string | null {
  return lists[lists.indexOf(list) + 1] ?? null;
}

/**
 * Gathers pages and commits them every few thousand people or two seconds, whichever is first. One commit may be under
 * way while the next pages are gathered; after one that failed none follows, or its pages would be missing.
 */
function pageWriter(reading: Reading) {
  let waiting: FetchedPage[] = [];
  let waitingPeople = 0;
  let people = 0;
  let position: FetchPosition | null = null;
  let committed = reading.position;
  let begunAt = Date.now();
  let underWay: Promise<void> = Promise.resolve();
  let isIdle = true;

  const begin = (reached: FetchPosition) => {
    const pages = waiting;
    waiting = [];
    waitingPeople = 0;
    begunAt = Date.now();
    isIdle = false;
    underWay = store(reading, { from: committed, pages, position: reached }).then(() => {
      committed = reached;
      isIdle = true;
    });
    // Whoever waits for it next receives the failure; until then it must not count as unhandled.
    underWay.catch(() => undefined);
  };

  return {
    people: () => people,
    /** Gives the position that is committed now; null: nothing was read. */
    async commit(): Promise<FetchPosition | null> {
      await underWay;
      if (waiting.length > 0 && position !== null) begin(position);
      await underWay;
      return position;
    },
    async add(page: FetchedPage, reached: FetchPosition) {
      waiting.push(page);
      waitingPeople += page.rows;
      people += page.rows;
      position = reached;
      const isDue = waitingPeople >= PEOPLE_PER_COMMIT || Date.now() - begunAt >= LONGEST_WITHOUT_COMMIT_MS;
      if (!isDue || (!isIdle && waitingPeople < MOST_WAITING)) return;
      await underWay;
      begin(reached);
    },
  };
}

/** Pages are written only behind those that this attempt knows of: no page comes in twice, and none is left out. */
function isSamePlace(one: FetchPosition, other: FetchPosition): boolean {
  return one.list === other.list && one.page === other.page && one.finished === other.finished;
}

async function store(
  { db, run, reader }: Reading,
  read: { readonly from: FetchPosition; readonly pages: readonly FetchedPage[]; readonly position: FetchPosition },
): Promise<void> {
  await inRun(db, run, async (trx) => {
    await lockRun(trx, run.import);
    const position = await readFetchPosition(trx, run.import);
    if (!isSamePlace(position, read.from)) throw new AttemptOvertaken();
    await savePages(trx, run.import, reader.columns, read);
    const fetched = await countFetched(trx, run.import);
    await enterPhase(trx, run.import, 'fetch', { done: fetched.rows, total: fetched.total });
  });
  Context.current().heartbeat({ list: read.position.list, page: read.position.page });
}
