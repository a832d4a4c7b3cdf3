import { Button, Card, Group, Radio, Stack, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconHandStop } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useIntl } from 'react-intl';
import { Problem } from '../../api/fetch.js';
import { integrationQuery, type Integration } from '../../api/integrations.js';
import { publish, reviewQuery, type Review } from '../../api/reviews.js';
import { useMayWrite } from '../../api/session.js';
import { useText } from '../../app/text.js';
import { LinkButton } from '../../parts/links.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
import { stepAddress } from '../connect/steps.js';
import { removalsOf, takenOver } from './verdict.js';
import classes from './review.module.css';

interface PublishPanelProps {
  readonly programme: string;
  readonly integration: Integration;
  readonly review: Review;
  readonly isOutdated: boolean;
  /** Somebody would lose their account, and has not been looked at yet. */
  readonly needsSeeing: boolean;
  readonly again: { readonly isPending: boolean; readonly mutate: () => void };
}

/** The button that makes it live, which says what it does; what would wait is decided about before. */
export function PublishPanel({ programme, integration, review, isOutdated, needsSeeing, again }: PublishPanelProps) {
  const t = useText();
  const mayWrite = useMayWrite(programme);
  const [approval, setApproval] = useState<'approve' | 'wait' | null>(null);
  const approves = review.held !== null && approval === 'approve';
  const label = usePublishLabel(review, approval !== 'wait');
  const go = usePublish(programme, integration.id);
  const back = (
    <LinkButton variant="default" to={stepAddress(programme, integration.id, 'segment')}>
      {t('connect.back')}
    </LinkButton>
  );
  if (!mayWrite) return <Group>{back}</Group>;
  const hasChanged =
    go.error instanceof Problem && go.error.code === 'plan-changed' && go.variables?.review === review.id;
  const missing =
    isOutdated || hasChanged
      ? 'outdated'
      : needsSeeing
        ? 'removals'
        : review.held !== null && approval === null
          ? 'held'
          : null;
  return (
    <>
      {review.held !== null && <HeldChoice held={review.held} value={approval} onChange={setApproval} />}
      <div className={classes.publish}>
        <Stack gap="sm">
          <ProblemAlert error={go.error} />
          {hasChanged && (
            <Group>
              <Button size="sm" variant="default" loading={again.isPending} onClick={() => again.mutate()}>
                {t('review.again')}
              </Button>
            </Group>
          )}
          <Group justify="space-between" gap="md">
            {back}
            <Group gap="md" justify="flex-end" style={{ flex: '1 1 18rem' }}>
              <Text size="sm" c="dimmed" role="status">
                {missing !== null && t(`review.missing.${missing}`)}
              </Text>
              <Button
                size="md"
                h="auto"
                mih={42}
                py={8}
                styles={{ label: { whiteSpace: 'normal' } }}
                disabled={missing !== null}
                loading={go.isPending}
                onClick={() =>
                  go.mutate({
                    review: review.id,
                    ...(approves && review.held !== null ? { planDigest: review.held.planDigest } : {}),
                  })
                }
              >
                {label}
              </Button>
            </Group>
          </Group>
        </Stack>
      </div>
    </>
  );
}

interface HeldChoiceProps {
  readonly held: NonNullable<Review['held']>;
  readonly value: 'approve' | 'wait' | null;
  readonly onChange: (value: 'approve' | 'wait') => void;
}

const CAUSES = ['leaver', 'revoked', 'vanished', 'identity', 'invitation'] as const;

function HeldChoice({ held, value, onChange }: HeldChoiceProps) {
  const t = useText();
  const causes = CAUSES.filter((cause) => held.causes[cause] > 0);
  return (
    <Card component="section" aria-labelledby="held">
      <Stack gap="sm">
        <Group gap="sm" wrap="nowrap" align="flex-start">
          <IconHandStop color="var(--mantine-color-orange-6)" style={{ flex: 'none' }} aria-hidden />
          <Title order={2} size="h3" id="held">
            {t('review.held.title', { count: held.count })}
          </Title>
        </Group>
        <Text size="sm" maw="46rem">
          {t('review.held.text')}{' '}
          {causes.map((cause) => t(`review.held.${cause}`, { count: held.causes[cause] })).join(', ')}.
        </Text>
        <Radio.Group
          aria-label={t('review.held.choice')}
          value={value}
          onChange={(next) => onChange(next === 'approve' ? 'approve' : 'wait')}
        >
          <Stack gap="xs">
            <Radio value="wait" label={t('review.held.wait')} description={t('review.held.wait.text')} />
            <Radio value="approve" label={t('review.held.approve')} description={t('review.held.approve.text')} />
          </Stack>
        </Radio.Group>
      </Stack>
    </Card>
  );
}

function usePublishLabel({ counts, held }: Review, approves: boolean): string {
  const t = useText();
  const intl = useIntl();
  const waiting = held === null || approves ? 0 : held.causes.leaver + held.causes.revoked + held.causes.vanished;
  const parts = [
    { id: 'review.publish.create', count: counts.created },
    { id: 'review.publish.take', count: takenOver(counts) },
    { id: 'review.publish.update', count: counts.updated },
    { id: 'review.publish.close', count: removalsOf(counts) - waiting },
  ] as const;
  const what = parts.filter(({ count }) => count > 0).map(({ id, count }) => t(id, { count }));
  return what.length === 0
    ? t('review.publish.nothing')
    : t('review.publish', { what: intl.formatList(what, { type: 'conjunction' }) });
}

function usePublish(programme: string, integration: string) {
  const t = useText();
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (body: Parameters<typeof publish>[2]) => publish(programme, integration, body),
    onSuccess: async ({ firstImport, ...published }) => {
      client.setQueryData(integrationQuery(programme, integration).queryKey, published);
      notifications.show({ message: t('review.published') });
      void client.invalidateQueries({ queryKey: ['integrations', programme] });
      await navigate({ to: `/programmes/${programme}/integrations/${integration}/imports/${firstImport.id}` });
    },
    onError: (error) => {
      if (!(error instanceof Problem) || error.status !== 409) return;
      void client.invalidateQueries({ queryKey: reviewQuery(programme, integration).queryKey });
      void client.invalidateQueries({ queryKey: integrationQuery(programme, integration).queryKey });
    },
  });
}
