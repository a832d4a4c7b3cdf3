import { Center, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import type { ReactNode } from 'react';

interface EmptyStateProps {
  readonly icon: ReactNode;
  readonly title: string;
  readonly text: ReactNode;
  /** What to do about it. */
  readonly action?: ReactNode;
}

/** Where nothing is yet, or nothing fits: says why, and what to do. */
export function EmptyState({ icon, title, text, action }: EmptyStateProps) {
  return (
    <Center py={64} px="md">
      <Stack align="center" gap="sm" maw="30rem" ta="center">
        <ThemeIcon size={56} radius="xl" variant="light" aria-hidden>
          {icon}
        </ThemeIcon>
        <Title order={2}>{title}</Title>
        <Text c="dimmed">{text}</Text>
        {action}
      </Stack>
    </Center>
  );
}
