import type { CustomField } from '../../api/shapes.js';
import { ActionIcon, Alert, Badge, Button, Card, Checkbox, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconLock, IconPlus, IconTrash } from '@tabler/icons-react';
import { useState, type SyntheticEvent } from 'react';
import { useText } from '../../app/text.js';
import { useMappingEditor } from './editor.js';
import { DropRow } from './field-row.js';
import { FromInput } from './from-input.js';
import { addCustom, fromFault, MOST_CUSTOM_FIELDS, replaceCustom } from './mapping-draft.js';
import classes from './mapping.module.css';

/** What the standard fields do not have: up to ten, fixed while the integration is live. */
export function CustomFields() {
  const t = useText();
  const { mapping, change, mayWrite, customLocked } = useMappingEditor();
  const [isAdding, setIsAdding] = useState(false);
  const isFull = mapping.custom.length >= MOST_CUSTOM_FIELDS;
  const replace = (name: string, next: CustomField | null) =>
    change(
      replaceCustom(
        mapping,
        mapping.custom.flatMap((one) => (one.name === name ? (next ?? []) : one)),
      ),
    );
  return (
    <Card p={0} component="section" aria-labelledby="custom-fields">
      <Stack gap={4} p="md">
        <Title order={2} size="h3" id="custom-fields">
          {t('mapping.custom.title')}
        </Title>
        <Text size="sm" c="dimmed">
          {t('mapping.custom.text', { most: MOST_CUSTOM_FIELDS })}
        </Text>
        {customLocked && (
          <Alert color="gray" icon={<IconLock aria-hidden />} mt="xs">
            {t('mapping.custom.locked')}
          </Alert>
        )}
      </Stack>
      {mapping.custom.map((field) => (
        <CustomRow key={field.name} field={field} onChange={(next) => replace(field.name, next)} />
      ))}
      {mayWrite && !customLocked && (
        <div className={classes.addCustom}>
          {isAdding && !isFull ? (
            <NewField
              onDone={(field) => {
                if (field !== null) change(addCustom(mapping, field));
                setIsAdding(false);
              }}
            />
          ) : (
            <Group gap="md">
              <Button
                variant="default"
                leftSection={<IconPlus size={16} aria-hidden />}
                disabled={isFull}
                onClick={() => setIsAdding(true)}
              >
                {t('mapping.custom.add')}
              </Button>
              {isFull && (
                <Text size="sm" c="dimmed">
                  {t('mapping.custom.full', { most: MOST_CUSTOM_FIELDS })}
                </Text>
              )}
            </Group>
          )}
        </div>
      )}
    </Card>
  );
}

function CustomRow({ field, onChange }: { field: CustomField; onChange: (next: CustomField | null) => void }) {
  const t = useText();
  const { faults, mayWrite, customLocked } = useMappingEditor();
  const isFixed = !mayWrite || customLocked;
  return (
    <DropRow
      label={field.label}
      onDrop={(from) => !customLocked && onChange({ ...field, from })}
      below={
        field.unique && (
          <Badge size="sm" variant="light" tt="none">
            {t('mapping.custom.unique')}
          </Badge>
        )
      }
      options={
        !isFixed && (
          <ActionIcon
            variant="subtle"
            color="gray"
            size={34}
            aria-label={t('mapping.custom.remove', { field: field.label })}
            onClick={() => onChange(null)}
          >
            <IconTrash size={18} aria-hidden />
          </ActionIcon>
        )
      }
    >
      <FromInput
        id={`field-custom-${field.name}`}
        label={field.label}
        value={field.from}
        byHand={field.from === ''}
        placeholder={t('mapping.choose')}
        fault={faults.get(`custom.${field.name}`)}
        isDisabled={isFixed}
        onChange={(from) => onChange({ ...field, from })}
      />
    </DropRow>
  );
}

interface NewFieldProps {
  readonly onDone: (field: { label: string; from: string; unique: boolean } | null) => void;
}

function NewField({ onDone }: NewFieldProps) {
  const t = useText();
  const { mapping } = useMappingEditor();
  const [field, setField] = useState({ label: '', from: '', unique: false });
  const [isTried, setIsTried] = useState(false);
  const label = field.label.trim();
  const isTwice = mapping.custom.some((one) => one.label.toLowerCase() === label.toLowerCase());
  const labelFault = label === '' ? t('mapping.custom.noLabel') : isTwice ? t('mapping.custom.twice') : null;
  const fromMissing = field.from.trim() === '' ? t('mapping.custom.noFrom') : fromFault(field.from);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setIsTried(true);
    if (labelFault === null && fromMissing === null) onDone(field);
    else document.getElementById(labelFault === null ? 'new-custom-from' : 'new-custom-label')?.focus();
  };
  return (
    <form onSubmit={submit} aria-label={t('mapping.custom.add')} noValidate>
      <Stack gap="sm">
        <TextInput
          id="new-custom-label"
          label={t('mapping.custom.label')}
          placeholder={t('mapping.custom.labelExample')}
          maxLength={80}
          autoFocus
          value={field.label}
          error={isTried && labelFault}
          onChange={(event) => setField({ ...field, label: event.currentTarget.value })}
        />
        <div>
          <Text component="label" htmlFor="new-custom-from" size="sm" fw={500}>
            {t('mapping.custom.from')}
          </Text>
          <FromInput
            id="new-custom-from"
            label={t('mapping.custom.from')}
            value={field.from}
            byHand={false}
            placeholder={t('mapping.choose')}
            fault={isTried && fromMissing !== null ? fromMissing : undefined}
            onChange={(from) => setField({ ...field, from })}
          />
        </div>
        <Checkbox
          label={t('mapping.custom.isUnique')}
          description={t('mapping.custom.isUniqueHelp')}
          checked={field.unique}
          onChange={(event) => setField({ ...field, unique: event.currentTarget.checked })}
        />
        <Group>
          <Button type="submit">{t('mapping.custom.submit')}</Button>
          <Button variant="default" onClick={() => onDone(null)}>
            {t('shell.cancel')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
