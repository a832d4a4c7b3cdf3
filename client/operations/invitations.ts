import { acceptInvitation, findInvitation, type Invitation } from '../../database/invitations.js';
import { openMemberSession } from './accounts.js';
import type { Context } from './context.js';
import { hashPassword, passwordFault } from './passwords.js';

/** The first thing a member does by themselves: open the link of the invitation and set a password. */

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

/**
 * @returns the page as it stands afterwards, and the cookie of whoever has set the password by this very request: they
 * are signed in to their own page.
 */
export async function setPassword(
  context: Context,
  token: string,
  password: string,
): Promise<{ page: InvitationPage; session: string | null; fault: string | null }> {
  const { db } = context;
  const invitation = await findInvitation(db, token);
  const before = page(invitation);
  if (invitation === null || before.state !== 'open') return { page: before, session: null, fault: null };
  const fault = passwordFault(password);
  if (fault !== null) return { page: before, session: null, fault };
  const done = await acceptInvitation(db, invitation, await hashPassword(password));
  const session = done ? await openMemberSession(context, invitation.programme, invitation.member) : null;
  return { page: page(await findInvitation(db, token)), session, fault: null };
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
