import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconArrowsDiff, IconClockExclamation, IconShieldQuestion } from '@tabler/icons-react';
import { useState } from 'react';
import { useIntl } from 'react-intl';
import type { Integration } from '../../api/integrations.js';
import type { Review } from '../../api/reviews.js';
import { useMayWrite } from '../../api/session.js';
import { useText } from '../../app/text.js';
import { Moment } from '../../parts/moment.js';
import { ChangeList } from './change-list.js';
import { differencesSince } from './compared.js';
import { ProblemSection } from './problem-section.js';
import { PublishPanel } from './publish-panel.js';
import { Removals } from './removals.js';
import { ReviewSummary } from './review-summary.js';
import { removalsOf } from './verdict.js';

interface ReviewResultProps {
  readonly programme: string;
  readonly integration: Integration;
  readonly review: Review;
  readonly again: { readonly isPending: boolean; readonly mutate: () => void };
}

/** Errors first, then warnings, then whoever would lose their account, then everybody. */
export function ReviewResult({ programme, integration, review, again }: ReviewResultProps) {
  const mayWrite = useMayWrite(programme);
  const [hasSeen, setHasSeen] = useState<string | null>(null);
  const of = { programme, integration: integration.id, id: review.id };
  const removals = removalsOf(review.counts);
  const outdated = whyOutdated(review, integration);
  return (
    <Stack gap="lg">
      <Notes integration={integration} review={review} outdated={outdated} again={mayWrite ? again : null} />
      <ReviewSummary integration={integration} review={review} />
      <ProblemSection of={of} severity="error" count={review.counts.error} />
      <ProblemSection of={of} severity="warning" count={review.counts.warnings} />
      {removals > 0 && (
        <Removals
          of={of}
          review={review}
          integration={integration}
          mayWrite={mayWrite}
          hasSeen={hasSeen === review.id}
          onSeen={(seen) => setHasSeen(seen ? review.id : null)}
        />
      )}
      <ChangeList of={of} counts={review.counts} />
      <PublishPanel
        programme={programme}
        integration={integration}
        review={review}
        isOutdated={outdated !== null}
        needsSeeing={removals > 0 && hasSeen !== review.id}
        again={again}
      />
    </Stack>
  );
}

/** Why what is shown is not what publishing would do any more; null: it is. */
function whyOutdated(review: Review, { lastImport }: Integration): 'settings' | 'import' | null {
  if (!review.current) return 'settings';
  return lastImport !== null && lastImport.startedAt > review.startedAt ? 'import' : null;
}

interface NotesProps {
  readonly integration: Integration;
  readonly review: Review;
  readonly outdated: ReturnType<typeof whyOutdated>;
  readonly again: ReviewResultProps['again'] | null;
}

function Notes({ integration, review, outdated, again }: NotesProps) {
  const t = useText();
  const intl = useIntl();
  const differences = differencesSince(integration.id, review);
  return (
    <>
      {outdated !== null && (
        <Alert
          color="orange"
          role="alert"
          icon={<IconClockExclamation aria-hidden />}
          title={t('review.outdated.title')}
        >
          <Stack gap="sm" align="flex-start">
            <Text size="sm">{t(`review.outdated.${outdated}`)}</Text>
            {again !== null && (
              <Button size="xs" loading={again.isPending} onClick={() => again.mutate()}>
                {t('review.again')}
              </Button>
            )}
          </Stack>
        </Alert>
      )}
      {review.complete?.proven === false && (
        <Alert color="yellow" icon={<IconShieldQuestion aria-hidden />} title={t('review.unproven')}>
          {review.complete.reason} {t('review.unproven.text')}
        </Alert>
      )}
      {differences.length > 0 && (
        <Alert color="blue" icon={<IconArrowsDiff aria-hidden />} title={t('review.differs')}>
          {differences
            .map(({ kind, by }) => `${t(`shell.kind.${kind}`)} ${intl.formatNumber(by, { signDisplay: 'always' })}`)
            .join(' · ')}
        </Alert>
      )}
      <Group justify="space-between" gap="sm">
        <Text size="sm" c="dimmed">
          {t('review.madeAt')} <Moment at={review.endedAt ?? review.startedAt} />
        </Text>
        {again !== null && outdated === null && (
          <Button size="xs" variant="default" loading={again.isPending} onClick={() => again.mutate()}>
            {t('review.again')}
          </Button>
        )}
      </Group>
    </>
  );
}
