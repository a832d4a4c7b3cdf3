import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';

/** What the command line reads and writes, so that tests can run it without a process. */
export interface Io {
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** The result and nothing else. */
  out(text: string): void;
  /** Everything that is not the result. */
  err(text: string): void;
  readStandardInput(): Promise<string>;
  /** Where a progress bar is drawn; null when nobody watches. */
  readonly terminal: NodeJS.WritableStream | null;
}

/** Wrong usage: exit code 2. */
export class WrongUsage extends Error {
  override readonly name = 'WrongUsage';
}

/** A body from a file, or from standard input; secrets come this way and never as an argument. */
export async function readJson(io: Io, file: string | undefined): Promise<unknown> {
  const from = file === undefined || file === '-' ? 'standard input' : file;
  const text = from === 'standard input' ? await io.readStandardInput() : await readText(from);
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own words would quote the text, which may be a secret.
    throw new WrongUsage(`What ${from} holds is no JSON; give an object such as {"name": "value"}.`);
  }
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** The bytes of a file, or of standard input for `-`. */
export async function* readBytes(io: Io, file: string): AsyncIterable<Uint8Array> {
  if (file === '-') yield Buffer.from(await io.readStandardInput());
  else
    try {
      yield* createReadStream(file);
    } catch (error) {
      throw unreadable(file, error);
    }
}

function unreadable(file: string, error: unknown): WrongUsage {
  const why = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : String(error);
  return new WrongUsage(`The file ${file} cannot be read (${why}).`);
}

/** One line a thing, its values apart by tabs: easy for eyes and for `cut`. */
export function printRows(io: Io, rows: readonly (readonly (string | number | null)[])[]): void {
  for (const row of rows) io.out(`${row.map((cell) => plain(cell)).join('\t')}\n`);
}

/** One line a property. */
export function printObject(io: Io, object: object): void {
  const entries = Object.entries(object).filter(([, value]) => value !== null && value !== undefined);
  const width = Math.max(0, ...entries.map(([name]) => name.length));
  for (const [name, value] of entries) io.out(`${name.padEnd(width)}  ${plain(value)}\n`);
}

export function printJson(io: Io, value: unknown): void {
  io.out(`${JSON.stringify(value, null, 2)}\n`);
}

function plain(value: unknown): string {
  if (value === null || value === undefined) return '-';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  // Control characters of somebody's name must not steer the terminal.
  return text.replace(/\p{Cc}/gu, ' ');
}
