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
