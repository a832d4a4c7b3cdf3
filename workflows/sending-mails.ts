import { proxyActivities, sleep } from '@temporalio/workflow';
import type { DatabaseActivities, MailActivities } from '../activities/index.js';
import { SHORT } from './activity-options.js';
import { mailsWaitingSignal, mailsWorkflowId, type IntegrationRef } from './messages.js';

/**
 * Mails that a run sends are its own while it is open. Whatever is left then, and what belongs to no run, is sent by one
 * workflow an integration, so that no two senders ever look after the same mail.
 */
export type Sent = Awaited<ReturnType<MailActivities['sendMails']>>;

const { sendSoon } = proxyActivities<DatabaseActivities>(SHORT);

const LONGEST_WAIT_SECONDS = 60;

/** What to do until the next wave of invitations goes; false: no more is to be sent here. */
export type UntilWave = (seconds: number, sent: Sent) => Promise<boolean>;
const leaveToOthers: UntilWave = async () => false;

/**
 * A mail server that does not answer is waited for by a timer that an operator can see, and not for ever; the next wave of
 * invitations as the caller says.
 */
export async function sendInRounds(
  rounds: number,
  send: () => Promise<Sent>,
  untilWave: UntilWave = leaveToOthers,
): Promise<Sent> {
  let sent = await send();
  for (let round = 1; round < rounds && sent.left > 0 && sent.waitSeconds !== null; round += 1) {
    if (sent.nextWaveIn != null) {
      if (!(await untilWave(sent.nextWaveIn, sent))) return sent;
      round = 0;
      sent = await send();
      continue;
    }
    const seconds = Math.min(sent.waitSeconds, LONGEST_WAIT_SECONDS);
    await sleep(seconds * 1000, { summary: `The mail server did not take ${sent.left} mails; trying again` });
    sent = await send();
  }
  return sent;
}

export async function letMailsGo({ programme, integration }: IntegrationRef, why: string): Promise<void> {
  const place = { programme, integration, workflow: mailsWorkflowId(integration), signal: mailsWaitingSignal.name };
  await sendSoon.executeWithOptions({ summary: why }, [place]);
}
