import { Button, Group, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { MEMBER_STATES } from '../../../api/contract/member-fields.js';
import { integrationsQuery } from '../../api/integrations.js';
import type { MemberFilter } from '../../api/members.js';
import { useText } from '../../app/text.js';
import { ChoiceFilter } from './choice-filter.js';
import { DaysFilter } from './days-filter.js';
import { useCustomFields, useFilterWords, useMonths } from './filter-names.js';
import { FIELD_FILTERS, withFilter } from './member-filter.js';
import { ValuesFilter } from './values-filter.js';

interface FilterBarProps {
  readonly programme: string;
  readonly filter: MemberFilter;
  /** @param replace typing makes no step of its own to go back to. */
  readonly onChange: (filter: MemberFilter, replace?: boolean) => void;
}

const TYPING_MS = 250;

export function FilterBar({ programme, filter, onChange }: FilterBarProps) {
  const t = useText();
  const words = useFilterWords(programme);
  const months = useMonths();
  const custom = useCustomFields(programme);
  const integrations = useQuery(integrationsQuery(programme)).data ?? [];
  const set = (name: string) => (values: readonly string[]) => onChange(withFilter(filter, name, values));
  const common = (name: string) => ({ label: words.name(name), values: filter[name] ?? [], onChange: set(name) });
  return (
    <Group gap="xs" mb="md" align="center">
      <SearchField
        value={filter.search?.[0] ?? ''}
        onSearch={(text) => onChange(withFilter(filter, 'search', text === '' ? [] : [text]), true)}
      />
      <ChoiceFilter
        {...common('state')}
        choices={MEMBER_STATES.map((state) => ({ value: state, label: t(`people.state.${state}`) }))}
      />
      {[...FIELD_FILTERS, ...custom.map(({ name }) => `custom.${name}`)].map((name) => (
        <ValuesFilter key={name} programme={programme} field={name} {...common(name)} />
      ))}
      {integrations.length > 0 && (
        <ChoiceFilter
          {...common('integration')}
          choices={integrations.map(({ id, name }) => ({ value: id, label: name }))}
        />
      )}
      <DaysFilter {...common('joinedWithinDays')} />
      <ChoiceFilter {...common('birthdayMonth')} choices={months} />
      {Object.keys(filter).length > 0 && (
        <Button variant="subtle" size="xs" leftSection={<IconX size={14} aria-hidden />} onClick={() => onChange({})}>
          {t('people.filter.clearAll')}
        </Button>
      )}
    </Group>
  );
}

/** What is typed shows at once; the address, and with it the search, follows when the typing pauses. */
function SearchField({ value, onSearch }: { value: string; onSearch: (text: string) => void }) {
  const t = useText();
  const [draft, setDraft] = useState<{ text: string; over: string } | null>(null);
  const search = useDebouncedCallback((text: string) => onSearch(text.trim()), TYPING_MS);
  // A value that neither stood there while typing nor came of it came from elsewhere, such as a step back.
  const isOwn = draft !== null && (value === draft.over || value === draft.text.trim());
  return (
    <TextInput
      type="search"
      aria-label={t('people.search')}
      placeholder={t('people.search.placeholder')}
      leftSection={<IconSearch size={16} aria-hidden />}
      value={isOwn ? draft.text : value}
      onChange={(event) => {
        const text = event.currentTarget.value;
        setDraft({ text, over: value });
        search(text);
      }}
      flex="1 1 100%"
    />
  );
}
