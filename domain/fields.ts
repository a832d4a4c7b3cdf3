import { countDate, dateForms, looksLikeDates, type DateForms } from './date-forms.js';
import type { JsonRecord, JsonValue } from './employee.js';
import { formatPath } from './paths.js';
import { isSensitivePath } from './privacy.js';

/** The fields that a provider really returns, found in sample records. Sensitive ones are not even named. */
export interface DiscoveredField {
  /** What stands between the braces of a mapping's `from`. */
  readonly path: string;
  readonly label: string;
  readonly samples: string[];
  /** The share of records in which it has a value. */
  readonly filled: number;
  /** Which dates its values are, where they read as dates that are not ISO 8601. */
  readonly dates?: DateForms;
}

const MAX_SAMPLES = 3;
const LONGEST_SAMPLE = 80;
const DEEPEST = 4;

interface Found {
  readonly steps: readonly (string | number)[];
  readonly samples: Set<string>;
  readonly dates: Record<string, number>;
  filled: number;
}

export function discoverFields(records: readonly JsonRecord[]): DiscoveredField[] {
  const found = new Map<string, Found>();
  for (const record of records) walk(record, [], found);
  const paths = [...found.keys()];
  // What is null in one record and an object in another is a group, not a field.
  const isGroup = (path: string) => paths.some((other) => other.startsWith(`${path}.`) || other.startsWith(`${path}[`));
  return [...found]
    .filter(([path]) => !isGroup(path))
    .map(([path, field]) => ({
      path,
      label: fieldLabel(field.steps),
      samples: [...field.samples],
      filled: Math.round((field.filled / records.length) * 1000) / 1000,
      ...datesOf(field),
    }));
}

function datesOf({ dates }: Found): Pick<DiscoveredField, 'dates'> {
  const forms = dateForms(dates);
  return looksLikeDates(forms) ? { dates: forms } : {};
}

/** `job.positionTitle` is shown as "Job position title". */
export function fieldLabel(steps: readonly (string | number)[]): string {
  const words = steps
    .filter((step): step is string => typeof step === 'string' && step !== 'customFields')
    .map((step) => step.replace(/([a-z\d])([A-Z])/g, '$1 $2').replace(/[_-]+/g, ' '))
    .join(' ')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function walk(value: JsonValue | undefined, steps: readonly (string | number)[], found: Map<string, Found>): void {
  if (value === undefined || isSensitivePath(steps) || steps.length > DEEPEST) return;
  if (isRecord(value)) {
    for (const [name, inner] of Object.entries(value)) walk(inner, [...steps, name], found);
    return;
  }
  if (Array.isArray(value) && value.some((item: JsonValue) => isRecord(item))) {
    walk(value[0] as JsonValue, [...steps, 0], found);
    return;
  }
  if (steps.length > 0) note(value, steps, found);
}

function note(value: JsonValue | undefined, steps: readonly (string | number)[], found: Map<string, Found>): void {
  const path = formatPath(steps);
  const field = found.get(path) ?? { steps, samples: new Set<string>(), dates: {}, filled: 0 };
  found.set(path, field);
  const text = shown(value).trim();
  if (text === '') return;
  field.filled += 1;
  countDate(field.dates, value);
  if (field.samples.size < MAX_SAMPLES) field.samples.add(text.slice(0, LONGEST_SAMPLE));
}

function isRecord(value: JsonValue | undefined): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shown(value: JsonValue | undefined): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map(shown).join(', ');
  return typeof value === 'object' ? '' : String(value);
}
