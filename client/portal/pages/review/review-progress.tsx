import { Group, Progress, Stack, Text } from '@mantine/core';
import { useText } from '../../app/text.js';
import type { Review } from '../../api/reviews.js';

/** How far a running review is; it goes on whether somebody looks or not. */
export function ReviewProgress({ review }: { review: Review }) {
  const t = useText();
  const { done, total, secondsLeft } = review.progress;
  const share = done !== null && total !== null && total > 0 ? Math.min(100, (100 * done) / total) : null;
  return (
    <Stack gap="xs">
      <Group justify="space-between" gap="xs">
        <Text fw={600} role="status">
          {t(`review.phase.${review.phase}`)}
        </Text>
        <Text size="sm" c="dimmed" className="figures">
          {done !== null && total !== null && t('review.progress', { done, total })}
        </Text>
      </Group>
      <Progress
        value={share ?? 100}
        animated={share === null}
        striped={share === null}
        aria-label={t(`review.phase.${review.phase}`)}
      />
      <Text size="sm" c="dimmed">
        {secondsLeft !== null && secondsLeft > 2
          ? t('review.secondsLeft', { seconds: secondsLeft })
          : t('review.canLeave')}
      </Text>
    </Stack>
  );
}
