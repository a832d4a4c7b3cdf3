/**
 * The last wall against sensitive data. Providers keep allow lists of their own; this list names what may never be
 * read whatever a provider allows (product.md, Privacy), so a custom field cannot smuggle it in under its own label.
 */
const SENSITIVE = [
  /\b(ssn|social security|national (id|insurance)|tax (id|number|code)|passport|driving licen[cs]e|nino)\b/,
  /\b(gender|sex|ethnic\w*|race|marital\w*|religio\w*|nationality|citizenship)\b/,
  /\b(bank|iban|bic|sort code|account (number|no)|routing)\b/,
  /\b(salar\w*|wage\w*|pay(roll| ?grade| ?rate)?|compensation\w*|bonus\w*|remuneration)\b/,
  /\b(medical|health|disabilit\w*|sick\w*|maternity|pregnan\w*)\b/,
  /\b(emergency|next of kin|home phone|private phone|year of birth)\b/,
];

/** True for a field name or label that stands for sensitive data. */
export function isSensitive(name: string): boolean {
  const words = name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/[_\-.]+/g, ' ')
    .toLowerCase();
  return SENSITIVE.some((pattern) => pattern.test(words));
}
