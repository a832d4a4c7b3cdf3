import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { explainEmployee, explainMember } from '../../operations/explanations.js';
import { listSegmentValues, previewSegment } from '../../operations/segments.js';
import { asker } from '../access.js';
import { explanationSchema } from '../contract/imports.js';
import {
  segmentBodySchema,
  segmentPreviewQuerySchema,
  segmentPreviewSchema,
  segmentValueListSchema,
  segmentValueQuerySchema,
} from '../contract/integrations.js';

/** What is answered from the directory as it was last read: who would be in a segment, and why somebody is what they are. */
const params = z.object({ programme: z.string(), integration: z.string() });
const AT = '/programmes/:programme/integrations/:integration';

export const segmentRoutes: FastifyPluginAsyncZod = async (app) => {
  app.post(
    `${AT}/segment/preview`,
    {
      schema: {
        summary: 'How many a segment would take in and leave out, from the directory as it was last read',
        params,
        querystring: segmentPreviewQuerySchema,
        body: segmentBodySchema,
        response: { 200: segmentPreviewSchema },
      },
    },
    async (request) => previewSegment(asker(request), request.params, request.body, request.query),
  );

  app.get(
    `${AT}/segment/values`,
    {
      schema: {
        summary: 'What people have in a field, most frequent first',
        params,
        querystring: segmentValueQuerySchema,
        response: { 200: segmentValueListSchema },
      },
    },
    async (request) => listSegmentValues(asker(request), request.params, request.query),
  );

  app.get(
    `${AT}/people/:employeeId/explanation`,
    {
      schema: {
        summary: 'Why an employee is a member or not, and what each import did to them',
        params: params.extend({ employeeId: z.string() }),
        response: { 200: explanationSchema },
      },
    },
    async (request) => explainEmployee(asker(request), request.params, request.params.employeeId),
  );

  app.get(
    '/programmes/:programme/members/:member/explanation',
    {
      schema: {
        summary: 'Why a member is what they are, and what each import did to them',
        params: z.object({ programme: z.string(), member: z.string() }),
        response: { 200: explanationSchema },
      },
    },
    async (request) => explainMember(asker(request), request.params.programme, request.params.member),
  );
};
