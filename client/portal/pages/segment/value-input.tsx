import { Group, NumberInput, TagsInput, Text, TextInput, Autocomplete } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useIntl } from 'react-intl';
import { segmentValuesQuery } from '../../api/segment.js';
import type { Operator } from '../../api/shapes.js';
import { useText } from '../../app/text.js';
import { useSegmentEditor } from './segment-editor.js';
import { WITH_DATE, WITH_LIST, WITH_NUMBER, WITHOUT_VALUE } from './rule-tree.js';

interface ValueInputProps {
  readonly id: string;
  readonly label: string;
  readonly field: string;
  readonly op: Operator;
  readonly values: readonly string[];
  readonly fault?: string | undefined;
  readonly onChange: (values: string[]) => void;
}

/** What a condition compares with; what people really have in the field is offered with its counts. */
export function ValueInput({ id, label, field, op, values, fault, onChange }: ValueInputProps) {
  const t = useText();
  const { mayWrite } = useSegmentEditor();
  const [value = ''] = values;
  const common = { id, 'aria-label': label, error: fault, disabled: !mayWrite };
  if (WITHOUT_VALUE.includes(op)) return null;
  if (WITH_LIST.includes(op)) return <ValueList {...common} field={field} values={values} onChange={onChange} />;
  if (WITH_DATE.includes(op)) {
    return (
      <TextInput {...common} type="date" value={value} onChange={(event) => onChange([event.currentTarget.value])} />
    );
  }
  if (WITH_NUMBER.includes(op)) {
    return (
      <NumberInput
        {...common}
        value={value === '' ? '' : Number(value)}
        allowDecimal={op !== 'withinLastDays'}
        {...(op === 'withinLastDays' ? { min: 0, max: 99_999 } : {})}
        suffix={op === 'withinLastDays' ? ` ${t('segment.days')}` : ''}
        onChange={(next) => onChange(next === '' ? [] : [String(next)])}
      />
    );
  }
  return <OneValue {...common} field={field} value={value} onChange={onChange} />;
}

type CommonProps = Pick<ValueInputProps, 'id' | 'field' | 'onChange'> & {
  readonly 'aria-label': string;
  readonly error: string | undefined;
  readonly disabled: boolean;
};

function OneValue({ field, value, onChange, ...props }: CommonProps & { value: string }) {
  const known = useKnownValues(field);
  return (
    <Autocomplete
      {...props}
      value={value}
      data={known.map((one) => one.value)}
      limit={50}
      onChange={(next) => onChange([next])}
      renderOption={({ option }) => <Counted value={option.value} people={peopleWith(known, option.value)} />}
    />
  );
}

export function ValueList({
  field,
  values,
  onChange,
  label,
  description,
  ...props
}: CommonProps & { values: readonly string[]; label?: string; description?: string }) {
  const t = useText();
  const known = useKnownValues(field);
  return (
    <TagsInput
      {...props}
      {...(label === undefined ? {} : { label })}
      description={description}
      value={[...values]}
      data={known.map((one) => one.value)}
      splitChars={[',', ';']}
      acceptValueOnBlur
      limit={100}
      placeholder={values.length === 0 ? t('segment.valuesPlaceholder') : ''}
      comboboxProps={{ shadow: 'md' }}
      onChange={onChange}
      renderOption={({ option }) => <Counted value={option.value} people={peopleWith(known, option.value)} />}
    />
  );
}

interface Known {
  readonly value: string;
  readonly people: number;
}

function useKnownValues(field: string): readonly Known[] {
  const { programme, integration } = useSegmentEditor();
  return useQuery(segmentValuesQuery(programme, integration.id, field)).data ?? [];
}

const peopleWith = (known: readonly Known[], value: string): number =>
  known.find((one) => one.value === value)?.people ?? 0;

function Counted({ value, people }: Known) {
  const intl = useIntl();
  return (
    <Group justify="space-between" wrap="nowrap" w="100%" gap="md">
      <Text size="sm">{value}</Text>
      <Text size="xs" c="dimmed">
        {intl.formatNumber(people)}
      </Text>
    </Group>
  );
}
