import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { getImport, type ImportView } from '../../operations/imports.js';
import { asker } from '../access.js';

const params = z.object({ programme: z.string(), integration: z.string(), import: z.string() });
/** As often as a progress bar moves; each look is one indexed row. */
const LOOK_EVERY_MS = 500;

/** An import as it goes on: `progress` whenever something changed, then `end`; for pages that would otherwise poll. */
export const importEventRoutes: FastifyPluginAsyncZod = async (app) => {
  let closing = false;
  app.addHook('preClose', async () => {
    closing = true;
  });

  app.get(
    '/programmes/:programme/integrations/:integration/imports/:import/events',
    {
      sse: 'only',
      schema: { summary: 'Server-sent events of an import: progress, then end', params },
    },
    async (request, reply) => {
      const call = asker(request);
      const first = await getImport(call, request.params);
      const isOpen = () => reply.sse.isConnected && !closing;
      await reply.sse.send(follow(first, () => getImport(call, request.params), isOpen));
    },
  );
};

async function* follow(first: ImportView, look: () => Promise<ImportView>, isOpen: () => boolean) {
  let told = '';
  for (let current = first; ; current = await look()) {
    const text = JSON.stringify(current);
    if (text !== told) yield { event: 'progress', data: current };
    told = text;
    if (current.endedAt !== null) {
      yield { event: 'end', data: current };
      return;
    }
    await delay(LOOK_EVERY_MS);
    if (!isOpen()) return;
  }
}
