import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { readEnvironment } from '../../config/environment.js';
import { openKeys, type KeySource } from '../../config/key-ring.js';
import { countByKey } from '../../database/credential-keys.js';
import { credentialIdentity, insertCandidate, replaceSecret } from '../../database/credentials.js';
import { unseal } from '../../database/envelope.js';
import { inProgramme } from '../../database/transaction.js';
import { rotateKeys, checkKeys, type RotationWishes } from '../../client/operations/keys.js';
import type { Call } from '../../client/operations/context.js';
import { Stage } from './stage.js';

/** Rotations as they are made beside running processes: those read credentials with a key source of their own. */
const CREDENTIALS = 120;
let stage: Stage;
let folder: string;
let keyFile: string;
const programmes: string[] = [];
let ids: { programme: string; id: string }[];

beforeAll(async () => {
  [stage, folder] = await Promise.all([Stage.open('keys'), mkdtemp(join(tmpdir(), 'rollcall-keys-'))]);
  keyFile = join(folder, 'encryption.key');
  for (const name of ['One', 'Other']) programmes.push((await stage.programme({ name })).id);
});

afterAll(async () => {
  await stage.close();
  await rm(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  await stage.sql('delete from credentials');
  await writeFile(keyFile, `local:${randomBytes(32).toString('base64')}\n`, { mode: 0o600 });
  ids = [];
  const keys = aProcess();
  for (const programme of programmes) {
    await inProgramme(stage.context.db, programme, async (trx) => {
      for (let number = 0; number < CREDENTIALS / 2; number += 1) {
        const candidate = { programme, provider: 'sage-hr', name: 'Sage HR', values: { apiKey: `key ${ids.length}` } };
        ids.push({ programme, id: await insertCandidate(trx, keys(), candidate) });
      }
    });
  }
});

/** What a worker or an API opens when it starts. */
function aProcess(path = keyFile): KeySource {
  return openKeys(readEnvironment({ ROLLCALL_ENCRYPTION_KEYS_FILE: path }))!;
}

function call(keys: KeySource = aProcess()): Call {
  return { context: { ...stage.context, keys }, actor: { role: 'operator', name: 'test' } };
}

const wishes = (more: Partial<RotationWishes> = {}): RotationWishes => ({
  keyFile,
  isKnown: false,
  onProgress: () => undefined,
  ...more,
});

async function read(keys: KeySource, { programme, id }: { programme: string; id: string }): Promise<unknown> {
  return inProgramme(stage.context.db, programme, async (trx) => {
    const row = await trx('credentials').where({ id }).first<{ key_id: string; ciphertext: Buffer }>();
    const sealed = { keyId: row.key_id, ciphertext: row.ciphertext };
    return JSON.parse(unseal(keys(), sealed, credentialIdentity(programme, id))) as unknown;
  });
}

const ringOf = async () => (await readFile(keyFile, 'utf8')).trim().split(',');

describe('a rotation of a key file', () => {
  test('seals everything with a new key, and processes that run can read everything at every moment', async () => {
    const running = aProcess();
    const rotating = rotateKeys(call(), wishes());
    const over = new AbortController();
    void rotating.finally(() => over.abort());
    const readers = [0, 1].map(async (from) => {
      for (let at = from; !over.signal.aborted || at < CREDENTIALS; at += 2) {
        const number = at % CREDENTIALS;
        expect(await read(running, ids[number]!)).toEqual({ apiKey: `key ${number}` });
      }
    });
    const rotation = await rotating;
    await Promise.all(readers);
    expect(rotation).toEqual({
      key: 'local-2',
      made: true,
      sealed: CREDENTIALS,
      left: [],
      unreadable: [],
      idle: ['local'],
    });
    expect(await countByKey(stage.context.db)).toEqual([{ key: 'local-2', credentials: CREDENTIALS }]);
    const [first, old] = await ringOf();
    expect([first, old]).toEqual([expect.stringMatching(/^local-2:/), expect.stringMatching(/^local:/)]);
    expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
  });

  test('keeps what somebody writes meanwhile', async () => {
    const running = aProcess();
    const rotating = rotateKeys(call(), wishes());
    const writing = ids.map(({ programme, id }) =>
      inProgramme(stage.context.db, programme, (trx) =>
        replaceSecret(trx, running(), { programme, id, values: { apiKey: `later ${id}` } }),
      ),
    );
    await Promise.all([rotating, ...writing]);
    for (const one of ids) expect(await read(running, one)).toEqual({ apiKey: `later ${one.id}` });
  });

  test('that was stopped half-way is gone on with, without another key', async () => {
    const stop = () => {
      throw new Error('killed');
    };
    await expect(rotateKeys(call(), wishes({ onProgress: stop }))).rejects.toThrow('killed');
    const used = await countByKey(stage.context.db);
    expect(used.map(({ key }) => key).sort()).toEqual(['local', 'local-2']);
    expect((await checkKeys(call())).detail).toMatch(/^Credentials sealed 20 with "local", and "local-2" is the first/);
    const rotation = await rotateKeys(call(), wishes());
    expect(rotation).toMatchObject({ key: 'local-2', made: false, sealed: 20, left: [] });
    expect(await ringOf()).toHaveLength(2);
  });

  test('beside another one loses no key', async () => {
    await Promise.all([rotateKeys(call(), wishes()), rotateKeys(call(), wishes())]);
    const keys = aProcess();
    for (const one of ids) await read(keys, one);
    expect((await checkKeys(call())).ok).toBe(true);
  });

  test('tells of what no key opens, and leaves it as it is', async () => {
    const [first, second] = ids;
    await stage.sql(`update credentials set key_id = 'lost' where id = $1`, [first!.id]);
    await stage.sql(`update credentials set ciphertext = '\\x0102' where id = $1`, [second!.id]);
    const rotation = await rotateKeys(call(), wishes());
    expect(rotation).toMatchObject({ sealed: CREDENTIALS - 2, unreadable: [first!.id, second!.id].sort() });
    expect(rotation.left).toEqual(
      expect.arrayContaining([
        { key: 'lost', credentials: 1 },
        { key: 'local', credentials: 1 },
      ]),
    );
    const check = await checkKeys(call());
    expect(check).toMatchObject({ name: 'keys', ok: false });
    expect(check.detail).toContain('1 with "lost" cannot be opened');
  });
});

describe('a ring of a variable', () => {
  test('is rotated only when somebody says that all processes know it, since they never read it again', async () => {
    const ring = `new:${randomBytes(32).toString('base64')},${(await ringOf()).join(',')}`;
    const keys = openKeys(readEnvironment({ ROLLCALL_ENCRYPTION_KEYS: ring }))!;
    await expect(rotateKeys(call(keys), wishes({ keyFile: null }))).rejects.toThrow(/behind the old one and restart/);
    const rotation = await rotateKeys(call(keys), wishes({ keyFile: null, isKnown: true }));
    expect(rotation).toMatchObject({ key: 'new', made: false, sealed: CREDENTIALS, left: [], idle: ['local'] });
  });
});

test('a key file that is missing or wrong stops the start with a sentence that names it', async () => {
  const wrong = join(folder, 'wrong.key');
  expect(() => aProcess(join(folder, 'none.key'))).toThrow(/ROLLCALL_ENCRYPTION_KEYS_FILE cannot be read .*ENOENT/);
  await writeFile(wrong, 'local:short');
  expect(() => aProcess(wrong)).toThrow(/wrong\.key must hold a list id:base64/);
  const key = randomBytes(32).toString('base64');
  expect(() => readEnvironment({ ROLLCALL_ENCRYPTION_KEYS: `a:${key},a:${key}` })).toThrow(/each id once/);
});
