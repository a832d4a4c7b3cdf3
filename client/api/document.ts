import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { problemSchema } from './contract/problem.js';

/** The OpenAPI document, made from the same schemas that the routes use, and a page to read it. */
export async function documentApi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Rollcall',
        version: '1.0.0',
        description:
          'Keeps the member accounts of a programme in step with its HR systems. Lists are `{ items, next }`; errors ' +
          'are problem details (RFC 9457); commands take an `Idempotency-Key`.',
        license: { name: 'Apache-2.0' },
      },
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer' },
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: 'rollcall_session',
            description:
              'Of somebody signed in (POST /session); on https its name begins with __Host-. Whatever changes something ' +
              'needs the header X-CSRF-Token with the csrfToken of GET /session.',
          },
        },
      },
      security: [{ token: [] }, { session: [] }],
    },
    transform: jsonSchemaTransform,
    transformObject: (document) =>
      withProblems(withoutUnused(jsonSchemaTransformObject(document) as Document)) as never,
  });
  await app.register(swaggerUi, {
    routePrefix: '/api/docs',
    staticCSP: true,
    // The page is served over plain HTTP on one machine too.
    transformStaticCSP: (header) => header.replace(/upgrade-insecure-requests;?/, ''),
  });
  app.get('/api/v1/openapi.json', { schema: { hide: true } }, async () => app.swagger());
}

interface Document {
  components?: { schemas?: Record<string, unknown> };
  paths?: Record<string, Record<string, { responses?: Record<string, unknown> }>>;
}

/** Every schema is offered both as it is accepted and as it is answered; most are only one of the two. */
function withoutUnused(document: Document): Document {
  const schemas = document.components?.schemas ?? {};
  const kept = new Set<string>([problemName()]);
  for (let grown = true; grown;) {
    const text = JSON.stringify([document.paths, [...kept].map((name) => schemas[name])]);
    const used = Object.keys(schemas).filter((name) => text.includes(`"#/components/schemas/${name}"`));
    grown = used.some((name) => !kept.has(name));
    for (const name of used) kept.add(name);
  }
  const entries = Object.entries(schemas).filter(([name]) => kept.has(name));
  return { ...document, components: { ...document.components, schemas: Object.fromEntries(entries) } };
}

/** What every route may answer besides: one shape for all errors. */
function withProblems(document: Document): Document {
  const schema = { $ref: `#/components/schemas/${problemName()}` };
  const response = { description: 'A problem', content: { 'application/problem+json': { schema } } };
  const paths = Object.entries(document.paths ?? {}).map(([path, methods]) => [
    path,
    Object.fromEntries(
      Object.entries(methods).map(([method, operation]) => [
        method,
        { ...operation, responses: { ...operation.responses, '4XX': response } },
      ]),
    ),
  ]);
  return { ...document, paths: Object.fromEntries(paths) as Document['paths'] & object };
}

function problemName(): string {
  return problemSchema.meta()?.id ?? 'Problem';
}
