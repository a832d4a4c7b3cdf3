import type { Mapping, Segment } from '../../api/shapes.js';
import type { useText } from '../../app/text.js';
import { isSame } from './kept-draft.js';
import { labelOf } from './mapping-draft.js';

type Text = ReturnType<typeof useText>;

/** In what two mappings differ, in words: theirs is said, mine is known. */
export function mappingDifferences(theirs: Mapping, mine: Mapping, t: Text): string[] {
  const members = [...new Set([...theirs.fields, ...mine.fields].map(({ member }) => member))];
  const fields = members.flatMap((member) => {
    const their = theirs.fields.find((field) => field.member === member);
    const own = mine.fields.find((field) => field.member === member);
    if (isSame(their, own)) return [];
    const field = labelOf(member);
    return their === undefined
      ? t('mapping.theirs.unmapped', { field })
      : t('mapping.theirs.mapped', { field, from: their.from });
  });
  return [
    ...fields,
    ...(isSame(theirs.custom, mine.custom) ? [] : [t('mapping.theirs.custom')]),
    ...(isSame(theirs.role, mine.role) ? [] : [t('mapping.theirs.role')]),
    ...(isSame(theirs.status, mine.status) ? [] : [t('mapping.theirs.status')]),
    ...(theirs.syncKey === mine.syncKey ? [] : [t('mapping.theirs.key')]),
  ];
}

export function segmentDifferences(theirs: Segment, mine: Segment, t: Text, words: (rule: Segment['rule']) => string) {
  return [
    ...(isSame(theirs.rule, mine.rule) ? [] : [t('mapping.theirs.rule', { rule: words(theirs.rule) })]),
    ...(theirs.outside === mine.outside
      ? []
      : [t('mapping.theirs.outside', { outside: t(`segment.outside.${theirs.outside}`) })]),
  ];
}
