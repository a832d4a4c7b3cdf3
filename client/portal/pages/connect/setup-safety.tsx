import { Alert, Group, NumberInput, Select, Switch, TagsInput, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { removalThreshold } from '../../../api/contract/limits.js';
import { useText } from '../../app/text.js';
import type { SetupForm } from './setup-page.js';

/** How many may be removed without somebody saying yes, told in numbers of this company. */
export function SetupSafety({ form, people, isReadOnly }: { form: SetupForm; people: number; isReadOnly: boolean }) {
  const t = useText();
  const { isLimited, limitShare, limitCount } = form.values;
  const limit = { share: Number(limitShare) / 100, count: Number(limitCount) };
  const threshold = Math.floor(removalThreshold(limit, people) ?? 0);
  return (
    <>
      <Switch
        label={t('connect.setup.limit')}
        description={t('connect.setup.limitHelp')}
        disabled={isReadOnly}
        {...form.getInputProps('isLimited', { type: 'checkbox' })}
      />
      {isLimited ? (
        <>
          <Group align="flex-start" gap="md">
            <NumberInput
              w={{ base: '100%', xs: 220 }}
              label={t('connect.setup.limitShare')}
              suffix=" %"
              min={0}
              max={100}
              clampBehavior="none"
              disabled={isReadOnly}
              {...form.getInputProps('limitShare')}
            />
            <NumberInput
              w={{ base: '100%', xs: 220 }}
              label={t('connect.setup.limitCount')}
              min={0}
              clampBehavior="none"
              disabled={isReadOnly}
              {...form.getInputProps('limitCount')}
            />
          </Group>
          <Text size="sm" role="status">
            {t('connect.setup.limitMeans', { people, threshold })}
          </Text>
        </>
      ) : (
        <Alert color="orange" icon={<IconAlertTriangle aria-hidden />}>
          {t('connect.setup.limitOff', { people })}
        </Alert>
      )}
    </>
  );
}

/** Who hears of imports, and of which. */
export function SetupReports({ form, isReadOnly }: { form: SetupForm; isReadOnly: boolean }) {
  const t = useText();
  return (
    <Group align="flex-start" gap="md">
      <TagsInput
        flex="1 1 18rem"
        label={t('connect.setup.reportTo')}
        description={t('connect.setup.reportToHelp')}
        placeholder={form.values.reportTo.length === 0 ? 'hr@acme.example' : ''}
        splitChars={[',', ' ', ';']}
        acceptValueOnBlur
        disabled={isReadOnly}
        {...form.getInputProps('reportTo')}
      />
      <Select
        w={{ base: '100%', xs: 260 }}
        label={t('connect.setup.reportOn')}
        description={t('connect.setup.reportOnHelp')}
        allowDeselect={false}
        disabled={isReadOnly}
        data={(['always', 'changes', 'problems'] as const).map((value) => ({
          value,
          label: t(`connect.setup.reportOn.${value}`),
        }))}
        {...form.getInputProps('reportOn')}
      />
    </Group>
  );
}
