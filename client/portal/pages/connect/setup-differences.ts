import type { useText } from '../../app/text.js';
import { isSame } from '../mapping/kept-draft.js';
import type { SetupValues } from './setup-values.js';

type Text = ReturnType<typeof useText>;

/** In what two setups differ, in words: theirs is said, mine is in the form. */
export function setupDifferences(theirs: SetupValues, mine: SetupValues, t: Text): string[] {
  const fields = Object.keys(theirs) as (keyof SetupValues)[];
  return fields
    .filter((field) => !isSame(asText(theirs[field]), asText(mine[field])))
    .map((field) => t('connect.setup.theirs', { setting: label(field, t), value: valueWords(theirs, field, t) }));
}

/** A number field holds text while it is typed. */
const asText = (value: SetupValues[keyof SetupValues]) => (typeof value === 'number' ? String(value) : value);

function label(field: keyof SetupValues, t: Text): string {
  if (field === 'welcomeEmail') return t('connect.setup.welcome');
  return t(field === 'isLimited' ? 'connect.setup.limit' : `connect.setup.${field}`);
}

function valueWords(values: SetupValues, field: keyof SetupValues, t: Text): string {
  const { frequency, preference, reportOn, recordType } = values;
  if (field === 'frequency') return t(`connect.setup.frequency.${frequency}`);
  if (field === 'preference') return t(`connect.setup.preference.${preference}`);
  if (field === 'reportOn') return t(`connect.setup.reportOn.${reportOn}`);
  if (field === 'recordType') return t(`connect.setup.recordType.${recordType === 'user' ? 'user' : 'saas'}`);
  const value = values[field];
  if (typeof value === 'boolean') return t(value ? 'connect.setup.theirs.on' : 'connect.setup.theirs.off');
  const text = Array.isArray(value) ? value.join(', ') : String(value);
  return text === '' ? t('connect.setup.theirs.none') : text;
}
