import { Checkbox, Stack } from '@mantine/core';
import { FilterButton } from './filter-button.js';

export interface FilterProps {
  readonly label: string;
  readonly values: readonly string[];
  readonly onChange: (values: readonly string[]) => void;
}

interface ChoiceFilterProps extends FilterProps {
  readonly choices: readonly { readonly value: string; readonly label: string }[];
}

/** A filter whose values are few and known. */
export function ChoiceFilter({ label, values, onChange, choices }: ChoiceFilterProps) {
  const chosen = choices.filter(({ value }) => values.includes(value)).map((choice) => choice.label);
  return (
    <FilterButton label={label} chosen={chosen}>
      <Checkbox.Group aria-label={label} value={[...values]} onChange={onChange}>
        <Stack gap="xs">
          {choices.map((choice) => (
            <Checkbox key={choice.value} value={choice.value} label={choice.label} />
          ))}
        </Stack>
      </Checkbox.Group>
    </FilterButton>
  );
}
