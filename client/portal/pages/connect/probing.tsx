import { Group, Loader, Text } from '@mantine/core';
import { useText } from '../../app/text.js';

/** While the HR system is asked: it takes seconds, and somebody who sees nothing presses again. */
export function Probing({ isBusy, provider }: { isBusy: boolean; provider: string }) {
  const t = useText();
  return (
    <Group gap="sm" role="status" mih={24}>
      {isBusy && (
        <>
          <Loader size="sm" aria-hidden />
          <Text size="sm">{t('connect.authorize.probing', { provider })}</Text>
        </>
      )}
    </Group>
  );
}
