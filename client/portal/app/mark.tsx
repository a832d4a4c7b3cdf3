import { Group, Text } from '@mantine/core';
import { useText } from './text.js';
import mark from '../rollcall.svg';

export function Mark() {
  const t = useText();
  return (
    <Group gap="xs" wrap="nowrap">
      <img src={mark} width={26} height={26} alt="" />
      <Text fw={700} size="lg" lh={1}>
        {t('shell.product')}
      </Text>
    </Group>
  );
}
