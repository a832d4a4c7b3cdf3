import { useIntl } from 'react-intl';
import type { Import } from '../../api/imports.js';
import { useText } from '../../app/text.js';

/** "Import of 26 Nov 2026, 17:40" */
export function useImportTitle(): (run: Import) => string {
  const t = useText();
  const intl = useIntl();
  return ({ kind, undo, startedAt }) =>
    t(`imports.title.${undo?.review === true ? 'undoLook' : kind}`, {
      at: intl.formatDate(startedAt, { dateStyle: 'medium', timeStyle: 'short' }),
    });
}
