import { Alert, List, Text } from '@mantine/core';
import type { BadLines } from '../../api/upload.js';
import { useText } from '../../app/text.js';

/** The lines of a file from which nobody could be read, by their number. */
export function BadLineList({ bad }: { bad: BadLines | null }) {
  const t = useText();
  if (bad === null || bad.count === 0) return null;
  return (
    <Alert color="orange" title={t('connect.upload.bad', { count: bad.count })}>
      <Text size="sm" mb="xs">
        {t('connect.upload.badText')}
      </Text>
      <List size="sm">
        {bad.items.map(({ place, detail }) => (
          <List.Item key={place + detail}>
            {place}: {detail}
          </List.Item>
        ))}
      </List>
      {bad.count > bad.items.length && (
        <Text size="sm" mt="xs">
          {t('connect.upload.badMore', { count: bad.count - bad.items.length })}
        </Text>
      )}
    </Alert>
  );
}
