import { ActionIcon, Button, Group, Select, Stack, Text } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useText } from '../../app/text.js';
import { kindOf, useFieldChoices, useSegmentEditor } from './segment-editor.js';
import {
  DEEPEST,
  lineAt,
  newGroup,
  newLine,
  operatorsFor,
  replacePart,
  type Group as RuleGroup,
  type Line,
  type Part,
} from './rule-tree.js';
import { ValueInput } from './value-input.js';
import classes from './segment.module.css';

interface BuilderProps {
  readonly tree: RuleGroup;
  readonly onChange: (tree: RuleGroup) => void;
}

/** A rule put together from lines: all of them, any of them or none of them, within one another. */
export function RuleBuilder({ tree, onChange }: BuilderProps) {
  return <GroupBox group={tree} depth={1} tree={tree} onChange={(next) => next?.kind === 'group' && onChange(next)} />;
}

interface GroupBoxProps {
  readonly group: RuleGroup;
  readonly tree: RuleGroup;
  readonly depth: number;
  readonly onChange: (next: Part | null) => void;
}

function GroupBox({ group, tree, depth, onChange }: GroupBoxProps) {
  const t = useText();
  const { mayWrite } = useSegmentEditor();
  const mode = group.negated ? (group.mode === 'any' ? 'none' : 'notAll') : group.mode;
  const modes = ['all', 'any', 'none', ...(mode === 'notAll' ? ['notAll' as const] : [])] as const;
  const replace = (id: string, next: Part | null) => onChange(replacePart(group, id, next));
  return (
    <fieldset className={classes.group} data-depth={depth}>
      <legend className={classes.legend}>{t(depth === 1 ? 'segment.group.whole' : 'segment.group.inner')}</legend>
      <Stack gap="sm">
        <Group gap="xs" wrap="nowrap" justify="space-between">
          <Select
            aria-label={t('segment.group.mode')}
            w="min(20rem, 100%)"
            allowDeselect={false}
            disabled={!mayWrite}
            data={modes.map((value) => ({ value, label: t(`segment.group.${value}`) }))}
            value={mode}
            onChange={(next) => {
              if (next === 'all' || next === 'any') onChange({ ...group, mode: next, negated: false });
              if (next === 'none') onChange({ ...group, mode: 'any', negated: true });
            }}
          />
          {depth > 1 && mayWrite && (
            <ActionIcon
              variant="subtle"
              color="gray"
              size={36}
              aria-label={t('segment.group.remove')}
              onClick={() => onChange(null)}
            >
              <IconTrash size={18} aria-hidden />
            </ActionIcon>
          )}
        </Group>
        {group.parts.map((part) =>
          part.kind === 'group' ? (
            <GroupBox
              key={part.id}
              group={part}
              tree={tree}
              depth={depth + 1}
              onChange={(next) => replace(part.id, next)}
            />
          ) : (
            <LineRow key={part.id} line={part} tree={tree} onChange={(next) => replace(part.id, next)} />
          ),
        )}
        {group.parts.length === 0 && (
          <Text size="sm" c="dimmed">
            {t('segment.group.empty')}
          </Text>
        )}
        {mayWrite && <AddPart group={group} depth={depth} onChange={onChange} />}
      </Stack>
    </fieldset>
  );
}

function AddPart({ group, depth, onChange }: Pick<GroupBoxProps, 'group' | 'depth' | 'onChange'>) {
  const t = useText();
  const [{ items } = { items: [] }] = useFieldChoices();
  const first = items.find(({ value }) => value === 'department' || value === 'team') ?? items[0];
  const add = (part: Part) => onChange({ ...group, parts: [...group.parts, part] });
  const line = () => newLine(first?.value ?? '');
  const plus = <IconPlus size={16} aria-hidden />;
  return (
    <Group gap="xs">
      <Button size="xs" variant="default" leftSection={plus} onClick={() => add(line())}>
        {t('segment.line.add')}
      </Button>
      {depth < DEEPEST && (
        <Button
          size="xs"
          variant="subtle"
          leftSection={plus}
          onClick={() => add({ ...newGroup([line()]), mode: 'any' })}
        >
          {t('segment.group.add')}
        </Button>
      )}
    </Group>
  );
}

function LineRow({ line, tree, onChange }: { line: Line; tree: RuleGroup; onChange: (next: Part | null) => void }) {
  const t = useText();
  const { faults, mayWrite } = useSegmentEditor();
  const choices = useFieldChoices();
  const mine = faults.filter(({ pointer }) => lineAt(tree, pointer.replace(/^\/(segment\/)?rule/, ''))?.id === line.id);
  const faultAt = (part: string) => mine.find(({ pointer }) => pointer.includes(`/${part}`))?.detail;
  const isKnown = choices.some(({ items }) => items.some(({ value }) => value === line.field));
  const unknown =
    line.field !== '' && !isKnown ? [{ group: ' ', items: [{ value: line.field, label: line.field }] }] : [];
  const operators = [...new Set([...operatorsFor(kindOf(line.field)), line.op])];
  const chooseField = (field: string) => {
    const fits = operatorsFor(kindOf(field));
    const op = fits.includes(line.op) ? line.op : (fits[0] ?? 'oneOf');
    onChange({ ...line, field, op, values: [] });
  };
  return (
    <div className={classes.line}>
      <Select
        id={`${line.id}-field`}
        aria-label={t('segment.line.field')}
        searchable
        allowDeselect={false}
        placeholder={t('segment.line.chooseField')}
        data={[...unknown, ...choices]}
        value={line.field === '' ? null : line.field}
        disabled={!mayWrite}
        error={faultAt('field')}
        nothingFoundMessage={t('mapping.noneFound')}
        onChange={(field) => field !== null && chooseField(field)}
      />
      <Select
        aria-label={t('segment.line.op')}
        allowDeselect={false}
        data={operators.map((op) => ({
          value: op,
          label: line.negated ? t('segment.line.not', { op: t(`segment.op.${op}`) }) : t(`segment.op.${op}`),
        }))}
        value={line.op}
        disabled={!mayWrite}
        error={faultAt('op')}
        onChange={(op) => op !== null && onChange({ ...line, op, negated: false })}
      />
      <ValueInput
        id={`${line.id}-values`}
        label={t('segment.line.values')}
        field={line.field}
        op={line.op}
        values={line.values}
        fault={faultAt('values')}
        onChange={(values) => onChange({ ...line, values })}
      />
      {mayWrite && (
        <ActionIcon
          className={classes.remove ?? ''}
          variant="subtle"
          color="gray"
          size={36}
          aria-label={t('segment.line.remove')}
          onClick={() => onChange(null)}
        >
          <IconTrash size={18} aria-hidden />
        </ActionIcon>
      )}
    </div>
  );
}
