import { z } from 'zod';
import { HOLD_CAUSES } from './import.js';

/** What somebody decides about the changes that an import holds. */
export type Cause = (typeof HOLD_CAUSES)[number];

export const decisionSchema = z.strictObject({
  decision: z.enum(['approve', 'reject']),
  /** Names the set of people that was shown: nobody else is decided about. */
  planDigest: z.string().min(1).max(200),
  causes: z.array(z.enum(HOLD_CAUSES)).min(1).optional(),
  only: z.array(z.string().min(1).max(255)).min(1).max(100_000).optional(),
});
export type Decision = z.infer<typeof decisionSchema>;
