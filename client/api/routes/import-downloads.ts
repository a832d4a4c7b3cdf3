import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { PageRequest } from '../../operations/context.js';
import { eachOf } from '../../operations/every-page.js';
import { getImport, listChanges, listProblems, type ChangeView, type ProblemView } from '../../operations/imports.js';
import { asker } from '../access.js';
import { csv } from '../csv.js';
import { changeQuerySchema, importProblemSchema } from '../contract/imports.js';

const params = z.object({ programme: z.string(), integration: z.string(), import: z.string() });
const AT = '/programmes/:programme/integrations/:integration/imports/:import';
const file = { 200: { content: { 'text/csv': { schema: z.string().describe('RFC 4180, UTF-8 with BOM, CRLF') } } } };
const document = {
  200: { content: { 'application/json': { schema: z.array(z.unknown()).describe('All of them, one a line') } } },
};
const noQuery = z.strictObject({});
const onlyKind = changeQuerySchema.pick({ kind: true });

const PROBLEM_COLUMNS: Readonly<Record<string, (row: ProblemView) => string | null>> = {
  employeeId: (row) => row.employeeId,
  field: (row) => row.field,
  received: (row) => row.received,
  allowed: (row) => row.allowed,
  detail: (row) => row.detail,
  fixedBy: (row) => row.fixedBy,
};

const CHANGE_COLUMNS: Readonly<Record<string, (row: ChangeView) => string | null>> = {
  kind: (row) => row.kind,
  outcome: (row) => row.outcome,
  member: (row) => row.member,
  employeeId: (row) => row.employeeId,
  email: (row) => row.email,
  reason: (row) => row.reason,
  fields: (row) =>
    row.fields.map(({ name, before, after }) => `${name}: ${before ?? '–'} → ${after ?? '–'}`).join('\n'),
};

/** The same lists as files. Something is read before the file begins, so that a wrong address is a problem, not a file. */
export const importDownloadRoutes: FastifyPluginAsyncZod = async (app) => {
  for (const severity of ['error', 'warning'] as const) {
    app.get(
      `${AT}/${severity}s.csv`,
      { schema: { summary: `The ${severity}s as CSV`, params, querystring: noQuery, response: file } },
      async (request, reply) => {
        const call = asker(request);
        const place = request.params;
        await listProblems(call, place, severity, { limit: 1 });
        const rows = eachOf((page: PageRequest) => listProblems(call, place, severity, page));
        return download(reply, 'text/csv', `${severity}s-${place.import}.csv`).send(csv(rows, PROBLEM_COLUMNS));
      },
    );

    app.get(
      `${AT}/${severity}s.json`,
      {
        schema: { summary: `The ${severity}s as one JSON document`, params, querystring: noQuery, response: document },
      },
      async (request, reply) => {
        const call = asker(request);
        const place = request.params;
        await listProblems(call, place, severity, { limit: 1 });
        const rows = eachOf((page: PageRequest) => listProblems(call, place, severity, page));
        return download(reply, 'application/json', `${severity}s-${place.import}.json`).send(jsonOf(rows));
      },
    );
  }

  app.get(
    `${AT}/changes.csv`,
    { schema: { summary: 'The changes as CSV', params, querystring: onlyKind, response: file } },
    async (request, reply) => {
      const call = asker(request);
      const { kind } = request.query;
      const place = request.params;
      await getImport(call, place);
      const filter = kind === undefined ? {} : { kind };
      const rows = eachOf((page: PageRequest) => listChanges(call, place, filter, page));
      return download(reply, 'text/csv', `changes-${place.import}.csv`).send(csv(rows, CHANGE_COLUMNS));
    },
  );
};

function download(reply: FastifyReply, type: string, name: string): FastifyReply {
  return reply.type(`${type}; charset=utf-8`).header('Content-Disposition', `attachment; filename="${name}"`);
}

/** An error of the source destroys the stream: a document that breaks off is no JSON, and cannot look whole. */
function jsonOf(rows: AsyncIterable<ProblemView>): Readable {
  return Readable.from(lines(rows));
}

async function* lines(rows: AsyncIterable<ProblemView>): AsyncGenerator<string> {
  let before = '[\n';
  for await (const row of rows) {
    yield `${before}${JSON.stringify(importProblemSchema.parse(row))}`;
    before = ',\n';
  }
  yield before === '[\n' ? '[]\n' : '\n]\n';
}
