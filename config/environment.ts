import { z } from 'zod';

/**
 * The environment, read once at a process's start. Names and meanings: interfaces.md. A missing or malformed value
 * stops the start with one sentence that names it.
 */
const url = (protocols: readonly string[]) =>
  z
    .string()
    .refine(
      (text) =>
        URL.canParse(text.replace('{subdomain}', 'x')) &&
        protocols.includes(new URL(text.replace('{subdomain}', 'x')).protocol),
      `must be an address that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
    );
const number = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .pipe(z.int().min(min).max(max));

export interface EncryptionKey {
  readonly id: string;
  readonly secret: Buffer;
}
/** The first one seals, all open. */
export type KeyRing = readonly EncryptionKey[];

/** @param text `id:base64,id:base64`; null when it is none, or an id stands in it twice. */
export function parseKeys(text: string): KeyRing | null {
  const keys = text.split(',').map((part) => {
    const [id, secret] = part.trim().split(':');
    return { id: id ?? '', secret: Buffer.from(secret ?? '', 'base64') };
  });
  const isWrong = keys.some((key) => !/^[\w.-]{1,40}$/.test(key.id) || key.secret.length !== 32);
  return isWrong || new Set(keys.map(({ id }) => id)).size < keys.length ? null : keys;
}

const keyRing = z.string().transform((text, context) => {
  const keys = parseKeys(text);
  if (keys === null) {
    context.addIssue({
      code: 'custom',
      message: 'must be a list id:base64,id:base64 with keys of 32 bytes, each id once',
    });
    return z.NEVER;
  }
  return keys;
});

const environmentSchema = z.object({
  DATABASE_URL: url(['postgres:', 'postgresql:']).optional(),
  TEMPORAL_ADDRESS: z.string().optional(),
  TEMPORAL_NAMESPACE: z.string().optional(),
  TEMPORAL_CLI_PATH: z.string().optional(),
  ROLLCALL_DATA_DIR: z.string().min(1).default('.rollcall'),
  PORT: number(0, 65_535).optional(),
  HOST: z.string().min(1).default('127.0.0.1'),
  ROLLCALL_PUBLIC_URL: url(['http:', 'https:']).optional(),
  SMTP_URL: url(['smtp:', 'smtps:']).optional(),
  ROLLCALL_MAIL_FROM: z.string().min(3).default('Rollcall <rollcall@localhost>'),
  /** Set by `rollcall start` for its API: where the embedded mail sink shows what it received. */
  ROLLCALL_MAIL_SINK_URL: url(['http:']).optional(),
  /** Set by `rollcall start` for its API: where operators look at workflows. */
  ROLLCALL_TEMPORAL_UI_URL: url(['http:', 'https:']).optional(),
  ROLLCALL_ENCRYPTION_KEYS: keyRing.optional(),
  ROLLCALL_ENCRYPTION_KEYS_FILE: z.string().min(1).optional(),
  ROLLCALL_SAGE_HR_URL: url(['http:', 'https:']).optional(),
  ROLLCALL_INTELLIHR_URL: url(['http:', 'https:']).optional(),
  ROLLCALL_PERSONIO_URL: url(['http:', 'https:']).optional(),
  ROLLCALL_SAGE_PEOPLE_URL: url(['http:', 'https:']).optional(),
  ROLLCALL_MERGE_URL: url(['http:', 'https:']).optional(),
  ROLLCALL_MERGE_API_KEY: z.string().min(1).optional(),
  ROLLCALL_MERGE_WEBHOOK_KEY: z.string().min(1).optional(),
  ROLLCALL_PROVIDER_PATIENCE_SECONDS: number(1, 604_800).default(1800),
  ROLLCALL_RETENTION_DAYS: number(1, 3650).default(180),
  ROLLCALL_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});

export type Environment = z.infer<typeof environmentSchema>;

/** Thrown for a wrong environment; the message is one sentence that names the variable. */
export class WrongEnvironment extends Error {
  override readonly name = 'WrongEnvironment';
}

/** @param variables usually `process.env`; an empty value counts as absent. */
export function readEnvironment(variables: Readonly<Record<string, string | undefined>>): Environment {
  const given = Object.fromEntries(
    Object.entries(variables).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = environmentSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${String(issue.path[0])} ${issue.message}`);
  throw new WrongEnvironment(`The environment is wrong: ${faults.join('; ')}.`);
}
