import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Webhook } from '../provider.js';

/**
 * What Merge posts when it has synced an account (README.md, W). Signed over the raw body with a key of its own; padding
 * may be there or not.
 */
const hookSchema = z.object({
  hook: z.object({ id: z.string().optional(), event: z.string() }),
  linked_account: z.object({ end_user_origin_id: z.string().min(1) }),
});
const SYNCED = 'LinkedAccount.sync_completed';

export const webhook: Webhook = {
  read(body, headers, key) {
    const given = headers['x-merge-webhook-signature'];
    const signature = Buffer.from(typeof given === 'string' ? given : '', 'base64url');
    const expected = createHmac('sha256', key).update(body).digest();
    if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) return { kind: 'refused' };
    const parsed = hookSchema.safeParse(jsonOf(body));
    // The button for tests in Merge's dashboard sends something else, and so may the next version.
    if (!parsed.success || parsed.data.hook.event !== SYNCED) return { kind: 'other' };
    const { hook, linked_account: account } = parsed.data;
    // The id of a hook is that of its subscription; what tells one posting from another is all of it.
    return {
      kind: 'changed',
      origin: account.end_user_origin_id,
      key: `${hook.event}:${expected.toString('base64url')}`,
    };
  },
};

function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8')) as unknown;
  } catch {
    return null;
  }
}
