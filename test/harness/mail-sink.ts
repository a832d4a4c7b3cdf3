import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '../../config/logging.js';
import { startMailSink, type MailSink } from '../../embedded/mail-sink.js';
import type { MailPage } from '../../embedded/mail-store.js';

export interface TestMailSink extends MailSink {
  dataDir: string;
  /** What it has received, read as anybody reads it. @param query such as `kind=invitation&to=ada.park@acme.example` */
  mails: (query?: string) => Promise<MailPage>;
}

/** One of a test file's own, on free ports, its mails in a folder that `stop` removes. */
export async function startTestMailSink(): Promise<TestMailSink> {
  const dataDir = await mkdtemp(join(tmpdir(), 'rollcall-mail-'));
  const sink = await startMailSink({ dataDir, smtpPort: 0, httpPort: 0, log: createLogger('mail-sink', 'warn') });
  return {
    ...sink,
    dataDir,
    mails: async (query = 'limit=1000') => {
      const answer = await fetch(`${sink.url}/dev/mail.json?${query}`);
      if (!answer.ok) throw new Error(`The mail sink answered ${answer.status}: ${await answer.text()}`);
      return (await answer.json()) as MailPage;
    },
    stop: async () => {
      await sink.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
