import { Context } from '@temporalio/activity';
import type { Database } from '../database/connection.js';
import { enterPhase } from '../database/import-runs.js';
import { loadRun } from '../database/run-context.js';
import {
  countFetched,
  readFetchPosition,
  savePages,
  type FetchedPage,
  type FetchPosition,
} from '../database/staging.js';
import { inRun } from '../database/transaction.js';
import { usesCustomFields } from '../domain/mapping.js';
import type { RunRef } from '../domain/references.js';
import type { Page, Provider, ProviderClient } from '../providers/provider.js';
import type { OpenAccount } from './accounts.js';

/**
 * Reads the directory and stages its pages. One call reads a chunk; pages and the position after them are committed
 * together, so whoever comes next, after a crash too, goes on exactly there.
 */
const PEOPLE_PER_CHUNK = 10_000;
/** A call holds one of the provider's slots no longer than this, so that a slow account cannot starve the others. */
const LONGEST_CALL_MS = 45_000;
const PEOPLE_PER_COMMIT = 1_000;
const LONGEST_WITHOUT_COMMIT_MS = 2_000;

export interface FetchedChunk {
  readonly finished: boolean;
  readonly people: number;
}

export function createFetch({ db, openAccount }: { db: Database; openAccount: OpenAccount }) {
  return async function fetchPages(run: RunRef, chunk: number): Promise<FetchedChunk> {
    const { context, position } = await inRun(db, run, async (trx) => ({
      context: await loadRun(trx, run.import),
      position: await readFetchPosition(trx, run.import),
    }));
    if (position.finished) return { finished: true, people: 0 };
    const mapping = context.configuration.mapping;
    const segmentField = context.configuration.segment.rule?.field ?? null;
    const customFields = mapping !== null && usesCustomFields(mapping, segmentField);
    const { provider, client } = await openAccount(run);
    try {
      return await readChunk({ db, run, chunk, provider, client, position, customFields });
    } finally {
      await client.close();
    }
  };
}

interface Reading {
  readonly db: Database;
  readonly run: RunRef;
  readonly chunk: number;
  readonly provider: Provider;
  readonly client: ProviderClient;
  readonly position: FetchPosition;
  readonly customFields: boolean;
}

async function readChunk(reading: Reading): Promise<FetchedChunk> {
  const { cancellationSignal } = Context.current();
  const writer = pageWriter(reading);
  const deadline = Date.now() + LONGEST_CALL_MS;
  const lists = reading.provider.lists;
  let position = reading.position;
  for (let list: string | null = position.list ?? lists[0] ?? null; list !== null; list = after(lists, list)) {
    const began = position.list === list ? position : { list, cursor: null, page: 0, finished: false };
    const pages = reading.client.readPages(list, began.cursor, {
      signal: cancellationSignal,
      customFields: reading.customFields,
    });
    let number = began.page;
    for await (const page of pages) {
      number += 1;
      position = positionAfter(lists, page, number);
      await writer.add(toFetched(page, number), position);
      if (position.list === list && (writer.people() >= PEOPLE_PER_CHUNK || Date.now() > deadline)) {
        await writer.commit();
        return { finished: false, people: writer.people() };
      }
    }
  }
  await writer.commit();
  return { finished: true, people: writer.people() };
}

function toFetched(page: Page, number: number): FetchedPage {
  return { list: page.list, page: number, cursor: page.cursor, total: page.total, records: page.records };
}

function positionAfter(lists: readonly string[], page: Page, number: number): FetchPosition {
  if (page.next !== null) return { list: page.list, cursor: page.next, page: number, finished: false };
  const next = after(lists, page.list);
  return { list: next, cursor: null, page: 0, finished: next === null };
}

function after(lists: readonly string[], list: string): string | null {
  return lists[lists.indexOf(list) + 1] ?? null;
}

/** Gathers pages and commits them every thousand people or two seconds, whichever is first. */
function pageWriter({ db, run, chunk }: Reading) {
  let waiting: FetchedPage[] = [];
  let waitingPeople = 0;
  let people = 0;
  let position: FetchPosition | null = null;
  let committedAt = Date.now();

  const commit = async () => {
    const reached = position;
    if (reached === null) return;
    const pages = waiting;
    waiting = [];
    waitingPeople = 0;
    await inRun(db, run, async (trx) => {
      await savePages(trx, run.import, chunk, pages, reached);
      const fetched = await countFetched(trx, run.import);
      await enterPhase(trx, run.import, 'fetch', { done: fetched.rows, total: fetched.total });
    });
    committedAt = Date.now();
    Context.current().heartbeat({ list: reached.list, page: reached.page });
  };

  return {
    people: () => people,
    commit,
    async add(page: FetchedPage, reached: FetchPosition) {
      waiting.push(page);
      waitingPeople += page.records.length;
      people += page.records.length;
      position = reached;
      if (waitingPeople >= PEOPLE_PER_COMMIT || Date.now() - committedAt > LONGEST_WITHOUT_COMMIT_MS) await commit();
    },
  };
}
