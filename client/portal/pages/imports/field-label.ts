import { EMPLOYEE_ID, MEMBER_FIELDS } from '../../../api/contract/member-fields.js';

const LABELS = new Map<string, string>([
  [EMPLOYEE_ID, 'Employee ID'],
  ...MEMBER_FIELDS.map(({ id, label }) => [id, label] as const),
]);

/** A field as one would say it; one of the customer's own by its name: `custom.tShirtSize` is "T shirt size". */
export function fieldLabel(name: string): string {
  const known = LABELS.get(name);
  if (known !== undefined) return known;
  const words = name
    .replace(/^(custom|saasUser)\./, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
