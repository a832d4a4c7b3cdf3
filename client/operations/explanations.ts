import { listChangesOf, type DatedChange } from '../../database/change-views.js';
import { findSnapshot, findSnapshotPerson, type Snapshot, type SnapshotPerson } from '../../database/snapshots.js';
import { findInvitationMail } from '../../database/mail-views.js';
import { findLink } from '../../database/member-views.js';
import { firstProblemOf } from '../../database/problem-views.js';
import type { Transaction } from '../../database/transaction.js';
import { describeRule } from '../../domain/segment.js';
import { isId } from '../../database/ids.js';
import { enter, type Call } from './context.js';
import { requireIntegration, type Place } from './places.js';
import { notFound, Refusal } from './refusals.js';

/**
 * Why somebody is what they are: what the HR system said of them when it was last read, what that means, and what each
 * run has done to them since.
 */
export interface Explanation {
  /** Newest first. */
  readonly items: readonly DatedChange[];
  readonly now: {
    /** What was mapped, by member field; null: nothing is known of the person. */
    readonly employee: Readonly<Record<string, string>> | null;
    readonly decision: 'eligible' | 'outside' | 'left' | 'not-yet' | 'unknown' | 'error' | 'absent' | 'unread';
    readonly reason: string;
    /** When the HR system was read. */
    readonly at: string | null;
  };
  /** The newest mail that invited them; null: there was none. */
  readonly invitation: Awaited<ReturnType<typeof findInvitationMail>>;
}

/** Of a member, whoever owns them. */
export function explainMember(call: Call, programme: string, member: string): Promise<Explanation> {
  return enter(call, programme, 'read', async (trx) => {
    const link = isId(member) ? await findLink(trx, member) : null;
    if (link === null) throw notFound('member');
    const items = await listChangesOf(trx, { member });
    const invitation = await findInvitationMail(trx, member);
    if (link.integration === null || link.person === null) {
      return { items, now: { employee: null, decision: 'unread', reason: BY_HAND, at: null }, invitation };
    }
    return { items, now: await explainNow(trx, link.integration, { person: link.person }), invitation };
  });
}

/** Of an employee of one integration, also of who is no member. */
export function explainEmployee(call: Call, place: Place, employeeId: string): Promise<Explanation> {
  // Postgres keeps no such text, so nobody has it, and asking for it would be an error of its own.
  if (employeeId.includes('\0')) throw new Refusal('invalid-query', 'The employee ID has a NUL character in it.');
  return enter(call, place.programme, 'read', async (trx) => {
    const integration = await requireIntegration(trx, place.integration);
    const items = await listChangesOf(trx, { integration: integration.id, employeeId });
    const member = items.find((item) => item.member !== null)?.member ?? null;
    const invitation = member === null ? null : await findInvitationMail(trx, member);
    return { items, now: await explainNow(trx, integration.id, { employeeId }), invitation };
  });
}

const BY_HAND =
  'The account was made by hand and belongs to no integration: no import touches it until one recognises the person.';
const NO_SNAPSHOT =
  'No directory is kept at the moment: the next import or review that reads all of it will tell what the HR system says.';

async function explainNow(
  trx: Transaction,
  integration: string,
  by: { person: string } | { employeeId: string },
): Promise<Explanation['now']> {
  const snapshot = await findSnapshot(trx, integration);
  if (snapshot === null) return { employee: null, decision: 'unread', reason: NO_SNAPSHOT, at: null };
  const at = snapshot.at.toISOString();
  const person = await findSnapshotPerson(trx, snapshot, by);
  if (person === null) {
    // Whom the list lacked and the HR system still had, when it was asked.
    const told = await firstProblemOf(trx, snapshot.import, by);
    const reason = told?.detail ?? 'The HR system did not have the person when all of it was last read.';
    return { employee: null, decision: 'absent', reason, at };
  }
  const employee = { ...(person.employeeId === null ? {} : { employeeId: person.employeeId }), ...person.fields };
  return { employee, at, ...(await judge(trx, snapshot, person)) };
}

async function judge(
  trx: Transaction,
  { configuration, import: run }: Snapshot,
  person: SnapshotPerson & { person: string },
): Promise<Pick<Explanation['now'], 'decision' | 'reason'>> {
  const { rule } = configuration.segment;
  const found = await firstProblemOf(trx, run, { person: person.person });
  const problem = found?.detail ?? null;
  // Also what the plan has found wrong: an address that somebody else has, an account that may be another one's.
  if (found?.severity === 'error') return { decision: 'error', reason: found.detail };
  switch (person.standing) {
    case 'left':
      return {
        decision: 'left',
        reason: `The HR system lists the person as a leaver${person.endsOn === null ? '' : `; the last working day was ${person.endsOn}`}.`,
      };
    case 'not-yet':
      return { decision: 'not-yet', reason: 'The employment has not begun yet.' };
    case 'unknown':
      return { decision: 'unknown', reason: problem ?? 'The employment status is not known, so nothing is changed.' };
    case 'error':
      return { decision: 'error', reason: problem ?? 'A value of this person cannot be used.' };
    default: {
      if (rule === null)
        return { decision: 'eligible', reason: 'Employed, and everybody who is employed is eligible.' };
      const said = (person.segmentValues ?? []).map((value) => value ?? 'nothing').join('; ');
      const words = `${describeRule(rule)}. The HR system says ${said}.`;
      return person.outside
        ? { decision: 'outside', reason: `Employed, but outside the segment: ${words}` }
        : { decision: 'eligible', reason: `Employed and inside the segment: ${words}` };
    }
  }
}
