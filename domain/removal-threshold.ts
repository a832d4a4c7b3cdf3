/**
 * The number of removals that pass without a decision. The plan's SQL applies it; this is the one place where it is
 * worked out, so that preview, plan, mail and the portal's settings cannot disagree. Without a library, for the last.
 */
/** A handful is never held: in a company of twelve, ten per cent would stop every ordinary leaver. */
export const ALWAYS_ALLOWED = 3;

/** The most removals that pass without a decision, or null when the admin has switched the limit off. */
export function removalThreshold(
  limit: { readonly share: number; readonly count: number } | null,
  activeMembers: number,
): number | null {
  if (limit === null) return null;
  const capped = Math.min(limit.share * activeMembers, Math.max(limit.count, 0.01 * activeMembers));
  // 0.29 × 100 is 28.999999999999996: without rounding, exactly 29 per cent would exceed 29 per cent.
  return Math.max(ALWAYS_ALLOWED, Number(capped.toFixed(6)));
}
