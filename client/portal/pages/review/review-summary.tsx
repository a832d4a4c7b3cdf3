import { Card, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import { useIntl } from 'react-intl';
import type { Integration } from '../../api/integrations.js';
import type { Review } from '../../api/reviews.js';
import { useText } from '../../app/text.js';
import { REMOVAL_KINDS, removalsOf, takenOver } from './verdict.js';

interface ReviewSummaryProps {
  readonly integration: Integration;
  readonly review: Review;
}

const FIRST = ['created', 'updated', 'adopted', 'reactivated', 'transferred', ...REMOVAL_KINDS, 'error'] as const;
const ALWAYS: readonly string[] = ['created', 'updated', 'error'];

/** What publishing would do, as numbers; adopted and transferred ones apart, since they are nobody new. */
export function ReviewSummary({ integration, review }: ReviewSummaryProps) {
  const t = useText();
  const intl = useIntl();
  const { counts, impact, edited } = review;
  const shown = FIRST.filter((kind) => counts[kind] > 0 || ALWAYS.includes(kind));
  const { membersBefore } = impact;
  const membersAfter =
    membersBefore === null ? null : membersBefore + counts.created + takenOver(counts) - removalsOf(counts);
  return (
    <Card component="section" aria-labelledby="summary">
      <Group justify="space-between" align="flex-start" gap="md" mb="md">
        <Title order={2} size="h3" id="summary">
          {t('review.summary.title')}
        </Title>
        {membersBefore !== null && membersAfter !== null && (
          <Group gap="xs" className="figures">
            <Text c="dimmed">{t('review.summary.members', { count: membersBefore })}</Text>
            <IconArrowRight size={16} aria-label={t('review.summary.becomes')} />
            <Text fw={600}>{t('review.summary.members', { count: membersAfter })}</Text>
          </Group>
        )}
      </Group>
      <SimpleGrid cols={{ base: 2, xs: 3, md: 4 }} spacing="lg" verticalSpacing="md">
        {shown.map((kind) => (
          <Stack key={kind} gap={0}>
            <Text fz="1.5rem" fw={650} lh={1.2} className="figures">
              {intl.formatNumber(counts[kind])}
            </Text>
            <Text size="sm" fw={500}>
              {t(`review.kind.${kind}`)}
            </Text>
            <Text size="xs" c="dimmed">
              {t(`review.kind.${kind}.text`)}
            </Text>
          </Stack>
        ))}
      </SimpleGrid>
      <Text size="sm" c="dimmed" mt="md">
        {t('review.summary.rest', { unchanged: counts.unchanged, skipped: counts.skipped })}
      </Text>
      {edited !== null && (
        <Text size="sm" mt="xs">
          {edited.length === 0
            ? t('review.compared.same')
            : t('review.compared', {
                parts: intl.formatList(
                  edited.map((part) => t(`review.part.${part}`)),
                  { type: 'conjunction' },
                ),
              })}
        </Text>
      )}
      {counts.created > 0 && (
        <Text size="sm" mt="xs">
          {t(integration.setup?.welcomeEmail === false ? 'review.noMail' : 'review.mail', { count: counts.created })}
        </Text>
      )}
    </Card>
  );
}
