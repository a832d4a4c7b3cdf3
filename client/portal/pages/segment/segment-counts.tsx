import { Alert, Button, Card, Group, Loader, Progress, Stack, Text, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconBulb } from '@tabler/icons-react';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { reviewQuery, startReview } from '../../api/reviews.js';
import { segmentPreviewQuery, type SegmentPeople, type SegmentPreview } from '../../api/segment.js';
import type { Segment } from '../../api/shapes.js';
import { useText } from '../../app/text.js';
import { Moment } from '../../parts/moment.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
import { ReviewProgress } from '../review/review-progress.js';
import { fieldWords } from './rule-words.js';
import { lineAt, replacePart, type Line } from './rule-tree.js';
import { useSegmentEditor } from './segment-editor.js';
import type { SegmentForm } from './segment-form.js';
import classes from './segment.module.css';

const PAUSE_MS = 350;

interface Place {
  readonly programme: string;
  readonly integration: string;
}

/** Who would be in, from the directory as it was last read. */
export function useSegmentPreview({ programme, integration }: Place, segment: Segment, isWanted: boolean) {
  const [settled] = useDebouncedValue(segment, PAUSE_MS);
  return useQuery({
    ...segmentPreviewQuery(programme, integration, settled),
    enabled: isWanted,
    placeholderData: keepPreviousData,
  });
}

interface SegmentCountsProps {
  readonly place: Place;
  readonly form: SegmentForm;
  readonly preview: ReturnType<typeof useSegmentPreview>;
}

export function SegmentCounts({ place, form, preview }: SegmentCountsProps) {
  const t = useText();
  const { mayWrite } = useSegmentEditor();
  const review = useQuery(reviewQuery(place.programme, place.integration));
  useFreshAfter(place, review.data?.endedAt ?? null);
  if (!mayWrite) return null;
  const result = preview.data;
  const isReading = review.data?.endedAt === null;
  return (
    <Card component="section" aria-labelledby="counts" className={classes.aside ?? ''}>
      <Group justify="space-between" mb="sm" mih={24}>
        <Title order={2} size="h3" id="counts">
          {t('segment.counts.title')}
        </Title>
        {preview.isFetching && <Loader size="xs" role="status" aria-label={t('mapping.result.working')} />}
      </Group>
      <ProblemAlert error={preview.error} onRetry={() => void preview.refetch()} />
      {form.missing !== null ? (
        <Text size="sm" c="dimmed">
          {t('segment.counts.incomplete')}
        </Text>
      ) : result?.ok === true ? (
        <Counts preview={result.preview} form={form} />
      ) : result?.ok === false && result.problem.status === 422 ? (
        <Text size="sm" c="var(--mantine-color-error)">
          {t('mapping.result.fix')}
        </Text>
      ) : isReading && review.data ? (
        <ReviewProgress review={review.data} />
      ) : (
        result?.ok === false && <ReadDirectory place={place} form={form} />
      )}
    </Card>
  );
}

/** Whatever was answered from the directory before is asked again when it has been read. */
function useFreshAfter({ programme, integration }: Place, endedAt: string | null): void {
  const client = useQueryClient();
  useEffect(() => {
    if (endedAt === null) return;
    void client.invalidateQueries({ queryKey: ['segment-preview', programme, integration] });
    void client.invalidateQueries({ queryKey: ['segment-values', programme, integration] });
  }, [client, programme, integration, endedAt]);
}

function ReadDirectory({ place: { programme, integration }, form }: { place: Place; form: SegmentForm }) {
  const t = useText();
  const client = useQueryClient();
  const { provider } = useSegmentEditor();
  const { data: review } = useQuery(reviewQuery(programme, integration));
  const read = useMutation({
    mutationFn: () => startReview(programme, integration, { segment: form.segment }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['review', programme, integration] }),
  });
  return (
    <Stack gap="sm" align="flex-start">
      {review?.state === 'failed' && review.failure !== null && (
        <Alert color="red" role="alert">
          {review.failure.detail}
        </Alert>
      )}
      <Text size="sm" c="dimmed">
        {t('segment.read.text', { provider })}
      </Text>
      <ProblemAlert error={read.error} />
      <Button variant="default" loading={read.isPending} onClick={() => read.mutate()}>
        {t('segment.read.button', { provider })}
      </Button>
    </Stack>
  );
}

function Counts({ preview, form }: { preview: SegmentPreview; form: SegmentForm }) {
  const t = useText();
  const { employed, inside, outside, members, people, unknown, at } = preview;
  return (
    <Stack gap="md">
      <div role="status">
        <Text size="xl" fw={650} className="figures">
          {t('segment.counts.inside', { inside })}
        </Text>
        <Text size="sm" c="dimmed">
          {t('segment.counts.of', { employed, outside })}
        </Text>
      </div>
      <Progress value={employed === 0 ? 0 : (100 * inside) / employed} aria-label={t('segment.counts.title')} />
      {unknown.map((one) => (
        <UnknownValue key={one.pointer} one={one} form={form} />
      ))}
      {people !== undefined && (
        <>
          {outside > 0 && form.segment.outside === 'revoke' && (
            <Names
              title={t('segment.counts.lose', { count: members })}
              total={members}
              people={people.members}
              isDanger
            />
          )}
          {outside > 0 && (
            <Names title={t('segment.counts.out', { count: outside })} total={outside} people={people.outside} />
          )}
          <Names title={t('segment.counts.in', { count: inside })} total={inside} people={people.inside} />
        </>
      )}
      <Text size="xs" c="dimmed">
        {t('segment.counts.at')} <Moment at={at} />
      </Text>
    </Stack>
  );
}

interface NamesProps {
  readonly title: string;
  readonly total: number;
  readonly people: SegmentPeople['inside'];
  readonly isDanger?: boolean;
}

function Names({ title, total, people, isDanger = false }: NamesProps) {
  const t = useText();
  return (
    <div>
      <Text size="sm" fw={600} c={isDanger && total > 0 ? 'var(--mantine-color-error)' : ''}>
        {title}
      </Text>
      <ul className={classes.names}>
        {people.map((person, at) => (
          <li key={`${person.employeeId ?? ''}-${at}`}>
            <Text size="sm">{person.name ?? person.email ?? person.employeeId ?? t('segment.counts.nameless')}</Text>
          </li>
        ))}
      </ul>
      {total > people.length && (
        <Text size="xs" c="dimmed">
          {t('segment.counts.more', { more: total - people.length })}
        </Text>
      )}
    </div>
  );
}

function UnknownValue({ one, form }: { one: SegmentPreview['unknown'][number]; form: SegmentForm }) {
  const t = useText();
  const swap = (value: string) => {
    const exchange = (line: Line): Line => ({
      ...line,
      values: [...new Set(line.values.map((own) => (own === one.value ? value : own)))],
    });
    const line = lineAt(form.tree, one.pointer.replace('/rule', ''));
    if (form.way === 'simple') form.changeLine(exchange(form.line));
    else if (line !== null) form.changeTree(replacePart(form.tree, line.id, exchange(line)));
  };
  return (
    <Alert color="yellow" icon={<IconBulb aria-hidden />}>
      <Text size="sm">{t('segment.unknown', { value: one.value, field: fieldWords(one.field, form.custom) })}</Text>
      <Group gap="xs" mt={one.didYouMean.length > 0 ? 'xs' : 0}>
        {one.didYouMean.map(({ value, people }) => (
          <Button key={value} size="compact-sm" variant="default" onClick={() => swap(value)}>
            {t('segment.didYouMean', { value, people })}
          </Button>
        ))}
      </Group>
    </Alert>
  );
}
