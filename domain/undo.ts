import { z } from 'zod';

/** What somebody wants undone of a run: its removals or all of it, at once or first to be looked at. */
export const undoSchema = z.strictObject({
  only: z.literal('removals').optional().describe('Absent: all changes of the import'),
  review: z.boolean().optional().describe('Only work out what would be put back, and change nothing'),
  planDigest: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('The held.planDigest of such a review: approves what it would hold'),
});
export type UndoWish = z.infer<typeof undoSchema>;

const NOTE =
  'The next import would make again what was undone. Mend what was wrong (in the HR system, the mapping or the segment), look at a review, then resume.';

/** Why an integration is paused after an undo; what somebody noted before stays readable. */
export function undoNote(noted: string | null, undone: string): string {
  const own = `The import ${undone} was undone. ${NOTE}`;
  return noted === null || noted.includes(undone) ? own : `${own} Noted before: ${noted}`;
}
