import { randomBytes } from 'node:crypto';
import { uuidV7 } from '../domain/uuid.js';

/** A new id; ordered by time, so that rows written together lie together. */
export function newId(): string {
  return uuidV7(Date.now(), randomBytes(10));
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** What is no UUID names nothing: asking Postgres for it would be an error instead of "not found". */
export function isId(text: string): boolean {
  return UUID.test(text);
}
