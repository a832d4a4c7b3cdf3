import { describe, expect, test } from '@jest/globals';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { FileRefused } from '../../providers/errors.js';
import { csv } from '../../providers/csv/index.js';
import type { JsonRecord } from '../../domain/employee.js';

/** Files as people really save them: delimiters, encodings, broken lines, headers in their own language. */
const DATES = { dateFormat: 'dd.MM.yyyy', zone: 'Europe/Berlin' };

async function readBytes(bytes: Uint8Array, piece = bytes.length) {
  const open = async function* () {
    for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece);
  };
  const records: JsonRecord[] = [];
  let labels = {};
  for await (const page of csv.files?.read({ open }, DATES) ?? []) {
    records.push(...page.records);
    ({ labels } = page);
  }
  return { records, labels };
}

const readText = (text: string) => readBytes(Buffer.from(text));
const faultsOf = (records: readonly JsonRecord[]) =>
  records.flatMap((record) => csv.readEmployment(record, '', 'utc').unusable?.detail ?? []);

describe('what a file is', () => {
  const rows = [
    ['Employee ID', 'Name', 'City'],
    ['1', 'Zoë Müller', 'Zürich; "old town"'],
    ['2', 'Ada, Park', 'Köln\nNord'],
  ];
  const people = [
    { employeeId: '1', Name: 'Zoë Müller', City: 'Zürich; "old town"', line: { number: 2 } },
    { employeeId: '2', Name: 'Ada, Park', City: 'Köln\nNord', line: { number: 3 } },
  ];

  test.each([',', ';', '\t', '|'])('the delimiter %j is found out', async (delimiter) => {
    expect((await readText(stringify(rows, { delimiter }))).records).toEqual(people);
  });

  test.each<[string, (text: string) => Buffer]>([
    ['UTF-8', (text) => Buffer.from(text)],
    ['UTF-8 with a mark', (text) => Buffer.from(`\ufeff${text}`)],
    ['UTF-16 as Excel writes it', (text) => Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['UTF-16 the other way round', (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
    ['Windows-1252', (text) => Buffer.from(text, 'latin1')],
  ])('the encoding %s is found out, wherever the file is cut into pieces', async (_, encode) => {
    for (const piece of [1, 7, 4096]) {
      expect((await readBytes(encode(stringify(rows)), piece)).records).toEqual(people);
    }
  });

  test('whatever is written is read, with any delimiter and any ends of lines', async () => {
    const cell = fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => text.normalize('NFC').trim());
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 1 }).map(String), cell, cell), { minLength: 1, maxLength: 30 }),
        fc.constantFrom(',', ';', '\t', '|'),
        fc.constantFrom('\n', '\r\n'),
        async (table, delimiter, record_delimiter) => {
          const text = stringify([['id', 'a', 'b'], ...table], { delimiter, record_delimiter, quoted: true });
          const { records } = await readText(text);
          expect(records.map(({ employeeId, a, b }) => [employeeId, a ?? '', b ?? ''])).toEqual(table);
        },
      ),
      { numRuns: 150 },
    );
  });

  test.each<[string, Buffer, RegExp]>([
    ['an empty one', Buffer.from(''), /is empty/],
    ['a workbook', Buffer.from([0x50, 0x4b, 3, 4, 0, 0, 8]), /no text.*save it as CSV/],
    ['one without an ID', Buffer.from('name;mail\nAda;ada.park@acme.example\n'), /"Employee ID".*"name", "mail"/],
    ['one whose first line is broken', Buffer.from('id,na"me,city\n1,a,b\n'), /^The first line, which must name/],
    ['one with too many columns', Buffer.from(`id${',x'.repeat(600)}\n`), /601 columns; at most 500/],
  ])('%s is refused in a sentence', async (_, bytes, sentence) => {
    const refusal: unknown = await readBytes(bytes).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(FileRefused);
    expect((refusal as Error).message).toMatch(sentence);
  });
});

describe('lines that cannot be understood', () => {
  test('each is told by its number and none stops the others', async () => {
    const { records } = await readText(
      'id,name,city\n1,a,b\n2,c\n\n3,"d\ne",f\n4,g"h,i\n5,j,k,l\n6,m,n,,\n7,"o,p\n8,q,r\n',
    );
    expect(faultsOf(records).sort()).toEqual([
      'It has 2 values where the first line names 3 columns; nobody was read from it.',
      'It has 4 values where the first line names 3 columns; nobody was read from it.',
      'It has a quotation mark inside a value that is not quoted; put the value in quotes and double the mark; nobody was read from it.',
      'It or one after it begins a quoted value that never ends; nobody was read from it.',
    ]);
    const places = records
      .map((record) => csv.readEmployment(record, '', 'utc'))
      .map(({ place, personId }) => `${place}: ${personId}`);
    expect(places.sort()).toEqual([
      'Line 10: null',
      'Line 2: 1',
      'Line 3: null',
      'Line 5: 3',
      'Line 7: null',
      'Line 8: null',
      'Line 9: 6',
    ]);
  });

  test('a quotation mark that never ends takes no more than its piece with it', async () => {
    const lines = Array.from({ length: 40_000 }, (_, at) => `${at + 1},person ${at + 1}`);
    lines[10] = '11,"person 11';
    const { records } = await readText(`id,name\n${lines.join('\n')}\n`);
    expect(faultsOf(records).length).toBeGreaterThanOrEqual(1);
    expect(records.length).toBeGreaterThan(11);
  });
});

describe('columns', () => {
  test.each([
    ['Employee number,Status,Hire date,Termination date,DOB'],
    ['Personalnummer;Beschäftigungsstatus;Eintrittsdatum;Austrittsdatum;Geburtsdatum'],
    ["Matricule;Statut;Date d'entrée;Date de sortie;Date de naissance"],
    ['Número de empleado;Estado;Fecha de alta;Fecha de baja;Fecha de nacimiento'],
    ['Personeelsnummer;Dienstverbandstatus;Datum in dienst;Datum uit dienst;Geboortedatum'],
  ])('that decide are known in five languages: %s', async (header) => {
    const delimiter = header.includes(';') ? ';' : ',';
    const { records } = await readText(
      `${header}\n${['7', 'x', '01.02.2020', '31.12.2030', '24.12.1990'].join(delimiter)}\n`,
    );
    expect(records).toEqual([
      {
        employeeId: '7',
        status: 'x',
        startDate: '2020-02-01',
        endDate: '2030-12-31',
        birthday: '12-24',
        line: { number: 2 },
      },
    ]);
  });

  test('the best of several names is the ID; the others keep theirs', async () => {
    const { records, labels } = await readText('id,Name,Employee ID\nrow-1,Ada,77\n');
    expect(records).toEqual([{ id: 'row-1', Name: 'Ada', employeeId: '77', line: { number: 2 } }]);
    expect(labels).toEqual({ employeeId: 'Employee ID' });
  });

  test('without a name, with the same name or with an odd one are told apart', async () => {
    const { records } = await readText('id,,Team,Team,line,__proto__\n1,a,b,c,d,e\n');
    expect(JSON.stringify(records)).toBe(
      '[{"employeeId":"1","column 2":"a","Team":"b","Team (2)":"c","line (2)":"d","__proto__":"e","line":{"number":2}}]',
    );
  });

  test('a birthday that cannot be read loses its digits, since one of them is the year', async () => {
    const { records } = await readText('id,Birthday\n1,1990/24/12\n');
    expect(records[0]?.birthday).toBe('0000/00/00');
  });
});

describe('employment', () => {
  test.each([
    ['Active', '', 'employed', null],
    ['ausgeschieden', '', 'left', null],
    ['Sabbatical', '', 'unknown', null],
    ['Active', '31.12.2025', 'employed', '2025-12-31'],
    ['Active', 'end of June', 'unknown', null],
  ])('status %j and end %j', async (status, end, expected, endsOn) => {
    const { records } = await readText(`id,status,end date\n1,${status},${end}\n`);
    expect(csv.readEmployment(records[0] ?? {}, '', 'utc')).toMatchObject({ status: expected, endsOn });
  });

  test('without a status column who is in the file is employed', async () => {
    const { records } = await readText('id,name\n1,Ada\n');
    expect(csv.readEmployment(records[0] ?? {}, '', 'utc')).toMatchObject({ personId: '1', status: 'employed' });
  });
});
