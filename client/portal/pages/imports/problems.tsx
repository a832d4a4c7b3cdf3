import { Badge, Button, Card, Group, Stack, Table, Tabs, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDownload, IconRefresh } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import {
  problemsFile,
  problemsQuery,
  retryErrors,
  type Import,
  type ImportPlace,
  type ImportProblem,
  type Severity,
} from '../../api/imports.js';
import { useMayWrite } from '../../api/session.js';
import { useText } from '../../app/text.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
import { SectionHead } from '../../parts/section-head.js';
import { ShowMore } from '../../parts/show-more.js';
import { Waiting } from '../../parts/waiting.js';
import { fieldLabel } from './field-label.js';
import { Person } from './person.js';
import classes from './imports.module.css';

interface ProblemsProps {
  readonly place: ImportPlace;
  readonly run: Import;
}

/** What was wrong with whom, what is allowed, and who can mend it; the list is a file too, for whoever mends it. */
export function Problems({ place, run }: ProblemsProps) {
  const t = useText();
  const mayWrite = useMayWrite(place.programme);
  const { error, warnings } = run.counts;
  return (
    <Card component="section" aria-labelledby="problems">
      <Stack>
        <SectionHead
          id="problems"
          title={t('imports.problems.title')}
          text={t(error > 0 ? 'imports.problems.text' : 'imports.problems.warningsOnly')}
        >
          {error > 0 && mayWrite && run.kind !== 'review' && run.kind !== 'undo' && (
            <Retry place={place} count={error} />
          )}
        </SectionHead>
        <Tabs defaultValue={error > 0 ? 'error' : 'warning'} keepMounted={false}>
          <Tabs.List>
            <Tabs.Tab value="error" disabled={error === 0}>
              {t('imports.problems.errors', { count: error })}
            </Tabs.Tab>
            <Tabs.Tab value="warning" disabled={warnings === 0}>
              {t('imports.problems.warnings', { count: warnings })}
            </Tabs.Tab>
          </Tabs.List>
          {(['error', 'warning'] as const).map((severity) => (
            <Tabs.Panel key={severity} value={severity} pt="sm">
              <ProblemList place={place} severity={severity} />
            </Tabs.Panel>
          ))}
        </Tabs>
      </Stack>
    </Card>
  );
}

function Retry({ place, count }: { place: ImportPlace; count: number }) {
  const t = useText();
  const navigate = useNavigate();
  const retry = useMutation({
    mutationFn: () => retryErrors(place),
    onSuccess: async (run) => {
      notifications.show({ message: t('imports.retry.told', { count }) });
      await navigate({
        to: '/programmes/$programme/integrations/$integration/imports/$import',
        params: { ...place, import: run.id },
      });
    },
  });
  return (
    <Stack gap="xs" align="flex-end">
      <Button
        leftSection={<IconRefresh size={16} aria-hidden />}
        loading={retry.isPending}
        onClick={() => retry.mutate()}
      >
        {t('imports.retry.button', { count })}
      </Button>
      <ProblemAlert error={retry.error} />
    </Stack>
  );
}

function ProblemList({ place, severity }: { place: ImportPlace; severity: Severity }) {
  const t = useText();
  const problems = useInfiniteQuery(problemsQuery(place, severity));
  if (problems.isPending) return <Waiting />;
  if (problems.isError) return <ProblemAlert error={problems.error} onRetry={() => void problems.refetch()} />;
  const items = problems.data.pages.flatMap((page) => page.items);
  return (
    <>
      <Group gap="xs" mb="xs">
        {(['csv', 'json'] as const).map((form) => (
          <Button
            key={form}
            component="a"
            href={problemsFile(place, severity, form)}
            download
            variant="default"
            size="xs"
            leftSection={<IconDownload size={14} aria-hidden />}
          >
            {t(`imports.problems.${form}`)}
          </Button>
        ))}
      </Group>
      <Table.ScrollContainer
        minWidth={900}
        scrollAreaProps={{
          viewportProps: { tabIndex: 0, 'aria-label': t(`imports.problems.table.${severity}`), role: 'region' },
        }}
      >
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('imports.column.person')}</Table.Th>
              <Table.Th>{t('imports.column.field')}</Table.Th>
              <Table.Th>{t('imports.column.wrong')}</Table.Th>
              <Table.Th>{t('imports.column.received')}</Table.Th>
              <Table.Th>{t('imports.column.allowed')}</Table.Th>
              <Table.Th>{t('imports.column.who')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {items.map((problem, n) => (
              <ProblemRow
                key={`${problem.employeeId ?? ''}-${problem.code}-${n}`}
                programme={place.programme}
                problem={problem}
              />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <ShowMore
        shown={items.length}
        hasMore={problems.hasNextPage}
        isBusy={problems.isFetchingNextPage}
        onMore={() => void problems.fetchNextPage()}
      />
    </>
  );
}

function ProblemRow({ programme, problem }: { programme: string; problem: ImportProblem }) {
  const t = useText();
  const { field, received, allowed, detail, fixedBy } = problem;
  const none = t('imports.values.none');
  return (
    <Table.Tr style={{ verticalAlign: 'top' }}>
      <Table.Td className={classes.person ?? ''}>
        <Person programme={programme} person={problem} />
      </Table.Td>
      <Table.Td className={classes.short ?? ''}>{field === null ? none : fieldLabel(field)}</Table.Td>
      <Table.Td className={classes.reason ?? ''}>{detail}</Table.Td>
      <Table.Td className={classes.short ?? ''}>{received === null || received === '' ? none : received}</Table.Td>
      <Table.Td className={classes.short ?? ''}>{allowed ?? none}</Table.Td>
      <Table.Td className={classes.short ?? ''}>
        <Badge variant="light" color="gray" tt="none">
          {t(`imports.fixedBy.${fixedBy}`)}
        </Badge>
        <Text size="xs" c="dimmed" mt={4}>
          {t(`imports.fixedBy.${fixedBy}.how`)}
        </Text>
      </Table.Td>
    </Table.Tr>
  );
}
