/**
 * The one vocabulary of failure types that cross from activities to workflows, and of failure codes that a run
 * ends with. Retry policies match by these names; nothing else may be thrown across.
 */
const NEVER_REPEATED = [
  'AuthorizationLost',
  'InsufficientScope',
  'MappingInvalid',
  'ProviderContractViolation',
  'DirectoryEmpty',
  'ImportSuperseded',
] as const;
export const FAILURE_TYPES = [...NEVER_REPEATED, 'RateLimited', 'ProviderUnavailable'] as const;
export type FailureType = (typeof FAILURE_TYPES)[number];

/** Failures that no repetition can heal: somebody has to do something first. */
export const NOT_RETRYABLE: readonly FailureType[] = NEVER_REPEATED;

/** How a failed run names its failure towards people (`failure.code` of an import). */
export const FAILURE_CODES = [
  'authorization-lost',
  'insufficient-scope',
  'provider-unavailable',
  'provider-contract',
  'rate-limited',
  'mapping-invalid',
  'directory-empty',
  'interrupted',
  'cancelled-by-revoke',
  'internal',
] as const;
export type FailureCode = (typeof FAILURE_CODES)[number];

const CODE_OF_TYPE: Readonly<Record<FailureType, FailureCode>> = {
  AuthorizationLost: 'authorization-lost',
  InsufficientScope: 'insufficient-scope',
  MappingInvalid: 'mapping-invalid',
  ProviderContractViolation: 'provider-contract',
  DirectoryEmpty: 'directory-empty',
  ImportSuperseded: 'cancelled-by-revoke',
  RateLimited: 'rate-limited',
  ProviderUnavailable: 'provider-unavailable',
};

/** The code for a failure type; what is no type of ours is `internal`. */
export function failureCode(type: string | undefined): FailureCode {
  const known = FAILURE_TYPES.find((name) => name === type);
  return known === undefined ? 'internal' : CODE_OF_TYPE[known];
}
