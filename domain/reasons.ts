/**
 * Why a change was planned, in words. A change keeps the reason's code and the values that decided; the sentence is
 * made when it is read, so that history can be told better later.
 */
export type ReasonValues = Readonly<Record<string, unknown>>;

const REASONS: Readonly<Record<string, (values: ReasonValues) => string>> = {
  'new-employee': () => 'Employed and eligible, and not a member yet.',
  'fields-differ': () => 'The HR system has other values than the member.',
  'listed-as-leaver': (values) => {
    const lastDay = text(values, 'lastDay');
    return lastDay === null
      ? 'The HR system lists the person as a leaver.'
      : `The HR system lists the person as a leaver; the last working day was ${lastDay}.`;
  },
  'last-day-over': (values) =>
    `The last working day, ${text(values, 'lastDay') ?? 'as the HR system had told it'}, is over.`,
  'outside-segment': (values) =>
    `Employed, but outside the segment: ${text(values, 'rule') ?? 'its rule excludes them'}.${given(values)}`,
  'not-in-directory': (values) => {
    const since = text(values, 'since');
    const from = since === null ? '' : ` since ${since}`;
    return `The HR system has not had the person${from}, and two complete imports at least twelve hours apart agree.`;
  },
  'looked-up-gone': (values) => {
    const on = text(values, 'on');
    return `The HR system does not list the person any more and, asked for them${on === null ? '' : ` on ${on}`}, said that there is no such person.`;
  },
  'absent-unlooked': () =>
    'The HR system does not list the person, nor so many others that it was not asked for each of them; it will be when somebody approves the removal.',
  'still-there': () =>
    'The removal was approved, but the HR system, asked for the person, still has them: nothing was changed.',
  'look-up-unanswered': () =>
    'The removal was approved, but the HR system gave no sure answer when it was asked for the person: nothing was changed, and the next import looks again.',
  'back-in-directory': () => 'Employed again during the close-down, so the same account goes on.',
  'adopted-by-key': () => 'An account that existed before has the same key.',
  'adopted-by-email': () => 'An account that existed before has the same e-mail address.',
  'moved-between-integrations': (values) =>
    `The person was a member through ${text(values, 'integration') === null ? 'another integration' : `the integration "${text(values, 'integration')}"`} and goes on with the same account.`,
  'back-with-another-id': () =>
    'The person is in the HR system under another id than before, with the same address and another sign, so the same account goes on.',
  'undo-removal': (values) => `${undone(values)}, which had closed the account: it is open again.`,
  'undo-created': (values) => `${undone(values)}, which had made the account: it is closed again.`,
  'undo-reactivated': (values) => `${undone(values)}, which had opened the account again: it is closed once more.`,
  'undo-updated': (values) => `${undone(values)}, which had changed the account: it has its values of before.`,
  'undo-adopted': (values) =>
    `${undone(values)}, which had taken over an account made by hand: it belongs to no integration again.`,
  'undo-transferred': (values) =>
    `${undone(values)}, which had taken the account over from another integration: it belongs there again.`,
  'email-taken': (values) => {
    const owner = text(values, 'integration');
    return owner === null
      ? 'The e-mail address belongs to another active member.'
      : `The e-mail address belongs to an active member of the integration "${owner}".`;
  },
  problem: (values) => text(values, 'detail') ?? text(values, 'code') ?? 'A value of this person cannot be used.',
};

export const REASON_CODES: readonly string[] = Object.keys(REASONS);

/** A code that is not known (written by a later version) is shown as it is. */
export function describeReason(code: string, values: ReasonValues | null): string {
  const describe = Object.hasOwn(REASONS, code) ? REASONS[code] : undefined;
  return describe === undefined ? code : describe(values ?? {});
}

/** `Somebody has undone the import of 2026-03-31` */
function undone(values: ReasonValues): string {
  const on = text(values, 'on');
  return `Somebody has undone the import${on === null ? '' : ` of ${on}`}`;
}

/** What the rule's fields held: ` The HR system says department: Sales; team: nothing.` */
function given({ given: fields }: ReasonValues): string {
  if (typeof fields !== 'object' || fields === null) return '';
  const words = Object.entries(fields).map(
    ([name, value]) => `${name}: ${typeof value === 'string' ? value : 'nothing'}`,
  );
  return words.length === 0 ? '' : ` The HR system says ${words.join('; ')}.`;
}

function text(values: ReasonValues, name: string): string | null {
  const value = values[name];
  return typeof value === 'string' && value !== '' ? value : null;
}
