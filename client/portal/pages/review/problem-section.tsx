import { Anchor, Badge, Card, Group, Stack, Table, Text, Title } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { address } from '../../api/fetch.js';
import { importPath } from '../../api/imports.js';
import { problemsQuery, type ImportProblem } from '../../api/reviews.js';
import { useText } from '../../app/text.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
import { ShowMore } from '../../parts/show-more.js';
import { Waiting } from '../../parts/waiting.js';
import { labelOf } from '../mapping/mapping-draft.js';
import classes from './review.module.css';

export interface OfImport {
  readonly programme: string;
  readonly integration: string;
  readonly id: string;
}

interface ProblemSectionProps {
  readonly of: OfImport;
  readonly severity: 'error' | 'warning';
  readonly count: number;
}

/** What is wrong with somebody's values: who, which field, what came, what is allowed and who can mend it. */
export function ProblemSection({ of, severity, count }: ProblemSectionProps) {
  const t = useText();
  const problems = useInfiniteQuery({ ...problemsQuery(of, severity), enabled: count > 0 });
  if (count === 0) return null;
  const rows = problems.data?.pages.flatMap(({ items }) => items) ?? [];
  const id = `${severity}s`;
  return (
    <Card component="section" aria-labelledby={id} p={0}>
      <Group justify="space-between" p="md" gap="sm">
        <Stack gap={2}>
          <Group gap="xs">
            <Title order={2} size="h3" id={id}>
              {t(`review.${severity}s`)}
            </Title>
            <Badge color={severity === 'error' ? 'red' : 'yellow'} variant="light">
              {count}
            </Badge>
          </Group>
          <Text size="sm" c="dimmed">
            {t(`review.${severity}s.text`)}
          </Text>
        </Stack>
        <Download path={`${importPath(of.programme, of.integration, of.id)}/${severity}s.csv`} />
      </Group>
      <ProblemAlert error={problems.error} onRetry={() => void problems.refetch()} />
      {problems.isPending ? <Waiting lines={3} /> : <Problems rows={rows} labelledBy={id} />}
      <Group px="md">
        <div style={{ flex: 1 }}>
          <ShowMore
            shown={rows.length}
            hasMore={problems.hasNextPage}
            isBusy={problems.isFetchingNextPage}
            onMore={() => void problems.fetchNextPage()}
          />
        </div>
      </Group>
    </Card>
  );
}

export function Download({ path }: { path: string }) {
  const t = useText();
  return (
    <Anchor href={address(path)} download size="sm">
      <Group gap={4} wrap="nowrap" component="span">
        <IconDownload size={16} aria-hidden />
        {t('review.download')}
      </Group>
    </Anchor>
  );
}

function Problems({ rows, labelledBy }: { rows: readonly ImportProblem[]; labelledBy: string }) {
  const t = useText();
  return (
    <Table.ScrollContainer
      minWidth={560}
      scrollAreaProps={{ viewportProps: { tabIndex: 0, role: 'group', 'aria-labelledby': labelledBy } }}
    >
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th className={classes.field ?? ''}>{t('review.column.person')}</Table.Th>
            <Table.Th className={classes.field ?? ''}>{t('review.column.field')}</Table.Th>
            <Table.Th>{t('review.column.problem')}</Table.Th>
            <Table.Th className={classes.mender ?? ''}>{t('review.column.fixedBy')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row, at) => (
            <Table.Tr key={`${row.employeeId ?? ''}-${row.code}-${at}`}>
              <Table.Td>{row.name ?? row.employeeId ?? t('review.everybody')}</Table.Td>
              <Table.Td>{row.field === null ? '' : labelOf(row.field)}</Table.Td>
              <Table.Td>
                <Text size="sm">{row.detail}</Text>
                {row.received !== null && (
                  <Text size="xs" c="dimmed">
                    {t('mapping.result.received', { value: row.received })}
                  </Text>
                )}
              </Table.Td>
              <Table.Td>{t(`review.fixedBy.${row.fixedBy}`)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
