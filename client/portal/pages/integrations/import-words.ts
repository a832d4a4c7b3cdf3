import { useIntl } from 'react-intl';
import type { Import } from '../../api/imports.js';
import { useText } from '../../app/text.js';

/** What an import does to people, in the order in which one wants to hear it. */
const KINDS = [
  'created',
  'adopted',
  'reactivated',
  'transferred',
  'updated',
  'leaver',
  'revoked',
  'vanished',
  'error',
] as const;

/** What an import did, as one sentence: "231 new, 3 updated and 2 left". */
export function useImportWords(): (done: Import) => string {
  const t = useText();
  const intl = useIntl();
  return ({ state, counts, failure, phase }) => {
    if (state === 'running') return t(`connect.phase.${phase}`);
    if (failure !== null) return failure.detail;
    if (state === 'cancelled') return t('connect.import.cancelled');
    const parts = KINDS.filter((kind) => counts[kind] > 0).map((kind) =>
      t(`connect.counts.${kind}`, { count: counts[kind] }),
    );
    return parts.length === 0 ? t('connect.import.nothing') : intl.formatList(parts, { type: 'conjunction' });
  };
}
