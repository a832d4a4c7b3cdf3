import { ActionIcon, Badge, Button, Group, Menu, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCode, IconDots, IconEraser, IconList, IconSparkles, IconX } from '@tabler/icons-react';
import { useState, type DragEvent, type ReactNode } from 'react';
import type { Suggestion } from '../../api/mapping.js';
import { useText } from '../../app/text.js';
import { DRAGGED, fieldOf, useMappingEditor } from './editor.js';
import { FromInput } from './from-input.js';
import { fromOf, labelOf, mapField, setWhenEmpty, usedElsewhere } from './mapping-draft.js';
import { confidenceKey, isSure } from './suggestions.js';
import classes from './mapping.module.css';

/** Without one of these nobody could be told apart or be reached, so nothing can be chosen about them being empty. */
const NEVER_EMPTY = ['employeeId', 'email'];

/** One member field: what it is made of, by dropping a value on it, from a list, or written by hand. */
export function FieldRow({ member }: { member: string }) {
  const t = useText();
  const { mapping, change, fields, faults, provider, mayWrite } = useMappingEditor();
  const from = fromOf(mapping, member) ?? '';
  const [byHand, setByHand] = useState(from !== '' && fieldOf(fields, from) === null);
  const set = (next: string) => change(mapField(mapping, member, next));
  const whenEmpty = mapping.fields.find((field) => field.member === member)?.whenEmpty ?? 'keep';
  return (
    <DropRow
      label={labelOf(member)}
      isRequired={member === 'email'}
      onDrop={(dropped) => {
        setByHand(false);
        set(dropped);
      }}
      below={
        whenEmpty === 'erase' && (
          <Badge size="sm" color="orange" variant="light" tt="none">
            {t('mapping.erases')}
          </Badge>
        )
      }
      options={
        mayWrite && (
          <RowMenu
            member={member}
            byHand={byHand}
            isMapped={from !== ''}
            whenEmpty={whenEmpty}
            onByHand={setByHand}
            onClear={() => set('')}
            onWhenEmpty={(next) => change(setWhenEmpty(mapping, member, next))}
          />
        )
      }
    >
      <FromInput
        id={`field-${member}`}
        label={labelOf(member)}
        value={from}
        byHand={byHand}
        placeholder={member === 'employeeId' ? t('mapping.defaultId', { provider }) : t('mapping.choose')}
        fault={faults.get(member)}
        onChange={set}
      />
      <Notes member={member} from={from} />
    </DropRow>
  );
}

function Notes({ member, from }: { member: string; from: string }) {
  const t = useText();
  const { mapping, change, fields, suggestions, mayWrite } = useMappingEditor();
  const field = fieldOf(fields, from);
  const others = usedElsewhere(mapping, from, member);
  const suggestion = suggestions.find((one) => one.member === member);
  const isNew = suggestion !== undefined && from === '' && member !== 'employeeId' && mayWrite;
  return (
    <Stack gap={4} mt={4}>
      {field?.samples[0] !== undefined && (
        <Text size="xs" c="dimmed" truncate>
          {t('mapping.example', { sample: field.samples[0] })}
        </Text>
      )}
      {others.length > 0 && (
        <Group gap={6} wrap="nowrap" align="flex-start">
          <IconAlertTriangle size={14} className={classes.caution} aria-hidden />
          <Text size="xs">{t('mapping.alsoUsed', { fields: others.join(', ') })}</Text>
        </Group>
      )}
      {isNew && (
        <Group gap="xs">
          <Button
            size="compact-xs"
            variant="light"
            leftSection={<IconSparkles size={14} aria-hidden />}
            onClick={() => change(mapField(mapping, member, suggestion.from))}
          >
            {t('mapping.suggestion.use', { field: fieldOf(fields, suggestion.from)?.label ?? suggestion.from })}
          </Button>
          <Reason suggestion={suggestion} sample={fieldOf(fields, suggestion.from)?.samples[0]} />
        </Group>
      )}
    </Stack>
  );
}

/** Somebody's value says more than words where there is no doubt; elsewhere one is told what the proposal goes by. */
function Reason({
  suggestion: { confidence, reason },
  sample,
}: {
  suggestion: Suggestion;
  sample: string | undefined;
}) {
  const t = useText();
  return (
    <Text size="xs" c="dimmed">
      {isSure(confidence) && sample !== undefined
        ? t('mapping.example', { sample })
        : t(confidenceKey(confidence), { reason })}
    </Text>
  );
}

interface DropRowProps {
  readonly label: string;
  readonly isRequired?: boolean;
  readonly below?: ReactNode;
  readonly options?: ReactNode;
  readonly onDrop: (from: string) => void;
  readonly children: ReactNode;
}

/** A line of the page onto which a value of the HR system can be dropped. */
export function DropRow({ label, isRequired = false, below, options, onDrop, children }: DropRowProps) {
  const t = useText();
  const { mayWrite } = useMappingEditor();
  const [isOver, setIsOver] = useState(false);
  const isField = (event: DragEvent) => mayWrite && event.dataTransfer.types.includes(DRAGGED);
  return (
    <div
      className={classes.row}
      data-over={isOver || undefined}
      onDragOver={(event) => {
        if (!isField(event)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = 'copy';
        setIsOver(true);
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={(event) => {
        setIsOver(false);
        if (!isField(event)) return;
        event.preventDefault();
        onDrop(event.dataTransfer.getData(DRAGGED));
      }}
    >
      <Stack gap={4} className={classes.rowLabel ?? ''} align="flex-start">
        <Text size="sm" fw={500}>
          {label}
          {isRequired && (
            <Text span c="dimmed" size="xs">
              {' '}
              {t('mapping.required')}
            </Text>
          )}
        </Text>
        {below}
      </Stack>
      <div className={classes.rowChoice}>{children}</div>
      <div className={classes.rowOptions}>{options}</div>
    </div>
  );
}

interface RowMenuProps {
  readonly member: string;
  readonly byHand: boolean;
  readonly isMapped: boolean;
  readonly whenEmpty: 'keep' | 'erase';
  readonly onByHand: (byHand: boolean) => void;
  readonly onClear: () => void;
  readonly onWhenEmpty: (whenEmpty: 'keep' | 'erase') => void;
}

function RowMenu({ member, byHand, isMapped, whenEmpty, onByHand, onClear, onWhenEmpty }: RowMenuProps) {
  const t = useText();
  return (
    <Menu position="bottom-end" width={290}>
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={34}
          aria-label={t('mapping.options', { field: labelOf(member) })}
        >
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={byHand ? <IconList size={16} /> : <IconCode size={16} />}
          onClick={() => onByHand(!byHand)}
        >
          {t(byHand ? 'mapping.fromList' : 'mapping.byHand')}
        </Menu.Item>
        {isMapped && !NEVER_EMPTY.includes(member) && (
          <Menu.Item
            leftSection={<IconEraser size={16} />}
            onClick={() => onWhenEmpty(whenEmpty === 'keep' ? 'erase' : 'keep')}
          >
            {t(whenEmpty === 'keep' ? 'mapping.setErase' : 'mapping.setKeep')}
          </Menu.Item>
        )}
        {isMapped && (
          <Menu.Item leftSection={<IconX size={16} />} onClick={onClear}>
            {t('mapping.clear')}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
