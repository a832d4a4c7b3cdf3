/** Task queues: workflows on one, activities by what they touch, so that one slow thing cannot hold the others. */
export const WORKFLOW_QUEUE = 'rollcall';
export const DATABASE_QUEUE = 'database';
export const MAIL_QUEUE = 'mail';
export const providerQueue = (provider: string): string => `provider-${provider}`;
