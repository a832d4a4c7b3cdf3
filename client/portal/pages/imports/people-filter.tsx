import { Group, Select, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useText } from '../../app/text.js';

interface PeopleFilterProps<Name extends string> {
  readonly typed: string;
  readonly onType: (typed: string) => void;
  readonly choice: {
    readonly label: string;
    /** Where nothing is chosen. */
    readonly all: string;
    readonly showAll: string;
    readonly names: readonly { readonly value: Name; readonly label: string }[];
    readonly value: Name | null;
    readonly onChange: (name: Name | null) => void;
  };
}

/** Above a list of people: who they are, and, where there is more than one to choose from, what happens to them. */
export function PeopleFilter<Name extends string>({ typed, onType, choice }: PeopleFilterProps<Name>) {
  const t = useText();
  const { label, all, showAll, names, value, onChange } = choice;
  return (
    <Group align="flex-end">
      <TextInput
        label={t('imports.changes.search')}
        leftSection={<IconSearch size={16} aria-hidden />}
        value={typed}
        onChange={(event) => onType(event.currentTarget.value)}
        style={{ flex: '1 1 14rem' }}
        maxLength={200}
      />
      {names.length > 1 && (
        <Select
          label={label}
          placeholder={all}
          clearable
          clearButtonProps={{ 'aria-label': showAll }}
          data={names}
          value={value}
          onChange={(next) => onChange(names.find((name) => name.value === next)?.value ?? null)}
          style={{ flex: '0 1 16rem' }}
        />
      )}
    </Group>
  );
}
