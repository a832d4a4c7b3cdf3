import type { Member } from '../../api/members.js';

/** What a member is called: the fullest name that is known, else the address. */
export function personName(member: Member, unnamed: string): string {
  const parts = [member.preferredName ?? member.firstName, member.lastName].filter((part) => part !== null);
  return member.fullName ?? (parts.length > 0 ? parts.join(' ') : (member.email ?? member.username ?? unnamed));
}
