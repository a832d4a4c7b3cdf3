import { Card, Group, Select, Skeleton, Stack, Table, Text, Title } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useIntl } from 'react-intl';
import { importListQuery, type Import, type ImportFilter } from '../../api/imports.js';
import { integrationQuery } from '../../api/integrations.js';
import { useText } from '../../app/text.js';
import { secondsBetween, useDuration } from '../../parts/duration.js';
import { EmptyState } from '../../parts/empty-state.js';
import { useImportWords } from '../../parts/import-words.js';
import { LinkAnchor } from '../../parts/links.js';
import { PageHead } from '../../parts/page-head.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
import { ShowMore } from '../../parts/show-more.js';
import { ImportBadge } from '../../parts/state-badge.js';
import { Trail } from '../../parts/trail.js';
import { Waiting } from '../../parts/waiting.js';
import { ImportNow } from './import-now.js';
import classes from './imports.module.css';

const route = getRouteApi('/signed-in/programmes/$programme/integrations/$integration/imports');
const KINDS = ['import', 'person', 'retry', 'removals', 'undo', 'review'] as const;
const STATES = [
  'running',
  'waiting-for-approval',
  'completed',
  'completed-with-errors',
  'failed',
  'cancelled',
] as const;
const LIVE_MS = 5_000;
/** A chart is a library of its own: it comes after the list that most people are here for. */
const HistoryChart = lazy(async () => ({ default: (await import('./history-chart.js')).HistoryChart }));
const CHART_HEIGHT = 380;

/** Every run of an integration, and how its members came and went. */
export function HistoryPage() {
  const t = useText();
  const { programme, integration } = route.useParams();
  const [filter, setFilter] = useState<ImportFilter>({ kind: null, state: null });
  const { data: of } = useQuery(integrationQuery(programme, integration));
  const name = of?.name ?? '';
  const isLive = of?.state === 'published' || of?.state === 'paused';
  return (
    <>
      <PageHead
        title={t('imports.history.title')}
        text={t('imports.history.text')}
        above={<Trail place={{ programme, integration }} name={name} />}
        actions={isLive && <ImportNow programme={programme} integration={integration} />}
      />
      <Stack gap="lg">
        <Suspense fallback={<Skeleton height={CHART_HEIGHT} />}>
          <HistoryChart programme={programme} integration={integration} />
        </Suspense>
        <Card component="section" aria-labelledby="runs">
          <Group justify="space-between" align="flex-end" mb="sm">
            <Title order={2} id="runs">
              {t('imports.history.runs')}
            </Title>
            <Filters filter={filter} onChange={setFilter} />
          </Group>
          <Runs programme={programme} integration={integration} filter={filter} />
        </Card>
      </Stack>
    </>
  );
}

function Filters({ filter, onChange }: { filter: ImportFilter; onChange: (filter: ImportFilter) => void }) {
  const t = useText();
  return (
    <Group gap="sm">
      <Select
        label={t('imports.history.kind')}
        placeholder={t('imports.history.allKinds')}
        clearable
        clearButtonProps={{ 'aria-label': t('imports.history.allKinds') }}
        data={KINDS.map((kind) => ({ value: kind, label: t(`imports.kind.${kind}`) }))}
        value={filter.kind}
        onChange={(chosen) => onChange({ ...filter, kind: KINDS.find((kind) => kind === chosen) ?? null })}
        w={190}
      />
      <Select
        label={t('imports.history.state')}
        placeholder={t('imports.history.allStates')}
        clearable
        clearButtonProps={{ 'aria-label': t('imports.history.allStates') }}
        data={STATES.map((state) => ({ value: state, label: t(`shell.import.${state}`) }))}
        value={filter.state}
        onChange={(chosen) => onChange({ ...filter, state: STATES.find((state) => state === chosen) ?? null })}
        w={210}
      />
    </Group>
  );
}

function Runs({ programme, integration, filter }: { programme: string; integration: string; filter: ImportFilter }) {
  const t = useText();
  const runs = useInfiniteQuery({
    ...importListQuery(programme, integration, filter),
    refetchInterval: ({ state: { data } }) =>
      data?.pages.some((page) => page.items.some((run) => run.endedAt === null)) === true ? LIVE_MS : false,
  });
  if (runs.isPending) return <Waiting />;
  if (runs.isError) return <ProblemAlert error={runs.error} onRetry={() => void runs.refetch()} />;
  const items = runs.data.pages.flatMap((page) => page.items);
  if (items.length === 0) {
    const isFiltered = filter.kind !== null || filter.state !== null;
    return (
      <EmptyState
        icon={<IconHistory />}
        title={t('imports.history.none')}
        text={t(isFiltered ? 'imports.history.noneFiltered' : 'imports.history.noneYet')}
      />
    );
  }
  return (
    <>
      <Table.ScrollContainer
        minWidth={720}
        scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': t('imports.history.table'), role: 'region' } }}
      >
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('imports.column.run')}</Table.Th>
              <Table.Th>{t('imports.column.state')}</Table.Th>
              <Table.Th>{t('imports.column.did')}</Table.Th>
              <Table.Th ta="end">{t('imports.column.members')}</Table.Th>
              <Table.Th ta="end">{t('imports.column.took')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {items.map((run) => (
              <RunRow key={run.id} programme={programme} integration={integration} run={run} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <ShowMore
        shown={items.length}
        hasMore={runs.hasNextPage}
        isBusy={runs.isFetchingNextPage}
        onMore={() => void runs.fetchNextPage()}
      />
    </>
  );
}

function RunRow({ programme, integration, run }: { programme: string; integration: string; run: Import }) {
  const t = useText();
  const intl = useIntl();
  const words = useImportWords();
  const duration = useDuration();
  return (
    <Table.Tr style={{ verticalAlign: 'top' }}>
      <Table.Td className={classes.person ?? ''}>
        <LinkAnchor
          to="/programmes/$programme/integrations/$integration/imports/$import"
          params={{ programme, integration, import: run.id }}
          size="sm"
          fw={600}
        >
          {intl.formatDate(run.startedAt, { dateStyle: 'medium', timeStyle: 'short' })}
        </LinkAnchor>
        <Text size="xs" c="dimmed">
          {t(`imports.kind.${run.undo?.review === true ? 'undoLook' : run.kind}`)} · {t(`imports.by.${run.trigger}`)}
        </Text>
      </Table.Td>
      <Table.Td>
        <ImportBadge state={run.state} />
      </Table.Td>
      <Table.Td className={classes.reason ?? ''}>
        <Text size="sm">{words(run)}</Text>
      </Table.Td>
      <Table.Td ta="end">
        {run.impact.membersAfter === null ? '–' : intl.formatNumber(run.impact.membersAfter)}
      </Table.Td>
      <Table.Td ta="end" style={{ whiteSpace: 'nowrap' }}>
        {run.endedAt === null ? '–' : duration(secondsBetween(run.startedAt, run.endedAt))}
      </Table.Td>
    </Table.Tr>
  );
}
