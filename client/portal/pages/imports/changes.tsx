import { Badge, Button, Card, Group, Stack, Table, Text, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconDownload, IconListSearch } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  changesFile,
  changesQuery,
  type Change,
  type ChangeKind,
  type Import,
  type ImportPlace,
} from '../../api/imports.js';
import { useText } from '../../app/text.js';
import { EmptyState } from '../../parts/empty-state.js';
import { isLook, LISTED_KINDS } from '../../parts/import-words.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
import { ShowMore } from '../../parts/show-more.js';
import { KindBadge } from '../../parts/state-badge.js';
import { Waiting } from '../../parts/waiting.js';
import { FieldChanges } from './field-changes.js';
import { PeopleFilter } from './people-filter.js';
import { Person } from './person.js';
import classes from './imports.module.css';

const TYPING_MS = 300;

interface ChangesProps {
  readonly place: ImportPlace;
  readonly run: Import;
  readonly kind: ChangeKind | null;
  readonly onKind: (kind: ChangeKind | null) => void;
}

/** Person by person: what, why, before and after. */
export function Changes({ place, run, kind, onKind }: ChangesProps) {
  const t = useText();
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed.trim(), TYPING_MS);
  const changes = useInfiniteQuery(changesQuery(place, { kind, outcome: null, search: search === '' ? null : search }));
  const items = changes.data?.pages.flatMap((page) => page.items) ?? [];
  const isFiltered = kind !== null || search !== '';
  const present = LISTED_KINDS.filter((name) => run.counts[name] > 0);
  if (present.length === 0) return null;
  return (
    <Card component="section" aria-labelledby="changes">
      <Stack gap="sm">
        <Group justify="space-between" align="flex-end">
          <Title order={2} id="changes">
            {t('imports.changes.title')}
          </Title>
          <Button
            component="a"
            href={changesFile(place, kind)}
            download
            variant="default"
            size="xs"
            leftSection={<IconDownload size={14} aria-hidden />}
          >
            {t('imports.changes.download')}
          </Button>
        </Group>
        <PeopleFilter
          typed={typed}
          onType={setTyped}
          choice={{
            label: t('imports.changes.kind'),
            all: t('imports.changes.all'),
            showAll: t('imports.changes.allKinds'),
            names: present.map((name) => ({ value: name, label: t(`shell.kind.${name}`) })),
            value: kind,
            onChange: onKind,
          }}
        />
        {changes.isPending ? (
          <Waiting />
        ) : changes.isError ? (
          <ProblemAlert error={changes.error} onRetry={() => void changes.refetch()} />
        ) : items.length === 0 ? (
          <EmptyState
            icon={<IconListSearch />}
            title={t('imports.changes.none')}
            text={t(isFiltered ? 'imports.changes.noneFiltered' : 'imports.changes.gone')}
          />
        ) : (
          <>
            <ChangeTable programme={place.programme} items={items} isReview={isLook(run)} />
            <ShowMore
              shown={items.length}
              hasMore={changes.hasNextPage}
              isBusy={changes.isFetchingNextPage}
              onMore={() => void changes.fetchNextPage()}
            />
          </>
        )}
      </Stack>
    </Card>
  );
}

export function ChangeTable({
  programme,
  items,
  isReview,
}: {
  programme: string;
  items: readonly Change[];
  isReview: boolean;
}) {
  const t = useText();
  const hasValues = items.some(({ fields }) => fields.length > 0);
  return (
    <Table.ScrollContainer
      minWidth={760}
      scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': t('imports.changes.table'), role: 'region' } }}
    >
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('imports.column.person')}</Table.Th>
            <Table.Th>{t('imports.column.change')}</Table.Th>
            <Table.Th>{t('imports.column.why')}</Table.Th>
            {hasValues && <Table.Th>{t('imports.column.values')}</Table.Th>}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map((change, n) => (
            <Table.Tr key={`${change.employeeId ?? ''}-${change.kind}-${n}`} style={{ verticalAlign: 'top' }}>
              <Table.Td className={classes.person ?? ''}>
                <Person programme={programme} person={change} />
              </Table.Td>
              <Table.Td className={classes.kind ?? ''}>
                <Stack gap={4} align="flex-start">
                  <KindBadge kind={change.kind} />
                  {!isReview && <Outcome change={change} />}
                </Stack>
              </Table.Td>
              <Table.Td className={classes.reason ?? ''}>
                <Text size="sm">{change.reason}</Text>
              </Table.Td>
              {hasValues && (
                <Table.Td className={classes.values ?? ''}>
                  <FieldChanges fields={change.fields} isNew={change.kind === 'created'} />
                </Table.Td>
              )}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

/** What was done as planned needs no word. */
function Outcome({ change: { outcome, kind } }: { change: Change }) {
  const t = useText();
  if (outcome === 'applied' || kind === 'error') return null;
  return (
    <Badge variant="outline" color="gray" tt="none" fw={500}>
      {t(`imports.outcome.${outcome ?? 'none'}`)}
    </Badge>
  );
}
