import { Select, Stack, Text, TextInput } from '@mantine/core';
import { useText } from '../../app/text.js';
import { fieldOf, fromPath, useMappingEditor } from './editor.js';
import { fromFault } from './mapping-draft.js';

interface FromInputProps {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  /** Written by somebody who knows how, instead of chosen. */
  readonly byHand: boolean;
  readonly placeholder: string;
  readonly fault?: string | undefined;
  readonly isDisabled?: boolean;
  readonly onChange: (from: string) => void;
}

/** Where a value comes from: one of the HR system's fields, or a path or constant by hand. */
export function FromInput({ id, label, value, byHand, placeholder, fault, isDisabled, onChange }: FromInputProps) {
  const t = useText();
  const { fields, mayWrite } = useMappingEditor();
  const disabled = isDisabled === true || !mayWrite;
  const isOffered = value === '' || fieldOf(fields, value) !== null;
  if (byHand || !isOffered) {
    return (
      <TextInput
        id={id}
        aria-label={label}
        description={byHand ? t('mapping.byHand.help') : undefined}
        placeholder="{{response.email}}"
        value={value}
        error={fromFault(value) ?? fault}
        disabled={disabled}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    );
  }
  return (
    <Select
      id={id}
      aria-label={label}
      placeholder={placeholder}
      searchable
      clearable={!disabled}
      clearButtonProps={{ 'aria-label': t('mapping.clearField', { field: label }) }}
      nothingFoundMessage={t('mapping.noneFound')}
      comboboxProps={{ shadow: 'md' }}
      data={fields.map((field) => ({ value: fromPath(field.path), label: field.label }))}
      value={value === '' ? null : value}
      disabled={disabled}
      error={fault}
      onChange={(from) => onChange(from ?? '')}
      renderOption={({ option }) => <Option from={option.value} label={option.label} />}
    />
  );
}

function Option({ from, label }: { from: string; label: string }) {
  const { fields } = useMappingEditor();
  const sample = fieldOf(fields, from)?.samples[0];
  return (
    <Stack gap={0}>
      <Text size="sm">{label}</Text>
      {sample !== undefined && (
        <Text size="xs" c="dimmed" lineClamp={1}>
          {sample}
        </Text>
      )}
    </Stack>
  );
}
