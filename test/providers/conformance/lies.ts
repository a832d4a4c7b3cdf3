import { ENDLESS, type Spoil } from './lying-proxy.js';

export const STAYS_EMPTY = 'a page that stays empty';

/** Answers that say something else than what is: at the second or third page of the list. */
export const LIES: readonly [string, Spoil][] = [
  ['a page that comes twice', { at: 2, times: 1, spoil: (answer, earlier) => earlier.at(-1) ?? answer }],
  ['a page that comes for ever', { at: 2, times: 50, spoil: (answer, earlier) => earlier.at(-1) ?? answer }],
  ['a page that leads back to the first', { at: 3, times: 1, spoil: (answer, earlier) => earlier[0] ?? answer }],
  ['pages that lead round and round', { at: 3, times: 50, spoil: (_, earlier) => earlier[earlier.length % 2] ?? '' }],
  ['a page that is empty for a moment', { at: 2, times: 1, spoil: emptied }],
  [STAYS_EMPTY, { at: 2, times: 3, spoil: emptied }],
  ['a total that changes', { at: 2, times: 1, spoil: (answer) => answer.replace(/("total\w*": ?)(\d+)/g, '$19$2') }],
  ['an answer that never ends', { at: 2, times: 9, spoil: () => ENDLESS }],
  ['another answer', { at: 2, times: 9, spoil: () => '{"message":"Please come back later"}' }],
  ['a list of nothings', { at: 2, times: 9, spoil: () => '[null,null]' }],
];

/** The answer with every list of objects in it emptied. */
function emptied(answer: string): string {
  return JSON.stringify(JSON.parse(answer), (_, value: unknown) =>
    Array.isArray(value) && value.some((item) => typeof item === 'object') ? [] : value,
  );
}

/** What stands instead of a value, one kind for each record. */
const WRONG: readonly unknown[] = [null, 12345, {}, [], true];

/** Is every value of the record at this place of a page wrong? */
export const isSpoilt = (place: number): boolean => place % 3 === 0;

/** Every value of some records is of another kind, but what tells who they are. */
export function withWrongKinds(answer: string): string {
  return changeRecords(answer, (record, place) =>
    isSpoilt(place) ? changeLeaves(record, () => WRONG[place % WRONG.length]) : record,
  );
}

/** A field that the vendor has stopped sending. */
export function withoutAddresses(answer: string): string {
  return changeRecords(answer, (record) =>
    changeLeaves(record, (name, value) => (/mail/i.test(name) ? undefined : value)),
  );
}

/** The records of an answer are its longest list of objects. */
function changeRecords(answer: string, change: (record: unknown, place: number) => unknown): string {
  if (answer === '') return answer;
  const lists: unknown[][] = [];
  const body: unknown = JSON.parse(answer, (_, value: unknown) => {
    if (Array.isArray(value) && value.some((item) => typeof item === 'object' && item !== null)) lists.push(value);
    return value;
  });
  const [records = []] = lists.sort((one, other) => other.length - one.length);
  records.forEach((record, place) => (records[place] = change(record, place)));
  return JSON.stringify(body);
}

/** @param change gets the names that lead to a plain value; none of them has an id in it. */
function changeLeaves(value: unknown, change: (name: string, value: unknown) => unknown, path = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => changeLeaves(item, change, path));
  if (typeof value !== 'object' || value === null) return /id/i.test(path) ? value : change(path, value);
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, changeLeaves(inner, change, `${path}.${name}`)]),
  );
}
