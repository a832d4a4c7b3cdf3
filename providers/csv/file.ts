import { TextDecoder } from 'node:util';
import { parse, type Parser } from 'csv-parse';
import { parse as parseSample } from 'csv-parse/sync';
import { readDate, readMonthDay, type DateReading } from '../../domain/values.js';
import { FileRefused } from '../errors.js';
import { LINE, readHeader, type Header } from './schema.js';
import type { JsonRecord } from '../../domain/employee.js';
import type { SourceFile, UploadedRecords } from '../provider.js';

/**
 * A CSV file as a stream of records. Its encoding and its delimiter are found out, its first line names the columns. A
 * line that cannot be understood becomes a record that says so, with its number, and never stops the others.
 */
type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';
interface Form {
  readonly encoding: Encoding;
  readonly delimiter: string;
}

const DELIMITERS = [',', ';', '\t', '|'] as const;
const SAMPLE_BYTES = 64 * 1024;
const SAMPLE_LINES = 20;
const RECORDS_A_PAGE = 100;
const MOST_COLUMNS = 500;
/** A quote that is never closed would otherwise swallow the rest of the file as one cell. */
const LONGEST_LINE = 256 * 1024;
const BYTE_ORDER_MARKS: readonly (readonly [Encoding, readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

/** Filtered: sensitive columns and years of birth do not come out. Throws `FileRefused`. */
export async function* readFile(file: SourceFile, dates: DateReading): AsyncIterable<UploadedRecords> {
  const form = await examine(file);
  const parser = parserOf(form);
  const broken: BrokenLine[] = [];
  const unclosed: string[] = [];
  let last = 0;
  parser.on('skip', ({ code = '', message }: Error & { code?: string }) => {
    const fault = SYNTAX[code] ?? 'cannot be read as CSV';
    // It is noticed at the end of the file; where it begins is behind the last record that could be read.
    if (code === UNCLOSED) unclosed.push(fault);
    // The sentence quotes the file; of it only the number of the line is taken.
    else broken.push({ number: Number(/ at line (\d+)/.exec(message)?.[1] ?? 0), fault });
  });
  let header: Header | null = null;
  let page: JsonRecord[] = [];
  feed(file, form.encoding, parser);
  const records = parser as AsyncIterable<{ record: string[]; info: { lines: number } }>;
  try {
    for await (const { record, info } of records) {
      if (header === null) header = requireHeader(record, broken);
      else page.push(recordOf(header, record, firstLine(record, info.lines), dates));
      last = info.lines;
      page.push(...broken.splice(0).map(brokenRecord));
      if (page.length >= RECORDS_A_PAGE) {
        yield { records: page, labels: header.labels };
        page = [];
      }
    }
  } catch (error) {
    throw refused(error);
  }
  if (header === null) throw new FileRefused('The file is empty: its first line must name the columns.');
  broken.push(...unclosed.map((fault) => ({ number: last + 1, fault })));
  page.push(...broken.splice(0).map(brokenRecord));
  if (page.length > 0) yield { records: page, labels: header.labels };
}

interface BrokenLine {
  readonly number: number;
  readonly fault: string;
}

const UNCLOSED = 'CSV_QUOTE_NOT_CLOSED';
const SYNTAX: Readonly<Record<string, string>> = {
  [UNCLOSED]: 'or one after it begins a quoted value that never ends',
  INVALID_OPENING_QUOTE:
    'has a quotation mark inside a value that is not quoted; put the value in quotes and double the mark',
  CSV_INVALID_CLOSING_QUOTE: 'has a quoted value that ends in the middle; double the quotation marks inside it',
  CSV_MAX_RECORD_SIZE: `is longer than ${LONGEST_LINE} characters; a quotation mark may be missing`,
};

const brokenRecord = ({ number, fault }: BrokenLine): JsonRecord => ({ [LINE]: { number, fault } });

function parserOf({ delimiter }: Form): Parser {
  return parse({
    bom: true,
    delimiter,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    max_record_size: LONGEST_LINE,
  });
}

/** Decodes as it flows; a fault of the source ends the parser, which ends whoever reads from it. */
function feed(file: SourceFile, encoding: Encoding, parser: Parser): void {
  const write = async () => {
    const decoder = new TextDecoder(encoding);
    for await (const bytes of file.open()) {
      const text = decoder.decode(bytes, { stream: true });
      if (text !== '' && !parser.write(text)) await new Promise((done) => parser.once('drain', done));
    }
    parser.end(decoder.decode());
  };
  write().catch((error: unknown) => parser.destroy(error instanceof Error ? error : new Error(String(error))));
}

/** The parser tells where a record ends; a quoted value may have line breaks of its own. */
function firstLine(cells: readonly string[], last: number): number {
  return last - cells.reduce((breaks, cell) => breaks + (cell.match(/\r\n|\r|\n/g)?.length ?? 0), 0);
}

function recordOf(header: Header, cells: readonly string[], number: number, dates: DateReading): JsonRecord {
  const { names } = header;
  const surplus = cells.slice(names.length).some((cell) => cell.trim() !== '');
  if (cells.length < names.length || surplus) {
    const fault = `has ${cells.length} values where the first line names ${names.length} columns`;
    return brokenRecord({ number, fault });
  }
  const entries = names.flatMap((name, at): [string, string | null][] => {
    const text = cells[at]?.trim() ?? '';
    return name === null ? [] : [[name, text === '' ? null : keepable(name, text, dates)]];
  });
  // fromEntries defines own properties, so a column called __proto__ is a column like any other.
  return { ...Object.fromEntries(entries), [LINE]: { number } };
}

/** Dates that decide become ISO dates where they can be read; of a birthday only month and day are kept. */
function keepable(name: string, text: string, dates: DateReading): string {
  if (name === 'birthday') {
    const day = readMonthDay(text, dates);
    return day.ok && day.value !== null ? day.value : text.replace(/\d/g, '0');
  }
  if (name !== 'startDate' && name !== 'endDate') return text;
  const date = readDate(text, dates);
  return date.ok && date.value !== null ? date.value : text;
}

function requireHeader(cells: readonly string[], broken: readonly BrokenLine[]): Header {
  const [first] = broken.filter(({ number }) => number === 1);
  if (first !== undefined) throw new FileRefused(`The first line, which must name the columns, ${first.fault}.`);
  if (cells.length > MOST_COLUMNS) {
    throw new FileRefused(`The first line names ${cells.length} columns; at most ${MOST_COLUMNS} are read.`);
  }
  const header = readHeader(cells);
  if (header.labels.employeeId !== undefined) return header;
  const shown = cells.map((cell) => `"${cell.trim().slice(0, 40)}"`).slice(0, 12);
  throw new FileRefused(
    `No column holds the employee's own ID. The first line must name the columns, one of them "Employee ID" (or Employee number, Personalnummer, Matricule, Número de empleado, Personeelsnummer); it has ${shown.join(', ')}.`,
  );
}

/** One pass over the bytes for the encoding, a look at the beginning for the delimiter. */
async function examine(file: SourceFile): Promise<Form> {
  const strict = new TextDecoder('utf-8', { fatal: true });
  let isUtf8 = true;
  let start = Buffer.alloc(0);
  for await (const bytes of file.open()) {
    if (start.length < SAMPLE_BYTES) start = Buffer.concat([start, bytes]).subarray(0, SAMPLE_BYTES);
    isUtf8 &&= decodes(strict, bytes);
    const [marked] = BYTE_ORDER_MARKS.filter(([, mark]) => mark.every((byte, at) => start[at] === byte));
    if (marked !== undefined && start.length === SAMPLE_BYTES) break;
  }
  const marked = BYTE_ORDER_MARKS.find(([, mark]) => mark.every((byte, at) => start[at] === byte))?.[0];
  const encoding = marked ?? (isUtf8 ? 'utf-8' : 'windows-1252');
  if (encoding !== 'utf-16le' && encoding !== 'utf-16be' && start.includes(0)) {
    throw new FileRefused('The file is no text: save it as CSV, not as a workbook.');
  }
  return { encoding, delimiter: delimiterOf(new TextDecoder(encoding).decode(start)) };
}

function decodes(strict: TextDecoder, bytes: Uint8Array): boolean {
  try {
    strict.decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** The one under which the first lines have the most columns, and all of them the same number. */
function delimiterOf(sample: string): string {
  const scores = DELIMITERS.map((delimiter) => {
    const lines: string[][] = parseSample(sample, {
      bom: true,
      delimiter,
      relax_quotes: true,
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_error: true,
      to: SAMPLE_LINES,
    });
    const columns = lines[0]?.length ?? 0;
    const alike = lines.filter((line) => line.length === columns).length;
    return { delimiter, score: columns < 2 ? 0 : (alike / lines.length) * columns };
  });
  const best = scores.reduce((one, other) => (other.score > one.score ? other : one));
  return best.delimiter;
}

/** The parser's own sentences quote the file, so they are not passed on. */
function refused(error: unknown): unknown {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  return code.startsWith('CSV_') || Object.hasOwn(SYNTAX, code)
    ? new FileRefused(`The file cannot be read as CSV: a line ${SYNTAX[code] ?? 'is not understood'}.`)
    : error;
}
