/** The bundle's entry: the workflows by name, nothing else. */
export { accountMails } from './account-mails.js';
export { importDue } from './import-due.js';
export { importRun } from './import-run.js';
export { integration } from './integration.js';
export { mails } from './mails.js';
export { reconcile } from './reconcile.js';
export { sweep } from './sweep.js';
