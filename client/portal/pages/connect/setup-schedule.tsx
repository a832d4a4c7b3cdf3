import { Group, NumberInput, Select, Text, TextInput } from '@mantine/core';
import { useMemo } from 'react';
import { useIntl } from 'react-intl';
import { useText } from '../../app/text.js';
import type { SetupForm } from './setup-page.js';

const DAYS_OF_MONTH = Array.from({ length: 28 }, (_, index) => String(index + 1));
/** A Monday; the days after it follow. */
const MONDAY = Date.UTC(2024, 0, 1);
const DAY_MS = 86_400_000;

/** How often, at what time, and by whose clock. */
export function SetupSchedule({ form, isReadOnly }: { form: SetupForm; isReadOnly: boolean }) {
  const t = useText();
  const intl = useIntl();
  const { frequency } = form.values;
  const weekdays = Array.from({ length: 7 }, (_, day) => ({
    value: String(day + 1),
    label: intl.formatDate(MONDAY + day * DAY_MS, { weekday: 'long', timeZone: 'UTC' }),
  }));
  return (
    <>
      <Group align="flex-start" gap="md">
        <Select
          w={{ base: '100%', xs: 220 }}
          label={t('connect.setup.frequency')}
          allowDeselect={false}
          disabled={isReadOnly}
          data={(['hour', 'day', 'week', 'month', 'cron'] as const).map((value) => ({
            value,
            label: t(`connect.setup.frequency.${value}`),
          }))}
          {...form.getInputProps('frequency')}
        />
        {frequency === 'hour' && (
          <NumberInput
            w={{ base: '100%', xs: 180 }}
            label={t('connect.setup.interval')}
            min={1}
            max={24}
            clampBehavior="none"
            disabled={isReadOnly}
            {...form.getInputProps('interval')}
          />
        )}
        {frequency === 'week' && (
          <Select
            w={{ base: '100%', xs: 180 }}
            label={t('connect.setup.weekday')}
            allowDeselect={false}
            disabled={isReadOnly}
            data={weekdays}
            {...form.getInputProps('weekday')}
          />
        )}
        {frequency === 'month' && (
          <Select
            w={{ base: '100%', xs: 180 }}
            label={t('connect.setup.dayOfMonth')}
            allowDeselect={false}
            disabled={isReadOnly}
            data={[
              ...DAYS_OF_MONTH.map((day) => ({ value: day, label: day })),
              { value: 'last', label: t('connect.setup.dayOfMonth.last') },
            ]}
            {...form.getInputProps('dayOfMonth')}
          />
        )}
        {frequency === 'cron' ? (
          <TextInput
            w={{ base: '100%', xs: 220 }}
            label={t('connect.setup.cron')}
            placeholder="0 6 * * 1-5"
            disabled={isReadOnly}
            {...form.getInputProps('cron')}
          />
        ) : (
          <TextInput
            w={{ base: '100%', xs: 150 }}
            type="time"
            label={t(frequency === 'hour' ? 'connect.setup.startingAt' : 'connect.setup.at')}
            disabled={isReadOnly}
            {...form.getInputProps('at')}
          />
        )}
        <ZoneSelect label={t('connect.setup.timeZone')} isReadOnly={isReadOnly} form={form} field="timeZone" />
      </Group>
      <Text size="sm" c="dimmed">
        {t(frequency === 'cron' ? 'connect.setup.cronHelp' : 'connect.setup.atHelp')}
      </Text>
    </>
  );
}

interface ZoneSelectProps {
  readonly label: string;
  readonly description?: string;
  readonly isReadOnly: boolean;
  readonly isClearable?: boolean;
  readonly form: SetupForm;
  readonly field: 'timeZone' | 'dataTimeZone';
}

export function ZoneSelect({ label, description, isReadOnly, isClearable = false, form, field }: ZoneSelectProps) {
  const t = useText();
  const present = form.values[field];
  const zones = useMemo(() => {
    const known = Intl.supportedValuesOf('timeZone');
    return present !== '' && !known.includes(present) ? [present, ...known] : known;
  }, [present]);
  return (
    <Select
      w={{ base: '100%', xs: 260 }}
      label={label}
      description={description}
      searchable
      clearable={isClearable}
      allowDeselect={isClearable}
      disabled={isReadOnly}
      nothingFoundMessage={t('connect.setup.noZone')}
      limit={200}
      data={zones}
      {...form.getInputProps(field)}
      value={present === '' ? null : present}
      onChange={(zone: string | null) => form.setFieldValue(field, zone ?? '')}
    />
  );
}
