import { useIntl } from 'react-intl';
import type { Import } from '../api/imports.js';
import { useText } from '../app/text.js';

/** In the order in which one wants to hear it. */
export const TOLD = [
  'created',
  'adopted',
  'reactivated',
  'transferred',
  'updated',
  'leaver',
  'revoked',
  'vanished',
] as const;
/** What has a person's name in a list of changes, in the same order. */
export const LISTED_KINDS = [...TOLD, 'error'] as const;

/** It only shows what would be, and changes nobody. */
export const isLook = ({ kind, undo }: Import): boolean => kind === 'review' || undo?.review === true;

/** What an import did, in one line: "12 new, 4 updated and 1 left; 3 wait for your decision". */
export function useImportWords(): (run: Import) => string {
  const t = useText();
  const intl = useIntl();
  return (run) => {
    const { state, phase, failure } = run;
    if (state === 'running') return t(`imports.phase.${phase}`);
    if (failure !== null) return failure.detail;
    const done = applied(run);
    const parts = TOLD.filter((kind) => done[kind] > 0).map((kind) => t(`imports.did.${kind}`, { count: done[kind] }));
    const waiting = run.state === 'waiting-for-approval' ? (run.held?.count ?? 0) : 0;
    const also = [
      ...(waiting > 0 ? [t('imports.summary.waiting', { count: waiting })] : []),
      ...(run.counts.error > 0 ? [t('imports.summary.errors', { count: run.counts.error })] : []),
    ];
    if (state === 'cancelled' && parts.length === 0) return t('imports.summary.cancelled');
    const nothing = also.length === 0 ? [t('imports.summary.nothing')] : [];
    const list = intl.formatList(parts);
    const acts = parts.length === 0 ? nothing : [isLook(run) ? t('imports.summary.would', { acts: list }) : list];
    return [...acts, ...also].join('; ');
  };
}

/** Counts are of the plan; of a removal that is held only the intention is there. */
function applied({ counts, held }: Import): Record<(typeof TOLD)[number], number> {
  const less = (kind: 'leaver' | 'revoked' | 'vanished') => Math.max(0, counts[kind] - (held?.causes[kind] ?? 0));
  return {
    ...counts,
    updated: Math.max(0, counts.updated - (held?.causes.identity ?? 0)),
    leaver: less('leaver'),
    revoked: less('revoked'),
    vanished: less('vanished'),
  };
}
