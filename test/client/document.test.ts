import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildApi } from '../../client/api/build.js';
import { readEnvironment } from '../../config/environment.js';
import { Stage } from './stage.js';

describe('what the API shows besides its data', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.open('document');
  });
  afterAll(() => stage.close());

  test('the document is whole: every reference leads somewhere and nothing is left over', async () => {
    const { body, text } = await stage.ask('GET', '/openapi.json', { token: null });
    const { schemas } = body.components as { schemas: Record<string, unknown> };
    const used = new Set([...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map((match) => match[1]));
    expect([...used].sort()).toEqual(Object.keys(schemas).sort());
    expect(body.openapi).toMatch(/^3\.1/);
  });

  test('every operation says what it is for, and what a problem looks like', async () => {
    const { body } = await stage.ask('GET', '/openapi.json', { token: null });
    const operations = Object.values(body.paths).flatMap((methods) => Object.values(methods) as object[]);
    expect(operations.length).toBeGreaterThan(30);
    for (const operation of operations) {
      expect(operation).toMatchObject({
        summary: expect.stringMatching(/.{10,}/),
        responses: { '4XX': { content: { 'application/problem+json': expect.anything() } } },
      });
    }
  });

  test('the page that reads it may load only from its own address', async () => {
    const page = await stage.ask('GET', '/api/docs', { token: null });
    expect(page.status).toBe(200);
    expect(page.headers['content-security-policy']).toContain("script-src 'self'");
    expect(page.headers['content-security-policy']).not.toContain('upgrade-insecure-requests');
  });

  test('every answer forbids what a page could do with it', async () => {
    const answer = await stage.ask('GET', '/providers');
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
  });

  describe('the mails of the embedded sink', () => {
    let sink: Server;

    beforeAll(async () => {
      sink = createServer((request, response) => {
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ asked: request.url }));
      });
      await new Promise<void>((listening) => sink.listen(0, '127.0.0.1', listening));
    });
    afterAll(() => new Promise((closed) => sink.close(closed)));

    test('are shown under the API’s own address, and only where there is a sink', async () => {
      expect((await stage.ask('GET', '/dev/mail.json', { token: null })).status).toBe(404);
      const { port } = sink.address() as AddressInfo;
      const environment = readEnvironment({ ROLLCALL_MAIL_SINK_URL: `http://127.0.0.1:${port}` });
      const app = await buildApi({ ...stage.context, environment });
      try {
        const answer = await app.inject('/dev/mail.json?kind=report&limit=3');
        expect([answer.statusCode, answer.json()]).toEqual([200, { asked: '/dev/mail.json?kind=report&limit=3' }]);
        expect((await app.inject('/dev/mail?id=1')).json()).toEqual({ asked: '/dev/mail?id=1' });
      } finally {
        await app.close();
      }
    });
  });
});
