import { z } from 'zod';
import { mappingSchema } from './mapping.js';
import { segmentSchema } from './segment.js';

/** How an integration begins; whether the provider exists is the registry's to say. */
export const integrationSchema = z.strictObject({
  provider: z.string().min(1).max(80),
  name: z.string().trim().min(1, 'must not be empty').max(200),
});

/** Whom to ask for the credentials. */
export const authorizeInviteSchema = z.strictObject({ email: z.email().max(254) });

export const pauseSchema = z.strictObject({ note: z.string().trim().max(500).optional() });

/** A review of what would be, with a mapping or segment that is not saved; each absent: as it is kept. */
export const reviewSchema = z.strictObject({ mapping: mappingSchema.optional(), segment: segmentSchema.optional() });

export const publishSchema = z.strictObject({
  /** The import of kind `review` whose removals are approved with this. */
  review: z.string().max(80).optional(),
  planDigest: z.string().max(200).optional(),
});

/** Resume and import have nothing to say but that they are wanted. */
export const emptySchema = z.strictObject({});

export const credentialChoiceSchema = z.strictObject({ credential: z.string().min(1).max(80) });
