import { Button, Checkbox, Group, ScrollArea, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { FormattedNumber } from 'react-intl';
import { memberValuesQuery } from '../../api/members.js';
import { useText } from '../../app/text.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
import type { FilterProps } from './choice-filter.js';
import { FilterButton } from './filter-button.js';
import { useValueName } from './filter-names.js';

const TYPING_MS = 250;
const LIST_HEIGHT = 260;

/** A filter whose values are those that members have, the most frequent first, with how many have each. */
export function ValuesFilter({ programme, field, ...filter }: FilterProps & { programme: string; field: string }) {
  const nameOf = useValueName(programme, field, filter.values.length > 0);
  return (
    <FilterButton label={filter.label} chosen={filter.values.map(nameOf)}>
      <Values programme={programme} field={field} {...filter} />
    </FilterButton>
  );
}

/** Asked for when somebody opens it, not before. */
function Values({ programme, field, label, values, onChange }: FilterProps & { programme: string; field: string }) {
  const t = useText();
  const [search, setSearch] = useState('');
  const [asked] = useDebouncedValue(search.trim(), TYPING_MS);
  const found = useQuery({ ...memberValuesQuery(programme, field, asked), placeholderData: keepPreviousData });
  // What is chosen stays in sight, also where the list does not reach it.
  const absent = values.filter((value) => !(found.data?.items ?? []).some((item) => item.value === value));
  return (
    <Stack gap="sm">
      <TextInput
        size="xs"
        type="search"
        aria-label={t('people.filter.searchValues', { name: label })}
        placeholder={t('people.filter.find')}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
        data-autofocus
      />
      <ProblemAlert error={found.error} onRetry={() => void found.refetch()} />
      <ScrollArea.Autosize mah={LIST_HEIGHT} viewportProps={{ tabIndex: -1 }}>
        <Checkbox.Group aria-label={label} value={[...values]} onChange={onChange}>
          <Stack gap="xs">
            {found.isPending && [1, 2, 3].map((line) => <Skeleton key={line} height={20} />)}
            {absent.map((value) => (
              <Checkbox key={value} value={value} label={value} />
            ))}
            {found.data?.items.map(({ value, label: name, members }) => (
              <Checkbox
                key={value}
                value={value}
                styles={{ labelWrapper: { flexGrow: 1 } }}
                label={
                  <Group justify="space-between" wrap="nowrap" gap="xs">
                    <span>{name ?? value}</span>
                    <Text span size="sm" c="dimmed" className="figures">
                      <FormattedNumber value={members} />
                    </Text>
                  </Group>
                }
              />
            ))}
          </Stack>
        </Checkbox.Group>
      </ScrollArea.Autosize>
      <Text size="xs" c="dimmed" role="status">
        {found.data !== undefined && found.data.total > found.data.items.length
          ? t('people.filter.moreValues', { shown: found.data.items.length, total: found.data.total })
          : found.data?.items.length === 0
            ? t('people.filter.noValues')
            : ''}
      </Text>
      {values.length > 0 && (
        <Button size="xs" variant="subtle" onClick={() => onChange([])}>
          {t('people.filter.clear')}
        </Button>
      )}
    </Stack>
  );
}
