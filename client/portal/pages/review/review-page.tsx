import { Alert, Button, Card, Stack, Text } from '@mantine/core';
import { IconEye } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { providerQuery } from '../../api/providers.js';
import type { Integration } from '../../api/integrations.js';
import { reviewQuery, startReview, type Review } from '../../api/reviews.js';
import { useMayWrite } from '../../api/session.js';
import { useText } from '../../app/text.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
import { Waiting } from '../../parts/waiting.js';
import { isLive } from '../connect/steps.js';
import { WizardFoot, WizardFrame } from '../connect/wizard-frame.js';
import { ReviewProgress } from './review-progress.js';
import { ReviewResult } from './review-result.js';
import { rememberBefore } from './compared.js';

const route = getRouteApi('/signed-in/programmes/$programme/integrations/$integration/review');

export function ReviewPage() {
  const t = useText();
  const place = route.useParams();
  return (
    <WizardFrame {...place} step="review" title={t('review.title')} text={t('review.text')}>
      {(integration) => <ReviewStep key={integration.id} programme={place.programme} integration={integration} />}
    </WizardFrame>
  );
}

interface StepProps {
  readonly programme: string;
  readonly integration: Integration;
}

function ReviewStep({ programme, integration }: StepProps) {
  const t = useText();
  const mayWrite = useMayWrite(programme);
  const review = useQuery(reviewQuery(programme, integration.id));
  const start = useStart(programme, integration.id, review.data ?? null);
  const provider = useQuery(providerQuery(integration.provider)).data?.name ?? integration.name;
  useBegin(review.data, mayWrite, () => start.mutate());
  if (review.isPending) return <Waiting />;
  if (review.data === undefined) return <ProblemAlert error={review.error} onRetry={() => void review.refetch()} />;
  const present = review.data;
  const isRunning = present?.endedAt === null || (start.isPending && present?.current !== true);
  return (
    <Stack gap="lg">
      {!isLive(integration) && (
        <Alert icon={<IconEye aria-hidden />} title={t('review.nothingYet.title')}>
          {t('review.nothingYet.text')}
        </Alert>
      )}
      <ProblemAlert error={start.error} onRetry={() => start.mutate()} />
      <ProblemAlert error={review.error} onRetry={() => void review.refetch()} />
      {isRunning ? (
        <Card>
          {present?.endedAt === null ? (
            <ReviewProgress review={present} />
          ) : (
            <Text role="status">{t('review.phase.fetch')}</Text>
          )}
        </Card>
      ) : present === null ? (
        <Card>
          <Stack align="flex-start">
            <Text>{t(mayWrite ? 'review.none' : 'review.noneViewer', { provider })}</Text>
            {mayWrite && (
              <Button loading={start.isPending} onClick={() => start.mutate()}>
                {t('review.start')}
              </Button>
            )}
          </Stack>
        </Card>
      ) : (
        <Ended programme={programme} integration={integration} review={present} again={start} />
      )}
      {(isRunning || present === null || hasFailed(present)) && (
        <WizardFoot programme={programme} integration={integration.id} step="review" />
      )}
    </Stack>
  );
}

interface EndedProps extends StepProps {
  readonly review: Review;
  readonly again: ReturnType<typeof useStart>;
}

const hasFailed = ({ state }: Review): boolean => state === 'failed' || state === 'cancelled';

function Ended({ programme, integration, review, again }: EndedProps) {
  const t = useText();
  const mayWrite = useMayWrite(programme);
  if (!hasFailed(review)) {
    return <ReviewResult programme={programme} integration={integration} review={review} again={again} />;
  }
  return (
    <Alert color="red" role="alert" title={t(review.state === 'failed' ? 'review.failed' : 'review.cancelled')}>
      <Stack align="flex-start" gap="sm">
        {review.failure !== null && <Text size="sm">{review.failure.detail}</Text>}
        {mayWrite && (
          <Button variant="default" loading={again.isPending} onClick={() => again.mutate()}>
            {t('review.again')}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

/** Whoever comes here wants to see what would happen: what is out of date, or was never made, is made now. */
function useBegin(review: Review | null | undefined, mayWrite: boolean, begin: () => void): void {
  const hasBegun = useRef(false);
  const isWanted =
    mayWrite && review !== undefined && (review === null || (!review.current && review.endedAt !== null));
  useEffect(() => {
    if (!isWanted || hasBegun.current) return;
    hasBegun.current = true;
    begin();
  });
}

function useStart(programme: string, integration: string, before: Review | null) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => startReview(programme, integration),
    onMutate: () => rememberBefore(integration, before),
    onSuccess: () => client.invalidateQueries({ queryKey: reviewQuery(programme, integration).queryKey }),
  });
}
