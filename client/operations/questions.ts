import {
  differenceSince,
  findAskingImport,
  findQuestionRecord,
  listHeldPeople as readPeople,
  type HeldFilter,
  type HeldPerson,
  type QuestionRecord,
} from '../../database/question-views.js';
import { findImportRecord } from '../../database/import-views.js';
import type { IntegrationRecord } from '../../database/integration-views.js';
import { isId } from '../../database/ids.js';
import type { Transaction } from '../../database/transaction.js';
import { DEFAULT_REMOVAL_LIMIT, identityThreshold, removalThreshold } from '../../domain/removal-limit.js';
import { enter, pageByNumber, toList, type Call, type List, type PageRequest } from './context.js';
import { requireIntegration, type ImportPlace } from './places.js';
import { notFound } from './refusals.js';

/** What an import asks about people whom it holds, with what one needs to answer it. */
export type QuestionView = QuestionRecord & {
  /** How many may pass without a decision, of so many members; null: no limit. */
  readonly limit: {
    readonly members: number;
    readonly removals: number | null;
    readonly identity: number | null;
  };
  /** The import whose question is open now: this one's, a later one's, or none. */
  readonly open: string | null;
  /** How the open question differs from the one that was asked about. */
  readonly since: { readonly added: number; readonly gone: number } | null;
};

/** @param seen the digest of what whoever asks has before them */
export function getQuestion(call: Call, place: ImportPlace, seen: string | undefined): Promise<QuestionView> {
  return inQuestion(call, place, async (trx, question, { setup }) => {
    const limit = setup === null ? DEFAULT_REMOVAL_LIMIT : setup.removalLimit;
    const members = question.membersBefore ?? 0;
    return {
      ...question,
      limit: {
        members,
        removals: removalThreshold(limit, members),
        identity: identityThreshold(limit, members),
      },
      open: await findAskingImport(trx, place.integration),
      since: seen === undefined ? null : await differenceSince(trx, place.integration, seen),
    };
  });
}

export function listHeldPeople(
  call: Call,
  place: ImportPlace,
  filter: HeldFilter,
  page: PageRequest,
): Promise<List<HeldPerson>> {
  const { limit, after } = pageByNumber(page);
  return inQuestion(call, place, async (trx, question) => {
    const rows = await readPeople(trx, question, filter, { limit: limit + 1, after });
    return toList(rows, limit, (last) => String(last.ordinal));
  });
}

/** Of an import that found the same as an earlier one had asked about, the question is that earlier one's. */
function inQuestion<T>(
  call: Call,
  place: ImportPlace,
  work: (trx: Transaction, question: QuestionRecord, integration: IntegrationRecord) => Promise<T>,
): Promise<T> {
  return enter(call, place.programme, 'read', async (trx) => {
    const integration = await requireIntegration(trx, place.integration);
    const record = isId(place.import) ? await findImportRecord(trx, place.integration, place.import) : null;
    if (record === null) throw notFound('import');
    const question = await findQuestionRecord(trx, record.held?.question ?? record.id);
    if (question === null) throw notFound('question');
    return work(trx, question, integration);
  });
}
