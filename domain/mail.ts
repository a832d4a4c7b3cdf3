/** What is mailed, and what becomes of it. */
export const MAIL_KINDS = [
  'invitation',
  'close-down',
  'reactivation',
  'report',
  'attention',
  'authorize-invite',
] as const;
export type MailKind = (typeof MAIL_KINDS)[number];

export const MAIL_STATES = ['pending', 'held', 'sending', 'sent', 'unknown', 'refused', 'suppressed'] as const;
export type MailState = (typeof MAIL_STATES)[number];
