import { createServer } from 'node:net';
import { expect, test } from '@jest/globals';
import { freePort, portsOf } from '../../embedded/ports.js';

test('the usual data directory has the usual ports, any other one ports of its own, the same each time', () => {
  expect(portsOf('.rollcall', [7233, 7234])).toEqual([7233, 7234]);
  expect(portsOf('/srv/rollcall/.rollcall', [7233])).toEqual([7233]);
  const [one, other] = ['/srv/one', '/srv/other'].map((dataDir) => portsOf(dataDir, [7233]));
  expect(one).not.toEqual(other);
  expect(portsOf('/srv/one/', [7233])).toEqual(one);
  expect(portsOf('/srv/one', [8233])).not.toEqual(one);
  for (const port of [...(one ?? []), ...(other ?? [])]) {
    expect(port).toBeGreaterThanOrEqual(20_000);
    expect(port).toBeLessThan(30_000);
  }
});

test('a port that is taken is left alone', async () => {
  const server = createServer();
  const taken = await freePort([]);
  await new Promise<void>((done) => server.listen(taken, '127.0.0.1', done));
  expect(await freePort([taken])).not.toBe(taken);
  await new Promise((done) => server.close(done));
});
