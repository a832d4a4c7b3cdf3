import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { buildApi } from '../../client/api/build.js';
import { Stage } from './stage.js';

/** Clients that hold a connection by sending a byte now and then. */
const PATIENCE = { headersMs: 600, requestMs: 1_200 };
const TRICKLE_MS = 50;
const GIVEN_UP_MS = 8_000;
let stage: Stage;
let app: FastifyInstance;

beforeAll(async () => {
  stage = await Stage.open('slow-clients');
  app = await buildApi(stage.context, { patience: PATIENCE });
  await app.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(async () => {
  await app.close();
  await stage.close();
});

/** Sends the beginning at once and then a byte at a time, until it is cut off; gives what came back. */
async function trickle(beginning: string): Promise<{ answer: string; milliseconds: number }> {
  const began = Date.now();
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
  let answer = '';
  const state = { closed: false };
  socket.on('data', (bytes) => (answer += String(bytes)));
  socket.on('error', () => undefined);
  socket.on('close', () => (state.closed = true));
  socket.write(beginning);
  while (!state.closed && Date.now() - began < GIVEN_UP_MS) {
    await delay(TRICKLE_MS);
    socket.write('x');
  }
  socket.destroy();
  return { answer, milliseconds: Date.now() - began };
}

test.each([
  ['headers that never end', 'GET /healthz HTTP/1.1\r\nHost: rollcall\r\nX-Slow: '],
  [
    'a body that never ends',
    `POST /api/v1/programmes HTTP/1.1\r\nHost: rollcall\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{`,
  ],
])('%s are cut off, and others are answered meanwhile', async (_, beginning) => {
  const slow = Array.from({ length: 20 }, () => trickle(beginning));
  const { port } = app.server.address() as AddressInfo;
  expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
  for (const { answer, milliseconds } of await Promise.all(slow)) {
    expect(milliseconds).toBeLessThan(GIVEN_UP_MS);
    expect(answer).toMatch(/^(HTTP\/1\.1 (408|401)|$)/);
  }
});
