import { isRealDate } from './values.js';

/**
 * Dates that are not ISO 8601 read as two days unless somebody says which form they have: 03/04/2026 is 3 April and 4 March.
 * What is counted here is how many values fit which form, never a value: it may stand beside a page of people.
 */
export interface DateForm {
  /** As a setup's `dateFormat` names it. */
  readonly format: string;
  /** Values that are a date in this form. */
  readonly fits: number;
  /** Of these, values that are a date in no other form. */
  readonly only: number;
}

export interface DateForms {
  /** Values that are there. */
  readonly values: number;
  /** Values that read as dates in one way whatever the format: ISO 8601. */
  readonly iso: number;
  /** The form that the values speak for first. */
  readonly forms: readonly DateForm[];
  /** Values that read as two different dates. */
  readonly ambiguous: number;
  /** Values that are a date in no form, such as 31/02/2026. */
  readonly none: number;
}

/** Counts under the forms that a value fits. */
export type DateTally = Readonly<Record<string, number>>;

const ISO = 'iso';
const NONE = 'none';
/** Between two forms that read a value as two dates, and as one and the same (04/04/2026). */
const TWO_DATES = '|';
const SAME_DATE = '=';
const ISO_START = /^\d{4}-\d{2}-\d{2}(?:$|[T ])/;
const THREE_NUMBERS = /^(\d{2}|\d{4})([/.\- ])(\d{2})\2(\d{2}|\d{4})$/;
/** A field of dates has few other values. */
const LEAST_SHARE = 0.5;

/** Under what a value is counted; null: there is no value. */
function dateKey(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  const text = typeof value === 'string' ? value.trim() : '';
  if (text === '') return typeof value === 'string' ? null : NONE;
  if (ISO_START.test(text)) return ISO;
  const [, first = '', sign = '', second = '', third = ''] = THREE_NUMBERS.exec(text) ?? [];
  const forms =
    first.length === 4 && third.length === 2
      ? [
          { format: `yyyy${sign}MM${sign}dd`, date: `${first}-${second}-${third}` },
          { format: `yyyy${sign}dd${sign}MM`, date: `${first}-${third}-${second}` },
        ]
      : first.length === 2 && third.length === 4
        ? [
            { format: `dd${sign}MM${sign}yyyy`, date: `${third}-${second}-${first}` },
            { format: `MM${sign}dd${sign}yyyy`, date: `${third}-${first}-${second}` },
          ]
        : [];
  const [one, other] = forms.filter(({ date }) => isRealDate(date));
  if (one === undefined) return NONE;
  if (other === undefined) return one.format;
  return `${one.format}${one.date === other.date ? SAME_DATE : TWO_DATES}${other.format}`;
}

/** Counts one value more. */
export function countDate(tally: Record<string, number>, value: unknown): void {
  const key = dateKey(value);
  if (key !== null) tally[key] = (tally[key] ?? 0) + 1;
}

export function dateForms(tally: DateTally): DateForms {
  const forms = new Map<string, { fits: number; only: number }>();
  const counts = { values: 0, ambiguous: 0 };
  for (const [key, count] of Object.entries(tally)) {
    counts.values += count;
    if (key === ISO || key === NONE) continue;
    const formats = key.split(key.includes(TWO_DATES) ? TWO_DATES : SAME_DATE);
    if (key.includes(TWO_DATES)) counts.ambiguous += count;
    for (const format of formats) {
      const { fits, only } = forms.get(format) ?? { fits: 0, only: 0 };
      forms.set(format, { fits: fits + count, only: formats.length === 1 ? only + count : only });
    }
  }
  const inOrder = [...forms].map(([format, form]) => ({ format, ...form })).sort(byEvidence);
  return { ...counts, iso: tally[ISO] ?? 0, forms: inOrder, none: tally[NONE] ?? 0 };
}

/** Equal evidence is ordered by name, so that a page read twice says the same. */
function byEvidence(one: DateForm, other: DateForm): number {
  return other.only - one.only || other.fits - one.fits || (one.format > other.format ? -1 : 1);
}

/** Are most of the values dates, and not all of them ISO 8601? */
export function looksLikeDates({ values, none, forms }: DateForms): boolean {
  return forms.length > 0 && values - none >= LEAST_SHARE * values;
}

/** "03/04/2026 is 3 April with dd/MM/yyyy and 4 March with MM/dd/yyyy; 212 of 300 values fit only the first, 88 fit both." */
export function describeForms(forms: DateForms): string {
  const [first, second] = forms.forms;
  if (first === undefined) return '';
  const none = forms.none > 0 ? `, ${forms.none} are no dates` : '';
  const all = `${forms.values} values`;
  if (second === undefined) return `${first.fits} of ${all} fit ${first.format}${none}.`;
  const parts = [`${first.only} of ${all} fit only the first`];
  if (second.only > 0) parts.push(`${second.only} only the second`);
  if (forms.ambiguous > 0) parts.push(`${forms.ambiguous} read as two dates`);
  return `${example(first.format, second.format)}; ${parts.join(', ')}${none}.`;
}

const APRIL = { yyyy: '2026', MM: '04', dd: '03' };

/** The same text in both forms, if they share their signs; else each form for itself. */
function example(first: string, second: string): string {
  const text = write(first, APRIL);
  const key = dateKey(text) ?? '';
  if (!key.split(TWO_DATES).includes(second)) return `The first is ${first}, the second ${second}`;
  return `${text} is 3 April with ${first} and 4 March with ${second}`;
}

const write = (format: string, parts: typeof APRIL): string =>
  format.replace('yyyy', parts.yyyy).replace('MM', parts.MM).replace('dd', parts.dd);

/**
 * What is doubtful about reading these values with the chosen format; null: nothing. Values that fit another form alone speak
 * against it; where every value fits two forms nothing speaks for it.
 */
export function doubtfulFormat(forms: DateForms, chosen: string | null): string | null {
  const own = forms.forms.find(({ format }) => format === chosen);
  const [best] = forms.forms.filter(({ format, only }) => format !== chosen && only > 0);
  const said = describeForms(forms);
  if (chosen === null) {
    return forms.forms.length === 0 ? null : `No date format is chosen, so only ISO 8601 is understood: ${said}`;
  }
  if (best !== undefined) {
    return `${best.only} of ${forms.values} values are no dates with the chosen ${chosen}, but are with ${best.format}. ${said}`;
  }
  if (own === undefined)
    return forms.forms.length === 0 ? null : `No value is a date with the chosen ${chosen}. ${said}`;
  if (own.only === 0 && forms.ambiguous > 0) {
    return `Nothing says that ${chosen} is right: no value is a date in this form alone. ${said}`;
  }
  return null;
}
