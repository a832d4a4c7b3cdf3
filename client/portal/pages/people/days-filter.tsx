import { Button, Group, NumberInput, Stack } from '@mantine/core';
import { useState } from 'react';
import { useText } from '../../app/text.js';
import type { FilterProps } from './choice-filter.js';
import { FilterButton } from './filter-button.js';

const USUAL_DAYS = [7, 30, 90] as const;
const LONGEST_DAYS = 3650;

/** Who joined in the last so many days. */
export function DaysFilter({ label, values, onChange }: FilterProps) {
  const t = useText();
  const chosen = values[0];
  const [typed, setTyped] = useState<string | number>('');
  const days = Number(typed);
  const isGood = Number.isInteger(days) && days >= 1 && days <= LONGEST_DAYS;
  return (
    <FilterButton
      label={label}
      chosen={chosen === undefined ? [] : [t('people.filter.days', { days: Number(chosen) })]}
    >
      <Stack gap="sm">
        <Group gap="xs">
          {USUAL_DAYS.map((usual) => (
            <Button
              key={usual}
              size="xs"
              variant={chosen === String(usual) ? 'filled' : 'default'}
              aria-pressed={chosen === String(usual)}
              onClick={() => onChange(chosen === String(usual) ? [] : [String(usual)])}
            >
              {t('people.filter.days', { days: usual })}
            </Button>
          ))}
        </Group>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (isGood) onChange([String(days)]);
          }}
        >
          <Group gap="xs" align="flex-end" wrap="nowrap">
            <NumberInput
              label={t('people.filter.otherDays')}
              size="xs"
              min={1}
              max={LONGEST_DAYS}
              allowDecimal={false}
              value={typed}
              onChange={setTyped}
            />
            <Button size="xs" variant="default" type="submit" disabled={!isGood}>
              {t('people.filter.apply')}
            </Button>
          </Group>
        </form>
      </Stack>
    </FilterButton>
  );
}
