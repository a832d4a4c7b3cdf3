import { Button, Popover, Text } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useText } from '../../app/text.js';

interface FilterButtonProps {
  readonly label: string;
  /** What is chosen, in words; empty: nothing. */
  readonly chosen: readonly string[];
  readonly children: ReactNode;
  readonly onOpenChange?: (isOpen: boolean) => void;
}

const MOST_NAMED = 2;

/** One filter: a button that tells what is chosen and opens the choice. */
export function FilterButton({ label, chosen, children, onOpenChange }: FilterButtonProps) {
  const t = useText();
  const summary = chosen.length > MOST_NAMED ? t('people.filter.several', { count: chosen.length }) : chosen.join(', ');
  return (
    <Popover
      width={288}
      position="bottom-start"
      trapFocus
      returnFocus
      shadow="md"
      onChange={(isOpen) => onOpenChange?.(isOpen)}
    >
      <Popover.Target>
        <Button
          size="xs"
          variant={chosen.length > 0 ? 'light' : 'default'}
          rightSection={<IconChevronDown size={14} aria-hidden />}
          maw="100%"
        >
          {label}
          {summary !== '' && (
            <Text span size="xs" fw={650} truncate maw="12rem" ml={4}>
              {summary}
            </Text>
          )}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={label}>{children}</Popover.Dropdown>
    </Popover>
  );
}
