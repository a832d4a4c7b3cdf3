import { Select, Stack } from '@mantine/core';
import { useText } from '../../app/text.js';
import { kindOf, useFieldChoices, useSegmentEditor } from './segment-editor.js';
import type { Line } from './rule-tree.js';
import { ValueList } from './value-input.js';

interface SimpleSegmentProps {
  readonly line: Line;
  readonly isTried: boolean;
  readonly onChange: (line: Line) => void;
}

/** One field and the values that are let in. */
export function SimpleSegment({ line, isTried, onChange }: SimpleSegmentProps) {
  const t = useText();
  const { faults, mayWrite } = useSegmentEditor();
  const choices = useFieldChoices();
  const [{ items } = { items: [] }, ...others] = choices;
  const offered = [
    { group: 'Rollcall', items: items.filter(({ value }) => kindOf(value) !== 'date' && value !== 'email') },
    ...others,
  ];
  const isKnown = line.field === '' || choices.some((choice) => choice.items.some(({ value }) => value === line.field));
  const unknown = isKnown ? [] : [{ group: ' ', items: [{ value: line.field, label: line.field }] }];
  const fault = (part: string) => faults.find(({ pointer }) => pointer.startsWith(`/rule/${part}`))?.detail;
  return (
    <Stack gap="md" mt="md">
      <Select
        id="simple-field"
        label={t('segment.simple.field')}
        placeholder={t('segment.line.chooseField')}
        searchable
        allowDeselect={false}
        data={[...unknown, ...offered]}
        value={line.field === '' ? null : line.field}
        disabled={!mayWrite}
        error={fault('field') ?? (isTried && line.field === '' ? t('segment.noField') : undefined)}
        nothingFoundMessage={t('mapping.noneFound')}
        onChange={(field) => field !== null && onChange({ ...line, field, op: 'oneOf', values: [] })}
      />
      {line.field !== '' && (
        <ValueList
          id="simple-values"
          label={t('segment.simple.values')}
          aria-label={t('segment.simple.values')}
          description={t('segment.simple.commas')}
          field={line.field}
          values={line.values}
          disabled={!mayWrite}
          error={fault('values') ?? (isTried && line.values.length === 0 ? t('segment.noValues') : undefined)}
          onChange={(values) => onChange({ ...line, values })}
        />
      )}
    </Stack>
  );
}
