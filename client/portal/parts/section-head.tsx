import { Group, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

interface SectionHeadProps {
  /** Of the title, where the section is named by it. */
  readonly id?: string;
  readonly title: string;
  readonly text: ReactNode;
  /** What can be done here, at the right where there is room. */
  readonly children?: ReactNode;
}

/** The head of a part of a page: what it is, and what can be done with it. */
export function SectionHead({ id, title, text, children }: SectionHeadProps) {
  return (
    <Group justify="space-between" align="flex-start">
      <div style={{ flex: '1 1 18rem' }}>
        <Title order={2} {...(id === undefined ? {} : { id })}>
          {title}
        </Title>
        <Text size="sm" c="dimmed" maw="46rem">
          {text}
        </Text>
      </div>
      {children}
    </Group>
  );
}
