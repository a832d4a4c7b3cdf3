import { Card, Chip, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { importPath, type ChangeKind } from '../../api/imports.js';
import { changesQuery } from '../../api/reviews.js';
import { useText } from '../../app/text.js';
import { LISTED_KINDS } from '../../parts/import-words.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
import { ShowMore } from '../../parts/show-more.js';
import { Waiting } from '../../parts/waiting.js';
import { ChangesTable } from './changes-table.js';
import type { ReviewCounts } from './compared.js';
import { Download, type OfImport } from './problem-section.js';

const PAUSE_MS = 300;

/** Everybody whom publishing would concern, by kind and by name. */
export function ChangeList({ of, counts }: { of: OfImport; counts: ReviewCounts }) {
  const t = useText();
  const kinds = LISTED_KINDS.filter((kind) => counts[kind] > 0);
  const all = kinds.reduce((sum, kind) => sum + counts[kind], 0);
  const [kind, setKind] = useState<ChangeKind | 'all'>('all');
  const [search, setSearch] = useState('');
  const [settled] = useDebouncedValue(search.trim(), PAUSE_MS);
  const filter = { kind: kind === 'all' ? undefined : kind, search: settled === '' ? undefined : settled };
  const changes = useInfiniteQuery({ ...changesQuery(of, filter), placeholderData: keepPreviousData });
  const rows = changes.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Card component="section" aria-labelledby="everybody" p={0}>
      <Stack gap="sm" p="md">
        <Group justify="space-between">
          <Title order={2} size="h3" id="everybody">
            {t('review.people.title')}
          </Title>
          {all > 0 && <Download path={`${importPath(of.programme, of.integration, of.id)}/changes.csv`} />}
        </Group>
        {all > 0 && (
          <>
            <Chip.Group value={kind} onChange={(next) => setKind(next)}>
              <Group gap="xs" role="radiogroup" aria-label={t('review.people.kind')}>
                <Chip value="all" size="sm">
                  {t('review.people.all', { count: all })}
                </Chip>
                {kinds.map((one) => (
                  <Chip key={one} value={one} size="sm">
                    {t('review.people.of', { kind: t(`shell.kind.${one}`), count: counts[one] })}
                  </Chip>
                ))}
              </Group>
            </Chip.Group>
            <TextInput
              aria-label={t('review.people.search')}
              placeholder={t('review.people.search')}
              leftSection={<IconSearch size={16} aria-hidden />}
              maw="24rem"
              value={search}
              onChange={(event) => setSearch(event.currentTarget.value)}
            />
          </>
        )}
        <ProblemAlert error={changes.error} onRetry={() => void changes.refetch()} />
        {all === 0 && <Text c="dimmed">{t('review.people.none')}</Text>}
        {all > 0 && changes.isPending && <Waiting lines={6} />}
        {all > 0 && changes.isSuccess && rows.length === 0 && (
          <Text c="dimmed" role="status">
            {t('review.people.notFound', { search: settled })}
          </Text>
        )}
      </Stack>
      {rows.length > 0 && (
        <>
          <ChangesTable changes={rows} labelledBy="everybody" />
          <div style={{ padding: '0 var(--mantine-spacing-md)' }}>
            <ShowMore
              shown={rows.length}
              total={settled === '' ? (kind === 'all' ? all : counts[kind]) : undefined}
              hasMore={changes.hasNextPage}
              isBusy={changes.isFetchingNextPage}
              onMore={() => void changes.fetchNextPage()}
            />
          </div>
        </>
      )}
    </Card>
  );
}
