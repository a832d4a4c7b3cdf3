import { NumberInput } from '@mantine/core';
import { useText } from '../../app/text.js';
import type { SetupForm } from './setup-page.js';

export function SetupLeadDays({ form, isReadOnly }: { form: SetupForm; isReadOnly: boolean }) {
  const t = useText();
  return (
    <NumberInput
      maw={420}
      label={t('connect.setup.leadDays')}
      description={t('connect.setup.leadDaysHelp')}
      min={0}
      max={365}
      clampBehavior="none"
      disabled={isReadOnly}
      {...form.getInputProps('leadDays')}
    />
  );
}
