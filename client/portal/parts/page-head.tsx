import { Group, Stack, Text, Title } from '@mantine/core';
import { useEffect, useRef, type ReactNode } from 'react';
import { useText } from '../app/text.js';

interface PageHeadProps {
  readonly title: string;
  readonly text?: ReactNode;
  /** What stands above the title: where this page belongs. */
  readonly above?: ReactNode;
  /** Beside the title: a badge. */
  readonly beside?: ReactNode;
  readonly actions?: ReactNode;
  /** For a step that follows another: whoever reads by ear is led to the new title. */
  readonly takesFocus?: boolean;
}

/** The head of each page: its one title (also the window's), a sentence, and what can be done here. */
export function PageHead({ title, text, above, beside, actions, takesFocus = false }: PageHeadProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const product = useText()('shell.product');
  useEffect(() => {
    document.title = `${title} · ${product}`;
  }, [title, product]);
  useEffect(() => {
    if (takesFocus) heading.current?.focus({ preventScroll: true });
  }, [takesFocus]);
  return (
    <Group justify="space-between" align="flex-end" gap="md" mb="lg">
      <Stack gap={4} style={{ minWidth: 0, flex: '1 1 20rem' }}>
        {above}
        <Group gap="sm">
          <Title order={1} ref={heading} tabIndex={takesFocus ? -1 : undefined} style={{ outline: 'none' }}>
            {title}
          </Title>
          {beside}
        </Group>
        {text !== undefined && (
          <Text c="dimmed" maw="46rem">
            {text}
          </Text>
        )}
      </Stack>
      {actions !== undefined && <Group gap="sm">{actions}</Group>}
    </Group>
  );
}
