import type { Review } from '../../api/reviews.js';

/** What the review before showed, kept in the tab: a new one says in what it differs. */
export type ReviewCounts = Review['counts'];

const keyOf = (integration: string): string => `rollcall.reviewed.${integration}`;

interface Remembered {
  readonly id: string;
  readonly counts: ReviewCounts;
}

export function rememberBefore(integration: string, review: Review | null): void {
  if (review?.endedAt == null || review.state === 'failed' || review.state === 'cancelled') return;
  const remembered: Remembered = { id: review.id, counts: review.counts };
  sessionStorage.setItem(keyOf(integration), JSON.stringify(remembered));
}

/** @returns by how much each number differs from the review before; empty: it shows the same, or there was none. */
export function differencesSince(integration: string, review: Review): { kind: keyof ReviewCounts; by: number }[] {
  const text = sessionStorage.getItem(keyOf(integration));
  if (text === null) return [];
  const before = JSON.parse(text) as Remembered;
  if (before.id === review.id) return [];
  const kinds = Object.keys(review.counts) as (keyof ReviewCounts)[];
  return kinds.flatMap((kind) => {
    const by = review.counts[kind] - before.counts[kind];
    return by === 0 ? [] : [{ kind, by }];
  });
}
