import { InsufficientScope } from '../errors.js';
import { VENDOR, WHERE } from './connection.js';

/** Without the status nobody can tell who has left. */
export class StatusHidden extends InsufficientScope {
  constructor() {
    super(
      `${VENDOR} does not show the attribute Status to these credentials, so nobody can tell who has left. Tick Status, ` +
        `Hire date and Last day of work for them in Personio, ${WHERE} > readable employee attributes.`,
    );
  }
}

export function requireStatus(isThere: boolean): void {
  if (!isThere) throw new StatusHidden();
}
