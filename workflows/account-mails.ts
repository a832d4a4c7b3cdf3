import { proxyActivities, setHandler } from '@temporalio/workflow';
import type { MailActivities } from '../activities/index.js';
import { MAILING } from './activity-options.js';
import { mailsWaitingSignal } from './messages.js';
import { sendInRounds } from './sending-mails.js';

/** Sends the links that sign admins in, one sender for all of them. Started by whoever asked for a link; ends when none waits. */
const { sendAccountMails } = proxyActivities<MailActivities>(MAILING);

/** About an hour; the sweep then finds what is left. */
const ROUNDS = 60;

export async function accountMails(): Promise<{ sent: number; left: number }> {
  let more = true;
  setHandler(mailsWaitingSignal, () => void (more = true), { description: 'There are new mails: look once more.' });
  const total = { sent: 0, left: 0 };
  while (more) {
    more = false;
    await sendInRounds(ROUNDS, async () => {
      const round = await sendAccountMails.executeWithOptions({ summary: 'Send sign-in links' }, []);
      total.sent += round.sent;
      total.left = round.left;
      return round;
    });
  }
  return total;
}
