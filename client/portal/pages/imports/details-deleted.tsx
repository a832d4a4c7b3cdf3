import { Alert, Stack, Text } from '@mantine/core';
import { IconArchive } from '@tabler/icons-react';
import type { Import } from '../../api/imports.js';
import { useText, Words } from '../../app/text.js';
import { LISTED_KINDS } from '../../parts/import-words.js';
import { Day } from '../../parts/moment.js';

/** Of an old run that had details: since when they are gone, and what stays. An empty page would say that nothing happened. */
export function DetailsDeleted({ run: { counts, detailsDeletedAt: at } }: { run: Import }) {
  const t = useText();
  const { error: errors, warnings } = counts;
  const hadDetails = warnings > 0 || LISTED_KINDS.some((kind) => counts[kind] > 0);
  if (at === null || !hadDetails) return null;
  return (
    <Alert color="gray" icon={<IconArchive aria-hidden />} title={t('imports.old.title')}>
      <Stack gap="xs" maw="46rem">
        <Text size="sm">
          <Words id="imports.old.gone" values={{ at: <Day at={at} /> }} />
        </Text>
        {errors + warnings > 0 && <Text size="sm">{t('imports.old.problems', { errors, warnings })}</Text>}
        <Text size="sm">{t('imports.old.kept')}</Text>
      </Stack>
    </Alert>
  );
}
