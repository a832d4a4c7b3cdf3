import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { AuditEntry } from '../../api/audit-log.js';
import { useText } from '../../app/text.js';

/** Where the things that entries speak of have their pages. */
const PAGES: Partial<Record<NonNullable<AuditEntry['subject']['kind']>, string>> = {
  integration: 'integrations',
  member: 'members',
  audience: 'audiences',
};

/** A link to what an entry speaks of, while it is there. */
export function useEntryLink(programme: string): (entry: AuditEntry) => ReactNode {
  const t = useText();
  return ({ subject: { kind, id, name } }) => {
    const page = kind === null ? undefined : PAGES[kind];
    if (page === undefined || name === null) return null;
    return (
      <Anchor
        component={Link}
        to={`/programmes/${programme}/${page}/${id}`}
        size="sm"
        aria-label={t('admin.activity.openNamed', { name })}
      >
        {t('admin.activity.open')}
      </Anchor>
    );
  };
}
