/**
 * The family of errors of the reading side. Each sentence says what happened and what to do; none carries a person's
 * data, a credential or a vendor's body. What a provider's *record* gets wrong is no error of this family: it is an
 * error row of that person.
 */
export abstract class ProviderError extends Error {
  abstract override readonly name: string;
}

/** The vendor refused the credentials: wrong, withdrawn, or of another account. Repeating is useless. */
export class AuthorizationLost extends ProviderError {
  override readonly name = 'AuthorizationLost';
}

/** The credentials are good but may not see what is needed. Repeating is useless until somebody grants it. */
export class InsufficientScope extends ProviderError {
  override readonly name = 'InsufficientScope';
}

/** The vendor asked us to slow down; `retryAfterSeconds` is what it named, or null. */
export class RateLimited extends ProviderError {
  override readonly name = 'RateLimited';
  constructor(
    message: string,
    readonly retryAfterSeconds: number | null,
  ) {
    super(message);
  }
}

/** No answer, a broken one, or a server's fault: worth repeating. */
export class ProviderUnavailable extends ProviderError {
  override readonly name = 'ProviderUnavailable';
}

/** An answer that the vendor's own description does not allow, and that repeating did not change. */
export class ProviderContractViolation extends ProviderError {
  override readonly name = 'ProviderContractViolation';
}

/** The address is one that Rollcall must not call (private, loopback, another host). Not the vendor's fault. */
export class AddressRefused extends ProviderError {
  override readonly name = 'AddressRefused';
}

/** What was uploaded is no file of its kind; the sentence is for whoever uploaded it, and quotes column names at most. */
export class FileRefused extends Error {
  override readonly name = 'FileRefused';
}
