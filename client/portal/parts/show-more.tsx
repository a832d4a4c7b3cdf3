import { Button, Group, Text } from '@mantine/core';
import { useText } from '../app/text.js';

interface ShowMoreProps {
  readonly shown: number;
  /** Where it is known. */
  readonly total?: number | undefined;
  readonly hasMore: boolean;
  readonly isBusy: boolean;
  readonly onMore: () => void;
}

/** The foot of a list that comes in pages. */
export function ShowMore({ shown, total, hasMore, isBusy, onMore }: ShowMoreProps) {
  const t = useText();
  return (
    <Group justify="space-between" py="sm">
      <Text size="sm" c="dimmed" role="status">
        {hasMore && total !== undefined
          ? t('shell.shown', { shown, total })
          : !hasMore
            ? t('shell.allShown', { shown })
            : ''}
      </Text>
      {hasMore && (
        <Button variant="default" size="sm" loading={isBusy} onClick={onMore}>
          {t('shell.more')}
        </Button>
      )}
    </Group>
  );
}
