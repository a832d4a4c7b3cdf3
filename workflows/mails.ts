import {
  condition,
  continueAsNew,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { MailActivities } from '../activities/index.js';
import { MAILING } from './activity-options.js';
import { mailsWaitingSignal, type IntegrationRef } from './messages.js';
import { sendInRounds } from './sending-mails.js';

/**
 * Sends what waits of one integration and belongs to no open run: what a run left behind, that it works again, a
 * reminder, an invitation to authorize. It is started by whoever put the mails there, and ends when none waits.
 */
const { sendMails } = proxyActivities<MailActivities>(MAILING);

/** About an hour; the sweep then finds what is left, so that none waits for ever. */
const ROUNDS = 60;

export async function mails(ref: IntegrationRef): Promise<{ sent: number; left: number }> {
  let more = true;
  setHandler(mailsWaitingSignal, () => void (more = true), { description: 'There are new mails: look once more.' });
  const total = { sent: 0, left: 0 };
  const send = async () => {
    const round = await sendMails.executeWithOptions({ summary: 'Send what waits' }, [{ ...ref, import: null }]);
    total.sent += round.sent;
    total.left = round.left;
    return round;
  };
  /** A mail that is nobody's invitation does not wait with them: whoever puts one there wakes it. */
  const untilWave = async (seconds: number) => {
    setCurrentDetails(describeWaves(total, seconds));
    await condition(() => more, seconds * 1000);
    more = false;
    return !workflowInfo().continueAsNewSuggested;
  };
  while (more) {
    more = false;
    await sendInRounds(ROUNDS, send, untilWave);
  }
  if (total.left > 0 && workflowInfo().continueAsNewSuggested) return continueAsNew<typeof mails>(ref);
  return total;
}

function describeWaves({ sent, left }: { sent: number; left: number }, seconds: number): string {
  const next = `the next wave goes in ${Math.ceil(seconds / 60)} minutes`;
  return `**sends invitations in waves** – ${sent} mails sent here, ${left} wait; ${next}. How many go in an hour is a setting of the programme (\`invitationsPerHour\`).`;
}
