import { Readable } from 'node:stream';
import multipart from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { upload } from '../../operations/uploads.js';
import { UPLOAD_LIMIT } from '../../operations/spool.js';
import { asker, idempotencyKey, stillRunning } from '../access.js';
import { importSchema } from '../contract/imports.js';
import { uploadedSchema } from '../contract/integrations.js';
import { operationReferenceSchema } from '../contract/operations.js';
import { WireError } from '../errors.js';

const params = z.object({ programme: z.string(), integration: z.string() });
const headers = z.looseObject({ 'idempotency-key': z.string().optional() });
/** Above the limit of a file, which speaks for itself. */
const BODY = UPLOAD_LIMIT + 1024 * 1024;

export const uploadRoutes: FastifyPluginAsyncZod = async (app) => {
  app.addContentTypeParser('text/csv', (_request, payload, done) => done(null, payload));
  await app.register(multipart, { limits: { files: 1, fileSize: BODY } });

  app.post(
    '/programmes/:programme/integrations/:integration/upload',
    {
      bodyLimit: BODY,
      schema: {
        summary: 'Give the directory as a CSV file: the first stands for authorize, each later one starts an import',
        consumes: ['text/csv', 'multipart/form-data'],
        params,
        headers,
        response: { 200: uploadedSchema, 202: z.union([importSchema, operationReferenceSchema]) },
      },
    },
    async (request, reply) => {
      const given = { bytes: bytesOf(request), key: idempotencyKey(request) };
      const answer = await upload(asker(request), request.params, given);
      if (answer.pending) return stillRunning(reply, answer.operation);
      return reply.status(answer.status === 202 ? 202 : 200).send(answer.body);
    },
  );
};

/** Nothing of the request is looked at before the operation wants it: whether somebody may ask comes first. */
async function* bytesOf(request: FastifyRequest): AsyncIterable<Uint8Array> {
  if (request.isMultipart()) {
    const part = await request.file();
    if (part === undefined) throw noFile();
    yield* part.file;
    return;
  }
  // Parsed as JSON, it is no stream.
  if (!(request.body instanceof Readable)) throw noFile();
  yield* request.body;
}

function noFile(): WireError {
  return new WireError(
    'unsupported-media-type',
    'Send the file as the body with "Content-Type: text/csv", or as one file of a multipart/form-data body.',
  );
}
