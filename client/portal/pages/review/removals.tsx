import { Button, Card, Checkbox, Collapse, Group, Stack, Text, Title } from '@mantine/core';
import { IconChevronDown, IconChevronUp, IconUserMinus } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Integration } from '../../api/integrations.js';
import { changesQuery, type Review } from '../../api/reviews.js';
import { useText } from '../../app/text.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
import { ShowMore } from '../../parts/show-more.js';
import { Waiting } from '../../parts/waiting.js';
import { ChangesTable } from './changes-table.js';
import type { OfImport } from './problem-section.js';
import { REMOVAL_KINDS, removalsOf } from './verdict.js';

interface RemovalsProps {
  readonly of: OfImport;
  readonly review: Review;
  readonly integration: Integration;
  readonly mayWrite: boolean;
  readonly hasSeen: boolean;
  readonly onSeen: (hasSeen: boolean) => void;
}

/** Whoever would lose their account, by name: nobody publishes without having had them before their eyes. */
export function Removals({ of, review, mayWrite, hasSeen, onSeen }: RemovalsProps) {
  const t = useText();
  const [opened, setOpened] = useState<readonly string[]>([]);
  const kinds = REMOVAL_KINDS.filter((kind) => review.counts[kind] > 0);
  const count = removalsOf(review.counts);
  const isSeen = kinds.every((kind) => opened.includes(kind));
  return (
    <Card component="section" aria-labelledby="removals" p={0}>
      <Group p="md" gap="sm" wrap="nowrap" align="flex-start">
        <IconUserMinus color="var(--mantine-color-error)" style={{ flex: 'none' }} aria-hidden />
        <Stack gap={2}>
          <Title order={2} size="h3" id="removals">
            {t('review.removals.title', { count })}
          </Title>
          <Text size="sm" c="dimmed">
            {t('review.removals.text')}
          </Text>
        </Stack>
      </Group>
      {kinds.map((kind) => (
        <OfKind
          key={kind}
          of={of}
          kind={kind}
          count={review.counts[kind]}
          isOpen={opened.includes(kind)}
          onOpen={(isOpen) => {
            setOpened((before) => (isOpen ? [...before, kind] : before.filter((one) => one !== kind)));
            if (!isOpen) onSeen(false);
          }}
        />
      ))}
      {mayWrite && (
        <Checkbox
          id="seen-removals"
          p="md"
          label={t('review.removals.seen', { count })}
          description={isSeen ? '' : t('review.removals.openFirst')}
          disabled={!isSeen}
          checked={hasSeen && isSeen}
          onChange={(event) => onSeen(event.currentTarget.checked)}
        />
      )}
    </Card>
  );
}

interface OfKindProps {
  readonly of: OfImport;
  readonly kind: (typeof REMOVAL_KINDS)[number];
  readonly count: number;
  readonly isOpen: boolean;
  readonly onOpen: (isOpen: boolean) => void;
}

function OfKind({ of, kind, count, isOpen, onOpen }: OfKindProps) {
  const t = useText();
  const changes = useInfiniteQuery({ ...changesQuery(of, { kind }), enabled: isOpen });
  const rows = changes.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <div style={{ borderTop: '1px solid var(--mantine-color-default-border)' }}>
      <Button
        fullWidth
        variant="subtle"
        color="gray"
        justify="space-between"
        h="auto"
        py="sm"
        aria-expanded={isOpen}
        aria-controls={`removals-${kind}`}
        rightSection={isOpen ? <IconChevronUp size={18} aria-hidden /> : <IconChevronDown size={18} aria-hidden />}
        onClick={() => onOpen(!isOpen)}
        styles={{ label: { whiteSpace: 'normal', textAlign: 'left' } }}
      >
        <span id={`removals-${kind}-title`}>{t(`review.removals.${kind}`, { count })}</span>
      </Button>
      <Collapse expanded={isOpen} id={`removals-${kind}`}>
        <ProblemAlert error={changes.error} onRetry={() => void changes.refetch()} />
        {isOpen && changes.isPending && <Waiting lines={3} />}
        {rows.length > 0 && (
          <>
            <ChangesTable changes={rows} labelledBy={`removals-${kind}-title`} />
            <div style={{ padding: '0 var(--mantine-spacing-md)' }}>
              <ShowMore
                shown={rows.length}
                total={count}
                hasMore={changes.hasNextPage}
                isBusy={changes.isFetchingNextPage}
                onMore={() => void changes.fetchNextPage()}
              />
            </div>
          </>
        )}
      </Collapse>
    </div>
  );
}
