import { listImportRecords } from '../../database/import-views.js';
import { standingOf, type ReviewStanding } from '../../database/reviews.js';
import { enter, type Call } from './context.js';
import type { ImportView } from './imports.js';
import { requireIntegration, type Place } from './places.js';
import { notFound } from './refusals.js';

export type ReviewView = ImportView & ReviewStanding;

/** The newest review; it may still run. */
export function getReview(call: Call, place: Place): Promise<ReviewView> {
  return enter(call, place.programme, 'read', async (trx) => {
    await requireIntegration(trx, place.integration);
    const [newest] = await listImportRecords(trx, place.integration, { kind: 'review' }, { limit: 1, after: null });
    if (newest === undefined) throw notFound('review');
    return { ...newest, ...(await standingOf(trx, place.integration, newest.id)) };
  });
}
