import { pipeline, Readable, type Readable as ReadableStream } from 'node:stream';
import { stringify } from 'csv-stringify';

/**
 * CSV that a spreadsheet opens without harm (RFC 4180, UTF-8 with BOM, CRLF). A cell that a spreadsheet would take for
 * a formula, also behind leading blanks, gets an apostrophe in front; so a person's name cannot run as code at HR.
 */
const FORMULA = /^[\s\u00a0\ufeff]*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;

export function csv<T>(
  rows: AsyncIterable<T>,
  columns: Readonly<Record<string, (row: T) => string | null>>,
): ReadableStream {
  const names = Object.keys(columns);
  const cells = Object.values(columns);
  const lines = stringify({
    bom: true,
    header: true,
    columns: names,
    record_delimiter: 'windows',
    // With CRLF as delimiter, a lone CR or LF inside a cell would be left without quotes.
    quoted_match: /[\r\n]/,
  });
  const source = Readable.from(records(rows, cells));
  // An error of the source destroys the stream, and with it the connection: half a file must not look whole.
  pipeline(source, lines, () => undefined);
  return lines;
}

async function* records<T>(
  rows: AsyncIterable<T>,
  cells: readonly ((row: T) => string | null)[],
): AsyncGenerator<string[]> {
  for await (const row of rows) yield cells.map((cell) => safeCell(cell(row) ?? ''));
}

export function safeCell(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}
