import { isDatabaseAway } from '../../database/away.js';
import { Refusal } from './refusals.js';

/** What whoever asks is told where a server that is needed is away: to ask again; null: the error is about something else. */
export function refusalWhileAway(error: unknown): Refusal | null {
  if (!isDatabaseAway(error)) return null;
  return new Refusal('unavailable', 'The database does not answer at this moment; ask again in a few seconds.');
}
