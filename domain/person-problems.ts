import type { EmploymentFacts } from './employee.js';
import { EMPLOYEE_ID } from './member.js';
import { shown, type Problem } from './problem.js';

/** What can be wrong with a person as a whole: each says what was received, what is allowed and who can mend it. */
export function addUnreadableDates(facts: EmploymentFacts, problems: Problem[]): void {
  for (const { field, received } of facts.unreadable ?? []) {
    problems.push({
      severity: 'warning',
      code: 'date-unreadable',
      field,
      received: shown(received),
      allowed: 'a date like 2026-03-31',
      detail: `The HR system's "${field}" is not a date and was not considered.`,
      fixedBy: 'hr',
    });
  }
}

export function missingId(): Problem {
  return {
    severity: 'error',
    code: 'no-person-id',
    field: EMPLOYEE_ID,
    received: null,
    allowed: "the HR system's own id of the person",
    detail: 'The record has no id of the person, so it cannot be told whom it describes.',
    fixedBy: 'provider',
  };
}

export function unusable({ detail, allowed }: NonNullable<EmploymentFacts['unusable']>): Problem {
  return { severity: 'error', code: 'record-unusable', field: null, received: null, allowed, detail, fixedBy: 'hr' };
}

/** Whoever mends a file has to find the record first. */
export function locate(problems: Problem[], place: string): void {
  for (const [at, problem] of problems.entries()) {
    problems[at] = { ...problem, detail: `${place}: ${problem.detail}` };
  }
}

export function missingEmail(from: string): Problem {
  return {
    severity: 'error',
    code: 'no-email',
    field: 'email',
    received: null,
    allowed: 'one e-mail address like ada.park@acme.example',
    detail: `The person has no e-mail address in ${from}; an account needs one.`,
    fixedBy: 'hr',
  };
}

export function missingKey(syncKey: string): Problem {
  return {
    severity: 'error',
    code: 'no-sync-key',
    field: syncKey,
    received: null,
    allowed: `a value in ${syncKey}`,
    detail: `The person has no value in "${syncKey}", which identifies members of this integration.`,
    fixedBy: 'hr',
  };
}

export function unknownStatus(received: string | null): Problem {
  return {
    severity: 'warning',
    code: 'status-unknown',
    field: 'status',
    received: shown(received),
    allowed: 'a status that the mapping names as employed or left',
    detail: 'The employment status is not known, so the person was left exactly as they are.',
    fixedBy: 'admin',
  };
}
