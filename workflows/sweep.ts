import { proxyActivities, setCurrentDetails } from '@temporalio/workflow';
import type { DatabaseActivities } from '../activities/index.js';
import { describeSwept, type Swept } from '../domain/swept.js';
import { LONG } from './activity-options.js';
import {
  ACCOUNT_MAILS_WORKFLOW,
  integrationWorkflowId,
  lookAgainSignal,
  mailsWaitingSignal,
  mailsWorkflowId,
} from './messages.js';

/**
 * Every hour: what no import and no command brings about, but the passing of time. Two at once do no harm: each thing
 * is found under its row's lock and found only once.
 */
const { sweepProgrammes } = proxyActivities<DatabaseActivities>(LONG);

const NAMES = {
  integration: { workflow: integrationWorkflowId('{id}'), signal: lookAgainSignal.name },
  mails: { workflow: mailsWorkflowId('{id}'), signal: mailsWaitingSignal.name },
  accountMails: { workflow: ACCOUNT_MAILS_WORKFLOW, signal: mailsWaitingSignal.name },
};

export async function sweep(): Promise<Swept> {
  setCurrentDetails('Reminds of lost access, notices what has not come through for long, ends what has expired.');
  const swept = await sweepProgrammes.executeWithOptions({ summary: 'Sweep all programmes' }, [NAMES]);
  setCurrentDetails(`**done** – ${describeSwept(swept)}.`);
  return swept;
}
