import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { Stage } from './stage.js';

/** An API may run for months, over many builds: what it shows of the portal is what lies there now. */
const BROWSER = { accept: 'text/html' };
let folder: string;
let stage: Stage;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-portal-'));
  stage = await Stage.open('rebuilt-portal', { portal: folder });
});
afterAll(async () => {
  await stage.close();
  await rm(folder, { recursive: true });
});
beforeEach(() => rm(join(folder, 'index.html'), { force: true }));

/** As a build does: all else is gone. */
async function build(file: string): Promise<void> {
  await rm(join(folder, 'assets'), { recursive: true, force: true });
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'assets', file), `/* ${file} */`);
  await writeFile(join(folder, 'index.html'), `<script type="module" src="/portal/assets/${file}"></script>`);
}

async function get(url: string, headers: Record<string, string> = {}) {
  const { statusCode: status, body: text, headers: of } = await stage.app.inject({ url, headers });
  return { status, text, kept: of['cache-control'] };
}

test('a portal that was not built yet is there as soon as it is', async () => {
  expect(await get('/', BROWSER)).toMatchObject({ status: 503, text: expect.stringContaining('npm run build') });
  expect(await get('/portal/assets/index-1.js')).toMatchObject({ status: 404, kept: undefined });
  await build('index-1.js');
  expect(await get('/', BROWSER)).toMatchObject({ status: 200, text: expect.stringContaining('index-1.js') });
  expect(await get('/portal/assets/index-1.js')).toMatchObject({ status: 200, text: '/* index-1.js */' });
});

test('one that is built anew names its new files on each page, and those are found', async () => {
  await build('index-1.js');
  await get('/', BROWSER);
  await build('index-2.js');
  for (const path of ['/', '/programmes/p/integrations/i/link', '/programmes/p/audiences', '/no/such/page']) {
    expect((await get(path, BROWSER)).text).toContain('index-2.js');
  }
  expect(await get('/portal/assets/index-2.js')).toMatchObject({ status: 200, text: '/* index-2.js */' });
});

test('what has its content in its name is kept for a year, the page that names it is asked for each time', async () => {
  await build('index-3.js');
  expect((await get('/portal/assets/index-3.js')).kept).toBe('public, max-age=31536000, immutable');
  expect((await get('/', BROWSER)).kept).toBe('no-cache');
  expect(await get('/portal/index.html')).toMatchObject({ status: 404, kept: undefined });
  expect(await get('/portal/assets/index-2.js')).toMatchObject({ status: 404, kept: undefined });
});

test.each(['/portal/assets/../index.html', '/portal/assets/..%2findex.html', '/portal/assets/%2e%2e/index.html'])(
  'nothing beside the files is reached by %s',
  async (path) => {
    await build('index-4.js');
    const { status, text } = await get(path);
    expect([403, 404]).toContain(status);
    expect(text).not.toContain('index-4.js');
  },
);
