import { z } from 'zod';
import { time } from './list.js';

/** Signing in, and who is signed in. */
export const sessionSchema = z
  .object({
    admin: z.object({
      id: z.string(),
      name: z.string(),
      email: z.string(),
      operator: z.boolean(),
      hasPassword: z.boolean(),
      mayReset: z
        .boolean()
        .describe('Signed in by a link within a quarter of an hour: a new password needs no present one'),
    }),
    programmes: z
      .array(
        z.object({
          id: z.string(),
          name: z.string(),
          timeZone: z.string(),
          role: z.enum(['operator', 'admin', 'viewer']),
        }),
      )
      .readonly(),
    csrfToken: z.string().describe('Belongs into the header X-CSRF-Token of whatever changes something'),
    expiresAt: time.describe('When the session ends if nothing more is asked'),
    links: z
      .object({ temporalUi: z.string().nullable(), mail: z.string().nullable() })
      .describe('Where operators look further; null for everybody else'),
  })
  .meta({ id: 'Session' });

export const signInBodySchema = z.strictObject({ email: z.string(), password: z.string() }).meta({ id: 'SignInBody' });
export const linkBodySchema = z.strictObject({ token: z.string() }).meta({ id: 'LinkBody' });
export const linkRequestBodySchema = z.strictObject({ email: z.string() }).meta({ id: 'LinkRequestBody' });
export const passwordBodySchema = z
  .strictObject({
    password: z.string().describe('At least 10 characters'),
    current: z
      .string()
      .optional()
      .describe('Needed where there is a password already, unless a link has just signed in'),
  })
  .meta({ id: 'PasswordBody' });

export const sessionListSchema = z
  .object({
    items: z
      .array(
        z.object({
          id: z.string(),
          current: z.boolean(),
          createdAt: time,
          lastSeenAt: time,
          userAgent: z.string().nullable(),
        }),
      )
      .readonly(),
    next: z.null(),
  })
  .meta({ id: 'SessionList' });
