import type { CommandName } from './commands.js';

/**
 * What the audit log can tell, as one closed table: whoever adds something that people can do has to say it here.
 * `done` follows the name of who did it; `asked` follows "asked to", for a command that was refused or never answered.
 */
export interface AuditTelling {
  readonly subject: AuditSubject;
  readonly done: string;
  readonly asked?: string;
}

export type AuditSubject = 'programme' | 'integration' | 'credential' | 'member' | 'admin' | 'token' | 'audience';

const COMMANDS: Readonly<Record<CommandName, AuditTelling>> = {
  setUp: integration('changed the setup of', 'change the setup of'),
  authorize: integration('gave credentials for', 'give credentials for'),
  upload: integration('uploaded a file for', 'upload a file for'),
  map: integration('changed the mapping of', 'change the mapping of'),
  segment: integration('changed the segment of', 'change the segment of'),
  review: integration('reviewed what would change by', 'review what would change by'),
  publish: integration('published', 'publish'),
  pause: integration('paused', 'pause'),
  resume: integration('resumed', 'resume'),
  importNow: integration('started an import of', 'start an import of'),
  importPerson: integration('imported one person by', 'import one person by'),
  retryErrors: integration('imported those with errors again by', 'import those with errors again by'),
  undo: integration('took back what an import did of', 'take back what an import did of'),
  reviewUndo: integration(
    'reviewed what taking back an import would change of',
    'review what taking back an import would change of',
  ),
  cancelImport: integration('cancelled an import of', 'cancel an import of'),
  decide: integration('decided about the people held by', 'decide about the people held by'),
  revoke: integration('revoked the access of', 'revoke the access of'),
  remove: integration('removed', 'remove'),
};

const OTHERS = {
  'programme-created': { subject: 'programme', done: 'made the programme' },
  'programme-changed': { subject: 'programme', done: 'changed the settings of the programme' },
  'grace-days-changed': { subject: 'programme', done: 'changed the grace period of the programme' },
  'integration-created': { subject: 'integration', done: 'made the integration' },
  'authorize-invite': { subject: 'integration', done: 'asked a colleague for the credentials of the integration' },
  'credential-deleted': { subject: 'credential', done: 'deleted the credential' },
  'member-created': { subject: 'member', done: 'made an account by hand for the member' },
  'member-protected': { subject: 'member', done: 'protected the member' },
  'member-unprotected': { subject: 'member', done: 'ended the protection of the member' },
  'invited-again': { subject: 'member', done: 'sent another invitation to the member' },
  'admin-invited': { subject: 'admin', done: 'invited the admin' },
  'admin-role-changed': { subject: 'admin', done: 'changed the role of the admin' },
  'admin-removed': { subject: 'admin', done: 'took the access away from the admin' },
  'signed-in': { subject: 'admin', done: 'signed in' },
  'token-created': { subject: 'token', done: 'made the token' },
  'token-revoked': { subject: 'token', done: 'revoked the token' },
  'audience-created': { subject: 'audience', done: 'made the audience' },
  'audience-changed': { subject: 'audience', done: 'changed the audience' },
  'audience-deleted': { subject: 'audience', done: 'deleted the audience' },
} as const satisfies Readonly<Record<string, AuditTelling>>;

export type AuditAction = CommandName | keyof typeof OTHERS;
export const AUDIT_ACTIONS: Readonly<Record<AuditAction, AuditTelling>> = { ...COMMANDS, ...OTHERS };

export type AuditOutcome = 'done' | 'refused' | 'pending';

/** "Ada Park published the integration “Sage HR”." */
export function auditSentence(
  entry: { readonly action: string; readonly outcome: AuditOutcome; readonly actor: string },
  subject: string | null,
): string {
  const telling = findTelling(entry.action);
  if (telling === null) return `${entry.actor} did something that this version does not know (${entry.action}).`;
  const named = subject === null || entry.action === 'signed-in' ? '' : ` “${subject}”`;
  if (entry.outcome === 'done' || telling.asked === undefined) return `${entry.actor} ${telling.done}${named}.`;
  const fate = entry.outcome === 'refused' ? 'it was refused' : 'it is not answered yet';
  return `${entry.actor} asked to ${telling.asked}${named}; ${fate}.`;
}

/** Null for what another version has written. */
export function findTelling(action: string): AuditTelling | null {
  return Object.hasOwn(AUDIT_ACTIONS, action) ? AUDIT_ACTIONS[action as AuditAction] : null;
}

function integration(done: string, asked: string): AuditTelling {
  return { subject: 'integration', done: `${done} the integration`, asked: `${asked} the integration` };
}
