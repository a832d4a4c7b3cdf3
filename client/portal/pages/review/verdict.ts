import type { ChangeKind } from '../../api/imports.js';
import type { ReviewCounts } from './compared.js';

/** What a review comes to, in the groups in which people think of it. */
export const REMOVAL_KINDS = ['leaver', 'revoked', 'vanished'] as const satisfies readonly ChangeKind[];

export const removalsOf = (counts: ReviewCounts): number => REMOVAL_KINDS.reduce((sum, kind) => sum + counts[kind], 0);

/** Accounts that exist already and come under this integration. */
export const takenOver = ({ adopted, reactivated, transferred }: ReviewCounts): number =>
  adopted + reactivated + transferred;
