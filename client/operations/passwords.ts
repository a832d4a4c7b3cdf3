import { hash, verify } from '@node-rs/argon2';

/** Passwords of admins and members: argon2id with the library's own costs (19 MiB, two passes). */
export const SHORTEST_PASSWORD = 10;
/** Argon2 takes any length; this only keeps somebody from feeding it a megabyte. */
export const LONGEST_PASSWORD = 1000;

export function hashPassword(password: string): Promise<string> {
  return hash(password);
}

/** Made once: what an unknown address is compared with, so that it takes as long as a known one. */
let nobody: Promise<string> | undefined;

/** @param kept null: there is no password to compare with; it then takes the same time to say no. */
export async function isPassword(kept: string | null, password: string): Promise<boolean> {
  nobody ??= hash('no account has this password');
  const given = password.slice(0, LONGEST_PASSWORD + 1);
  const matches = await verify(kept ?? (await nobody), given);
  return kept !== null && matches && password.length <= LONGEST_PASSWORD;
}

/** What is wrong with a password that somebody chooses; null: nothing. */
export function passwordFault(password: string): string | null {
  const length = Array.from(password).length;
  if (length < SHORTEST_PASSWORD) {
    return `The password has ${length} characters; it needs at least ${SHORTEST_PASSWORD}.`;
  }
  if (length > LONGEST_PASSWORD)
    return `The password has more than ${LONGEST_PASSWORD} characters; choose a shorter one.`;
  return null;
}
