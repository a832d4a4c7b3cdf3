import '@mantine/charts/styles.css';
import { AreaChart, BarChart } from '@mantine/charts';
import { Card, Group, SegmentedControl, Skeleton, Stack, Switch, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useIntl } from 'react-intl';
import { importDaysQuery, type ImportDay } from '../../api/imports.js';
import { useText } from '../../app/text.js';
import { CalendarDate } from '../../parts/moment.js';
import { ProblemAlert } from '../../parts/problem-alert.js';

const SPANS = ['30', '90', '365'] as const;
const MEMBERS_HEIGHT = 180;
const MOVES_HEIGHT = 120;
/** Of a single day a line cannot be drawn. */
const FEWEST = 2;

/** How many members there were, who joined and who left, day by day; the same as a table for who reads no chart. */
export function HistoryChart({ programme, integration }: { programme: string; integration: string }) {
  const t = useText();
  const [span, setSpan] = useState<(typeof SPANS)[number]>('90');
  const [isTable, setTable] = useState(false);
  const days = useQuery(importDaysQuery(programme, integration, Number(span)));
  return (
    <Card component="section" aria-labelledby="chart">
      <Group justify="space-between" mb="sm">
        <Title order={2} id="chart">
          {t('imports.chart.title')}
        </Title>
        <Group gap="md">
          <Switch
            label={t('imports.chart.table')}
            checked={isTable}
            onChange={(event) => setTable(event.currentTarget.checked)}
            size="sm"
          />
          <SegmentedControl
            size="xs"
            aria-label={t('imports.chart.span')}
            value={span}
            onChange={(chosen) => setSpan(SPANS.find((one) => one === chosen) ?? '90')}
            data={SPANS.map((one) => ({ value: one, label: t('imports.chart.days', { days: Number(one) }) }))}
          />
        </Group>
      </Group>
      {days.isPending ? (
        <Skeleton height={MEMBERS_HEIGHT + MOVES_HEIGHT} />
      ) : days.isError ? (
        <ProblemAlert error={days.error} onRetry={() => void days.refetch()} />
      ) : days.data.length === 0 ? (
        <Text c="dimmed">{t('imports.chart.none')}</Text>
      ) : isTable || days.data.length < FEWEST ? (
        <DayTable days={days.data} />
      ) : (
        <Charts days={days.data} />
      )}
    </Card>
  );
}

function Charts({ days }: { days: readonly ImportDay[] }) {
  const t = useText();
  const intl = useIntl();
  const data = days.map(({ date, members, joined, left }) => ({
    date: intl.formatDate(new Date(`${date}T00:00:00Z`), { day: 'numeric', month: 'short', timeZone: 'UTC' }),
    members,
    joined,
    left: -left,
  }));
  const last = days.at(-1);
  const label = t('imports.chart.words', {
    days: days.length,
    members: days.findLast(({ members }) => members !== null)?.members ?? 0,
    joined: days.reduce((all, day) => all + day.joined, 0),
    left: days.reduce((all, day) => all + day.left, 0),
    date: last === undefined ? '' : last.date,
  });
  const whole = (value: number) => intl.formatNumber(Math.abs(value));
  return (
    <Stack gap="md" role="img" aria-label={label}>
      <AreaChart
        h={MEMBERS_HEIGHT}
        data={data}
        dataKey="date"
        series={[{ name: 'members', label: t('imports.chart.members'), color: 'indigo.6' }]}
        valueFormatter={whole}
        connectNulls
        withDots={data.length < 40}
        curveType="linear"
        yAxisProps={{ width: 56, domain: ['auto', 'auto'], allowDecimals: false }}
        areaChartProps={{ accessibilityLayer: false }}
      />
      <BarChart
        h={MOVES_HEIGHT}
        data={data}
        dataKey="date"
        type="stacked"
        series={[
          { name: 'joined', label: t('imports.chart.joined'), color: 'teal.7' },
          { name: 'left', label: t('imports.chart.left'), color: 'orange.7' },
        ]}
        valueFormatter={whole}
        withLegend
        yAxisProps={{ width: 56, allowDecimals: false }}
        barChartProps={{ accessibilityLayer: false, stackOffset: 'sign' }}
      />
    </Stack>
  );
}

function DayTable({ days }: { days: readonly ImportDay[] }) {
  const t = useText();
  const intl = useIntl();
  const number = (value: number | null) => (value === null ? '–' : intl.formatNumber(value));
  return (
    <Table.ScrollContainer
      minWidth={420}
      mah={360}
      scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': t('imports.chart.byDay'), role: 'region' } }}
    >
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('imports.chart.day')}</Table.Th>
            <Table.Th ta="end">{t('imports.chart.members')}</Table.Th>
            <Table.Th ta="end">{t('imports.chart.joined')}</Table.Th>
            <Table.Th ta="end">{t('imports.chart.left')}</Table.Th>
            <Table.Th ta="end">{t('imports.chart.runs')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {[...days].reverse().map(({ date, members, joined, left, runs, failed }) => (
            <Table.Tr key={date}>
              <Table.Td>
                <CalendarDate date={date} />
              </Table.Td>
              <Table.Td ta="end">{number(members)}</Table.Td>
              <Table.Td ta="end">{number(joined)}</Table.Td>
              <Table.Td ta="end">{number(left)}</Table.Td>
              <Table.Td ta="end">{t('imports.chart.runsOf', { runs, failed })}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
