/** Task queues: workflows and their short turns on one, longer work by what it touches, so that one slow thing cannot hold the others. */
export const WORKFLOW_QUEUE = 'rollcall';
export const DATABASE_QUEUE = 'database';
export const MAIL_QUEUE = 'mail';
export const providerQueue = (provider: string): string => `provider-${provider}`;
