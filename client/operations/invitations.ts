import { hash } from '@node-rs/argon2';
import { acceptInvitation, findInvitation, type Invitation } from '../../database/invitations.js';
import type { Context } from './context.js';

/** The one thing a member does by themselves: open the link of the invitation and set a password. */
export const SHORTEST_PASSWORD = 10;
/** Argon2 takes any length; this only keeps somebody from feeding it a megabyte. */
export const LONGEST_PASSWORD = 1000;

export type InvitationState = 'open' | 'used' | 'expired' | 'unknown' | 'closed';

export interface InvitationPage {
  readonly state: InvitationState;
  readonly programme: string | null;
  readonly name: string | null;
  readonly email: string | null;
  readonly signInUrl: string | null;
}

export async function openInvitation({ db }: Context, token: string): Promise<InvitationPage> {
  return page(await findInvitation(db, token));
}

/** @returns the page as it stands afterwards, and whether this very request set the password. */
export async function setPassword(
  { db }: Context,
  token: string,
  password: string,
): Promise<{ page: InvitationPage; done: boolean; fault: string | null }> {
  const invitation = await findInvitation(db, token);
  const before = page(invitation);
  if (invitation === null || before.state !== 'open') return { page: before, done: false, fault: null };
  const fault = passwordFault(password);
  if (fault !== null) return { page: before, done: false, fault };
  const done = await acceptInvitation(db, invitation, await hash(password));
  return { page: page(await findInvitation(db, token)), done, fault: null };
}

function passwordFault(password: string): string | null {
  const length = Array.from(password).length;
  if (length < SHORTEST_PASSWORD) {
    return `The password has ${length} characters; it needs at least ${SHORTEST_PASSWORD}.`;
  }
  if (length > LONGEST_PASSWORD)
    return `The password has more than ${LONGEST_PASSWORD} characters; choose a shorter one.`;
  return null;
}

/** Nothing about the person is shown once the link cannot be used: it may have been found by somebody else. */
function page(invitation: Invitation | null): InvitationPage {
  if (invitation === null) return { state: 'unknown', programme: null, name: null, email: null, signInUrl: null };
  const state = invitation.state === 'open' && invitation.memberState !== 'active' ? 'closed' : invitation.state;
  const isOpen = state === 'open';
  return {
    state,
    programme: invitation.programmeName,
    name: isOpen ? invitation.name : null,
    email: isOpen ? invitation.email : null,
    signInUrl: invitation.signInUrl,
  };
}
