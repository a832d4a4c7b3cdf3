import { createReadStream } from 'node:fs';
import { open, truncate, type FileHandle } from 'node:fs/promises';
import { isSystemError } from '../config/system-errors.js';

/**
 * The mails the sink received: one JSON line each in a file that only grows, and an index of them in memory. A mail's
 * id is its place in the file, counted from 1, so it stays the same over restarts and "after" needs no search.
 */
export interface StoredMail {
  id: string;
  at: string;
  kind: string | null;
  integration: string | null;
  from: string;
  /** Who it was handed over for (the envelope), not who the header names. */
  to: string[];
  subject: string;
  text: string;
  html: string | null;
  /** Names in lower case. */
  headers: Record<string, string>;
}

export interface MailQuery {
  kind?: string | undefined;
  integration?: string | undefined;
  to?: string | undefined;
  after?: number | undefined;
  limit: number;
}

export interface MailPage {
  items: StoredMail[];
  next: string | null;
  /** Of the filter, whatever the page. */
  total: number;
}

interface Entry {
  kind: string | null;
  integration: string | null;
  to: string[];
  offset: number;
  length: number;
}

const LINE_END = 0x0a;

export class MailStore {
  readonly #file: FileHandle;
  readonly #index: Entry[];
  #size: number;
  /** Lines that wait for the write before them; they go out together. */
  #waiting: Buffer[] = [];
  #writing: Promise<void> = Promise.resolve();

  private constructor(file: FileHandle, index: Entry[], size: number) {
    this.#file = file;
    this.#index = index;
    this.#size = size;
  }

  static async open(path: string): Promise<MailStore> {
    const { index, size } = await readIndex(path);
    const file = await open(path, 'a+', 0o600);
    return new MailStore(file, index, size);
  }

  /** Resolves when the line is in the file. */
  async add(mail: Omit<StoredMail, 'id'>): Promise<StoredMail> {
    const stored = { id: String(this.#index.length + 1), ...mail };
    const line = Buffer.from(`${JSON.stringify(stored)}\n`);
    this.#index.push(entryOf(stored, this.#size, line.length));
    this.#size += line.length;
    this.#waiting.push(line);
    await (this.#writing = this.#writing.then(() => this.#flush()));
    return stored;
  }

  async page(query: MailQuery): Promise<MailPage> {
    const to = query.to?.toLowerCase();
    const matches = (entry: Entry): boolean =>
      (query.kind === undefined || entry.kind === query.kind) &&
      (query.integration === undefined || entry.integration === query.integration) &&
      (to === undefined || entry.to.some((address) => address.toLowerCase() === to));
    const found: number[] = [];
    let total = 0;
    for (const [place, entry] of this.#index.entries()) {
      if (!matches(entry)) continue;
      total += 1;
      if (place >= (query.after ?? 0) && found.length <= query.limit) found.push(place);
    }
    const items = await this.#read(found.slice(0, query.limit));
    return { items, next: found.length > query.limit ? (items.at(-1)?.id ?? null) : null, total };
  }

  /** The newest first, for the page. */
  async newest(limit: number): Promise<StoredMail[]> {
    const first = Math.max(0, this.#index.length - limit);
    const places = Array.from({ length: this.#index.length - first }, (_, place) => first + place);
    return (await this.#read(places)).reverse();
  }

  async get(id: string): Promise<StoredMail | null> {
    const place = Number(id) - 1;
    return this.#index[place] ? ((await this.#read([place]))[0] ?? null) : null;
  }

  get size(): number {
    return this.#index.length;
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#file.close();
  }

  async #flush(): Promise<void> {
    if (this.#waiting.length === 0) return;
    await this.#file.appendFile(Buffer.concat(this.#waiting.splice(0)));
  }

  async #read(places: readonly number[]): Promise<StoredMail[]> {
    await this.#writing;
    const mails: StoredMail[] = [];
    for (const place of places) {
      const entry = this.#index[place];
      if (!entry) continue;
      const { buffer } = await this.#file.read(Buffer.alloc(entry.length), 0, entry.length, entry.offset);
      mails.push(JSON.parse(buffer.toString('utf8')) as StoredMail);
    }
    return mails;
  }
}

function entryOf(mail: StoredMail, offset: number, length: number): Entry {
  return { kind: mail.kind, integration: mail.integration, to: mail.to, offset, length };
}

/** Reads line by line, never the whole file. A last line that was cut off by a crash is taken away. */
async function readIndex(path: string): Promise<{ index: Entry[]; size: number }> {
  const index: Entry[] = [];
  let size = 0;
  let rest: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      let start = 0;
      for (let end = rest.indexOf(LINE_END); end >= 0; end = rest.indexOf(LINE_END, start)) {
        const length = end + 1 - start;
        index.push(entryOf(JSON.parse(rest.toString('utf8', start, end)) as StoredMail, size, length));
        size += length;
        start = end + 1;
      }
      rest = rest.subarray(start);
    }
  } catch (error) {
    if (!isSystemError(error, 'ENOENT')) throw error;
  }
  if (rest.length > 0) await truncate(path, size);
  return { index, size };
}
