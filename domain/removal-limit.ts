import { z } from 'zod';
import { ALWAYS_ALLOWED, removalThreshold } from './removal-threshold.js';

export { removalThreshold };

/** How many removals a run may make without asking (interfaces.md, rule 9). */
export const removalLimitSchema = z
  .strictObject({
    share: z.number().min(0).max(1),
    count: z.int().min(0),
  })
  .nullable();
export type RemovalLimit = z.infer<typeof removalLimitSchema>;

export const DEFAULT_REMOVAL_LIMIT: NonNullable<RemovalLimit> = { share: 0.1, count: 100 };

/** People who are always asked for one by one; more of them missing at once are a fault more often than they are gone. */
const ALWAYS_LOOKED_UP = 200;

/** The most people whom a run asks for one by one; without a removal limit it is the same number for everybody. */
export function mostLookUps(limit: RemovalLimit, activeMembers: number): number {
  return Math.max(ALWAYS_LOOKED_UP, removalThreshold(limit, activeMembers) ?? 0);
}

/** Members who may be known by another address or key after a run, by its share of them all. */
const IDENTITY_SHARE = 0.05;

/** The most changes of an e-mail address or key that pass without a decision; null: all limits are off. */
export function identityThreshold(limit: RemovalLimit, activeMembers: number): number | null {
  return limit === null ? null : Math.max(ALWAYS_ALLOWED, Number((IDENTITY_SHARE * activeMembers).toFixed(6)));
}

/** Newcomers who are always invited at once, and the share of all members up to which they are. */
const ALWAYS_INVITED = 50;
const INVITATION_SHARE = 0.5;

/** The most invitations of a later import that go out without a decision; null: all limits are off. */
export function invitationThreshold(limit: RemovalLimit, activeMembers: number): number | null {
  return limit === null ? null : Math.max(ALWAYS_INVITED, Number((INVITATION_SHARE * activeMembers).toFixed(6)));
}

/** True when the removals of this run, or those of the last seven days with it, exceed the limit. */
export function exceedsRemovalLimit(
  limit: RemovalLimit,
  counts: { activeMembers: number; removals: number; removedInLastSevenDays: number },
): boolean {
  const threshold = removalThreshold(limit, counts.activeMembers);
  if (threshold === null) return false;
  return counts.removals > threshold || counts.removals + counts.removedInLastSevenDays > 2 * threshold;
}
