import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { KeyRing } from '../config/environment.js';

/**
 * Envelope encryption of credentials: AES-256-GCM with the record's identity as additional data, so a ciphertext
 * copied to another record or programme does not open there. Layout: version, IV, tag, text.
 */
const VERSION = 1;
const IV_BYTES = 12;
const TAG_BYTES = 16;

export interface Sealed {
  readonly keyId: string;
  readonly ciphertext: Buffer;
}

/** Seals with the ring's first key. */
export function seal(ring: KeyRing, text: string, identity: string): Sealed {
  const key = ring[0];
  if (key === undefined) throw new Error('There is no encryption key: ROLLCALL_ENCRYPTION_KEYS is empty.');
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key.secret, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(identity));
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return { keyId: key.id, ciphertext: Buffer.concat([Buffer.from([VERSION]), iv, cipher.getAuthTag(), body]) };
}

/** Opens with the key that sealed it; throws when the key is gone or the record is not the one it was sealed for. */
export function unseal(ring: KeyRing, sealed: Sealed, identity: string): string {
  const key = ring.find((candidate) => candidate.id === sealed.keyId);
  if (key === undefined) {
    throw new Error(
      `The encryption key "${sealed.keyId}" is not in the key ring (ROLLCALL_ENCRYPTION_KEYS or its file); put it back to read this.`,
    );
  }
  const { ciphertext } = sealed;
  if (ciphertext[0] !== VERSION) throw new Error('The ciphertext has an unknown version.');
  const iv = ciphertext.subarray(1, 1 + IV_BYTES);
  const tag = ciphertext.subarray(1 + IV_BYTES, 1 + IV_BYTES + TAG_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', key.secret, iv, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(identity));
  decipher.setAuthTag(tag);
  return Buffer.concat([decipher.update(ciphertext.subarray(1 + IV_BYTES + TAG_BYTES)), decipher.final()]).toString(
    'utf8',
  );
}
