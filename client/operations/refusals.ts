import type { z } from 'zod';

/**
 * What people's side refuses, and how it says so: the vocabulary of interfaces.md with its HTTP statuses. What only the
 * wire can get wrong (no JSON, too large) stands in client/api/errors.ts.
 */
export const REFUSALS = {
  'invalid-query': { status: 400, title: 'A parameter is wrong' },
  unauthorized: { status: 401, title: 'Who asks is not known' },
  'sign-in-refused': { status: 401, title: 'Not signed in' },
  'link-ended': { status: 401, title: 'The link has ended' },
  forbidden: { status: 403, title: 'Not allowed' },
  csrf: { status: 403, title: 'It is not certain who sent this' },
  'not-found': { status: 404, title: 'Not found' },
  'illegal-state': { status: 409, title: 'Not possible in this state' },
  'already-exists': { status: 409, title: 'It exists already' },
  'custom-fields-locked': { status: 409, title: 'Custom fields are locked' },
  'different-account': { status: 409, title: 'Another account' },
  'already-ended': { status: 409, title: 'It has ended already' },
  'nothing-held': { status: 409, title: 'Nothing waits for a decision' },
  'plan-changed': { status: 409, title: 'The plan has changed' },
  'last-admin': { status: 409, title: 'Nobody would be left' },
  'integration-paused': { status: 409, title: 'The integration is paused' },
  'provider-not-configured': { status: 409, title: 'The provider is not configured' },
  'details-deleted': { status: 410, title: 'The details were deleted' },
  'changed-meanwhile': { status: 412, title: 'Somebody else has changed it meanwhile' },
  'too-large': { status: 413, title: 'Too large' },
  'invalid-body': { status: 422, title: 'The body is wrong' },
  'credentials-refused': { status: 422, title: 'The HR system refused' },
  'too-many-custom-fields': { status: 422, title: 'Too many custom fields' },
  'idempotency-mismatch': { status: 422, title: 'The key belongs to another request' },
  'too-many-attempts': { status: 429, title: 'Too many attempts' },
  internal: { status: 500, title: 'Something went wrong' },
  unavailable: { status: 503, title: 'Not available at this moment' },
} as const satisfies Record<string, { status: number; title: string }>;
export type RefusalCode = keyof typeof REFUSALS;

/** One fault of what was given; `pointer` is a JSON pointer into the body, or `?name` of a parameter. */
export interface Fault {
  readonly pointer: string;
  readonly detail: string;
}

export class Refusal extends Error {
  override readonly name = 'Refusal';
  constructor(
    readonly code: RefusalCode,
    readonly detail: string,
    readonly faults: readonly Fault[] = [],
  ) {
    super(detail);
  }
}

/** Refused for now; the answer says when to come again. */
export class RefusedForNow extends Refusal {
  constructor(
    code: RefusalCode,
    detail: string,
    readonly retryAfterSeconds: number,
  ) {
    super(code, detail);
  }
}

/** The same as problem details (RFC 9457). */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly errors: Fault[];
}

export function toProblem(refusal: Refusal): Problem {
  const { status, title } = REFUSALS[refusal.code];
  return problem({ code: refusal.code, status, title }, refusal.detail, refusal.faults);
}

export function problem(
  kind: { code: string; status: number; title: string },
  detail: string,
  faults: readonly Fault[] = [],
): Problem {
  return { type: `urn:rollcall:problem:${kind.code}`, ...kind, detail, errors: [...faults] };
}

/** The refusal that a kept problem told of, so that a repeated request is refused in the same words. */
export function fromProblem(kept: { code: string; detail: string; errors: readonly Fault[] }): Refusal {
  const code = Object.hasOwn(REFUSALS, kept.code) ? (kept.code as RefusalCode) : 'internal';
  return new Refusal(code, kept.detail, kept.errors);
}

export function notFound(what: string): Refusal {
  return new Refusal('not-found', `There is no such ${what}.`);
}

/** Reads a body with all its faults at once; a property it does not have is named. */
export function readBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new Refusal('invalid-body', faultsDetail(faultsOf(parsed.error)), faultsOf(parsed.error));
}

/** Reads the parameters of a list. */
export function readQuery<T>(schema: z.ZodType<T>, query: unknown): T {
  const parsed = schema.safeParse(query);
  if (parsed.success) return parsed.data;
  const faults = faultsOf(parsed.error).map((fault) => ({ ...fault, pointer: `?${fault.pointer.slice(1)}` }));
  throw new Refusal('invalid-query', faultsDetail(faults), faults);
}

export function faultsDetail(faults: readonly Fault[]): string {
  const first = faults[0];
  if (first === undefined) return 'What was given is not understood.';
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : '';
  return `${first.pointer === '' ? 'The body' : first.pointer} ${first.detail}${more}.`;
}

export function faultsOf(error: z.ZodError): Fault[] {
  return error.issues.flatMap((issue) => issueFaults(issue, []));
}

type Issue = z.core.$ZodIssue;

function issueFaults(issue: Issue, above: readonly PropertyKey[]): Fault[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ pointer: pointer([...path, key]), detail: 'is not a property this has' }));
  }
  if (issue.code === 'invalid_union') {
    // Of the alternatives, the one with the fewest faults is the one that was meant.
    const branches = issue.errors.filter((branch) => branch.length > 0);
    const meant = branches.toSorted((a, b) => weight(a) - weight(b))[0];
    if (meant !== undefined) return meant.flatMap((inner) => issueFaults(inner, path));
  }
  return [{ pointer: pointer(path), detail: sentence(issue) }];
}

/** A property that is missing or unknown speaks more against an alternative than a value that is wrong. */
function weight(branch: readonly Issue[]): number {
  return branch.reduce((sum, issue) => sum + (issue.code === 'unrecognized_keys' ? 10 * issue.keys.length : 1), 0);
}

function pointer(path: readonly PropertyKey[]): string {
  return path.map((step) => `/${String(step).replace(/~/g, '~0').replace(/\//g, '~1')}`).join('');
}

/** In the house's words where the rule has none of its own: what was given, and what is allowed. */
function sentence(issue: Issue): string {
  const text = issue.message.replace(/\.$/, '');
  if (!/^(Too (small|big)|Invalid)/.test(text)) return text;
  if (issue.code === 'invalid_value')
    return `must be one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
  if (issue.code === 'invalid_type') return expected(issue.expected, text);
  if (issue.code === 'too_small') return measure(issue.origin, `at least ${issue.minimum}`);
  if (issue.code === 'too_big') return measure(issue.origin, `at most ${issue.maximum}`);
  if (issue.code === 'invalid_format')
    return `must be ${issue.format === 'email' ? 'an e-mail address' : `a ${issue.format}`}`;
  return text;
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
};

function expected(kind: string, text: string): string {
  const wanted = KINDS[kind] ?? kind;
  if (text.endsWith('received undefined')) return `is missing; it must be ${wanted}`;
  const received = /received (\w+)$/.exec(text)?.[1];
  return `must be ${wanted}${received === undefined ? '' : `, not ${KINDS[received] ?? received}`}`;
}

function measure(origin: string, limit: string): string {
  if (origin === 'string') return `must have ${limit} characters`;
  return origin === 'array' || origin === 'set' ? `must have ${limit} entries` : `must be ${limit}`;
}
