import type { FastifyPluginAsync } from 'fastify';
import { request as fetchFrom } from 'undici';

/** The embedded mail sink, shown under the API's own address; it exists only where there is a sink. */
export const devMailRoutes: FastifyPluginAsync<{ sink: string }> = async (app, { sink }) => {
  for (const path of ['/dev/mail', '/dev/mail.json', '/dev/mail/*']) {
    app.get(path, { schema: { hide: true } }, async (request, reply) => {
      const answer = await fetchFrom(new URL(request.url, sink));
      const type = answer.headers['content-type'];
      const policy = answer.headers['content-security-policy'];
      if (typeof type === 'string') void reply.type(type);
      // The sink's page shows mails and knows what they may load.
      if (typeof policy === 'string') void reply.header('Content-Security-Policy', policy);
      return reply.status(answer.statusCode).send(answer.body);
    });
  }
};
