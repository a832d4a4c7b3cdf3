import { proxyActivities, setHandler } from '@temporalio/workflow';
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

export async function mails({ programme, integration }: IntegrationRef): Promise<{ sent: number; left: number }> {
  let more = true;
  setHandler(mailsWaitingSignal, () => void (more = true), { description: 'There are new mails: look once more.' });
  const total = { sent: 0, left: 0 };
  while (more) {
    more = false;
    await sendInRounds(ROUNDS, async () => {
      const round = await sendMails.executeWithOptions({ summary: 'Send what waits' }, [
        { programme, integration, import: null },
      ]);
      total.sent += round.sent;
      total.left = round.left;
      return round;
    });
  }
  return total;
}
