import type { CustomField, SegmentRule } from '../../api/shapes.js';
import type { useText } from '../../app/text.js';
import { labelOf } from '../mapping/mapping-draft.js';

type Text = ReturnType<typeof useText>;

/** A path is called what its last name says. */
export function fieldWords(field: string, custom: readonly CustomField[]): string {
  const last = /([\w$-]+)"?\]?\}\}$/.exec(field)?.[1];
  return last === undefined ? labelOf(field, custom) : last.replaceAll('_', ' ');
}

/** A rule as one would say it, with the names that the page uses. */
export function ruleWords(rule: SegmentRule | null, custom: readonly CustomField[], t: Text, isInside = false): string {
  if (rule === null) return t('segment.words.everybody');
  if ('not' in rule) return t('segment.words.not', { rule: ruleWords(rule.not, custom, t, true) });
  if ('all' in rule || 'any' in rule) {
    const [parts, word] = 'all' in rule ? [rule.all, t('segment.words.and')] : [rule.any, t('segment.words.or')];
    const text = parts.map((part) => ruleWords(part, custom, t, parts.length > 1)).join(` ${word} `);
    return isInside && parts.length > 1 ? `(${text})` : text;
  }
  return t(`segment.words.${rule.op}`, {
    field: fieldWords(rule.field, custom),
    values: rule.values.join(rule.op === 'oneOf' || rule.op === 'notOneOf' ? `, ` : ' '),
  });
}
