import { Card, List, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useIntl } from 'react-intl';
import { importBeforeQuery, type Import, type ImportPlace } from '../../api/imports.js';
import type { Cause, Question } from '../../api/questions.js';
import { useText, Words } from '../../app/text.js';
import { Moment } from '../../parts/moment.js';

const CAUSES: readonly Cause[] = ['leaver', 'revoked', 'vanished', 'identity', 'invitation'];
const REMOVALS = ['leaver', 'revoked', 'vanished'] as const;
const COMPARED = ['created', 'updated', 'leaver', 'revoked', 'vanished', 'unchanged'] as const;

/** The limit in numbers, what the causes mean, and the last import beside this one: a slip shows in the comparison. */
export function WhyHeld({ place, run, question }: { place: ImportPlace; run: Import; question: Question }) {
  const t = useText();
  const { waiting, limit } = question;
  const removals = REMOVALS.reduce((all, cause) => all + waiting[cause], 0);
  const present = CAUSES.filter((cause) => waiting[cause] > 0);
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }}>
      <Card component="section" aria-labelledby="why">
        <Stack gap="sm">
          <Title order={2} id="why">
            {t('decisions.why.title')}
          </Title>
          {removals > 0 && <Text>{removalsText(t, removals, limit)}</Text>}
          {waiting.identity > 0 && (
            <Text>
              {t('decisions.why.identity', {
                count: waiting.identity,
                limit: Math.floor(limit.identity ?? 0),
                members: limit.members,
              })}
            </Text>
          )}
          {waiting.invitation > 0 && <Text>{t('decisions.why.invitation', { count: waiting.invitation })}</Text>}
          <List size="sm" spacing={4}>
            {present.map((cause) => (
              <List.Item key={cause}>{t(`decisions.why.${cause}.means`, { count: waiting[cause] })}</List.Item>
            ))}
          </List>
          <Text size="sm">
            <Words id="decisions.why.expires" values={{ at: <Moment at={question.expiresAt} /> }} />
          </Text>
        </Stack>
      </Card>
      <Comparison place={place} run={run} />
    </SimpleGrid>
  );
}

function removalsText(t: ReturnType<typeof useText>, count: number, { removals, members }: Question['limit']): string {
  if (removals === null) return t('decisions.why.unlimited', { count, members });
  const limit = Math.floor(removals);
  return t(count > limit ? 'decisions.why.removals' : 'decisions.why.week', { count, limit, members, week: 2 * limit });
}

function Comparison({ place, run }: { place: ImportPlace; run: Import }) {
  const t = useText();
  const intl = useIntl();
  const before = useQuery(importBeforeQuery(place));
  const last = before.data ?? null;
  return (
    <Card component="section" aria-labelledby="compare">
      <Title order={2} id="compare" mb="sm">
        {t('decisions.compare.title')}
      </Title>
      {last === null ? (
        <Text c="dimmed">{t(before.isPending ? 'shell.loading' : 'decisions.compare.first')}</Text>
      ) : (
        <Table verticalSpacing={6} horizontalSpacing="xs">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('decisions.compare.what')}</Table.Th>
              <Table.Th ta="end">{intl.formatDate(last.startedAt, { dateStyle: 'medium' })}</Table.Th>
              <Table.Th ta="end">{t('decisions.compare.now')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {COMPARED.map((kind) => (
              <Table.Tr key={kind}>
                <Table.Td>{t(`shell.kind.${kind}`)}</Table.Td>
                <Table.Td ta="end">{intl.formatNumber(last.counts[kind])}</Table.Td>
                <Table.Td ta="end">{intl.formatNumber(run.counts[kind])}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Card>
  );
}
