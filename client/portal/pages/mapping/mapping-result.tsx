import { Alert, Anchor, Badge, Button, Card, Group, Loader, Stack, Table, Text, Title } from '@mantine/core';
import { IconUsers } from '@tabler/icons-react';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import {
  fieldsQuery,
  mappingPreviewQuery,
  seeAgain,
  suggestionsQuery,
  type MappingPreview,
  type PreviewedPerson,
} from '../../api/mapping.js';
import type { Mapping } from '../../api/shapes.js';
import { useText } from '../../app/text.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
import { useMappingEditor } from './editor.js';
import { fromOf, labelOf } from './mapping-draft.js';
import classes from './mapping.module.css';

/** Nobody types so fast that each letter needs an answer. */
const PAUSE_MS = 350;

interface Place {
  readonly programme: string;
  readonly integration: string;
}

/** The mapping as it is edited, on the people whom the authorization saw. */
export function useMappingPreview({ programme, integration }: Place, mapping: Mapping, isWanted: boolean) {
  const [settled] = useDebouncedValue(mapping, PAUSE_MS);
  return useQuery({
    ...mappingPreviewQuery(programme, integration, settled),
    enabled: isWanted && fromOf(settled, 'email') !== null,
    placeholderData: keepPreviousData,
  });
}

type Preview = ReturnType<typeof useMappingPreview>;

export function MappingResult({ place, preview }: { place: Place; preview: Preview }) {
  const t = useText();
  const { mapping } = useMappingEditor();
  const result = preview.data;
  const hasNoEmail = fromOf(mapping, 'email') === null;
  return (
    <Card component="section" aria-labelledby="result">
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h3" id="result">
          {t('mapping.result.title')}
        </Title>
        {preview.isFetching && <Loader size="xs" role="status" aria-label={t('mapping.result.working')} />}
      </Group>
      {hasNoEmail ? (
        <Text c="dimmed" size="sm">
          {t('mapping.result.needsEmail')}
        </Text>
      ) : (
        <>
          <ProblemAlert error={preview.error} onRetry={() => void preview.refetch()} />
          {result?.ok === true && <People preview={result.preview} mapping={mapping} />}
          {result?.ok === false && result.problem.status === 409 && <NoSamples place={place} />}
          {result?.ok === false && result.problem.status === 422 && (
            <Text size="sm" c="var(--mantine-color-error)" role="status">
              {t('mapping.result.fix')}
            </Text>
          )}
        </>
      )}
    </Card>
  );
}

/** Beside the button, wherever one is on the page: what it comes to so far. */
export function PreviewSummary({ preview }: { preview: Preview }) {
  const t = useText();
  if (preview.data?.ok !== true) return null;
  const { people, errors, warnings } = preview.data.preview;
  return (
    <Anchor href="#result" size="sm">
      {t('mapping.result.short', { people, errors, warnings })}
    </Anchor>
  );
}

/** The samples are people's data, so they are kept for a day alone. */
function NoSamples({ place: { programme, integration } }: { place: Place }) {
  const t = useText();
  const client = useQueryClient();
  const again = useMutation({
    mutationFn: () => seeAgain(programme, integration),
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: fieldsQuery(programme, integration).queryKey }),
        client.invalidateQueries({ queryKey: suggestionsQuery(programme, integration).queryKey }),
        client.invalidateQueries({ queryKey: ['mapping-preview', programme, integration] }),
      ]),
  });
  return (
    <Stack align="flex-start" gap="sm">
      <Text size="sm" c="dimmed" maw="42rem">
        {t('mapping.result.noSamples')}
      </Text>
      <ProblemAlert error={again.error} />
      <Button variant="default" loading={again.isPending} onClick={() => again.mutate()}>
        {t('mapping.result.seeAgain')}
      </Button>
    </Stack>
  );
}

function People({ preview, mapping }: { preview: MappingPreview; mapping: Mapping }) {
  const t = useText();
  const { people, errors, warnings, empty, items } = preview;
  const columns = Object.keys(items[0]?.values ?? {}).filter((field) => field !== 'role' || mapping.role !== undefined);
  return (
    <Stack gap="sm">
      <div role="status">
        <Text size="sm">{t('mapping.result.summary', { people, errors, warnings })}</Text>
        {empty.length > 0 && (
          <Text size="sm" c="dimmed">
            {t('mapping.result.empty', {
              fields: empty
                .slice(0, 4)
                .map((one) =>
                  t('mapping.result.emptyOne', { field: labelOf(one.field, mapping.custom), people: one.people }),
                )
                .join(', '),
            })}
          </Text>
        )}
      </div>
      {items.length === 0 ? (
        <Alert icon={<IconUsers aria-hidden />}>{t('mapping.result.nobody')}</Alert>
      ) : (
        <Table.ScrollContainer
          minWidth={Math.max(480, columns.length * 150)}
          scrollAreaProps={{ viewportProps: { tabIndex: 0, role: 'group', 'aria-labelledby': 'result' } }}
        >
          <Table striped withTableBorder>
            <Table.Thead>
              <Table.Tr>
                <Table.Th w={110}>{t('mapping.result.verdict')}</Table.Th>
                {columns.map((field) => (
                  <Table.Th key={field}>
                    {field === 'role' ? t('mapping.role.title') : labelOf(field, mapping.custom)}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {items.map((person, at) => (
                <PersonRow key={`${person.employeeId ?? ''}-${at}`} person={person} columns={columns} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Stack>
  );
}

function PersonRow({ person, columns }: { person: PreviewedPerson; columns: readonly string[] }) {
  const t = useText();
  const [problem] = person.problems.toSorted((one, other) => (one.severity < other.severity ? -1 : 1));
  const verdict = problem?.severity ?? (person.standing === 'employed' ? 'good' : person.standing);
  const color = verdict === 'error' ? 'red' : verdict === 'good' ? 'green' : verdict === 'warning' ? 'yellow' : 'gray';
  return (
    <>
      <Table.Tr>
        <Table.Td>
          <Badge variant="light" color={color} tt="none">
            {t(`mapping.verdict.${verdict}`)}
          </Badge>
        </Table.Td>
        {columns.map((field) => (
          <Table.Td key={field}>
            {person.values[field] ?? <span className={classes.empty}>{t('mapping.result.noValue')}</span>}
          </Table.Td>
        ))}
      </Table.Tr>
      {person.problems.length > 0 && (
        <Table.Tr>
          <Table.Td colSpan={columns.length + 1} pt={0}>
            {person.problems.map((one) => (
              <Text key={`${one.field ?? ''}${one.detail}`} size="sm">
                {one.detail} {one.received !== null && t('mapping.result.received', { value: one.received })}
              </Text>
            ))}
          </Table.Td>
        </Table.Tr>
      )}
    </>
  );
}
