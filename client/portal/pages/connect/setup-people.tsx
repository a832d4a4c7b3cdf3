import { Radio, Select, Stack, Switch } from '@mantine/core';
import { useText } from '../../app/text.js';
import type { Provider } from '../../api/providers.js';
import type { SetupForm } from './setup-page.js';

const PREFERENCES = ['create-and-update', 'create-only', 'update-only'] as const;

/** Whether new members hear of their account. */
export function SetupWelcome({ form, isReadOnly }: { form: SetupForm; isReadOnly: boolean }) {
  const t = useText();
  return (
    <Switch
      label={t('connect.setup.welcome')}
      description={t('connect.setup.welcomeHelp')}
      disabled={isReadOnly}
      {...form.getInputProps('welcomeEmail', { type: 'checkbox' })}
    />
  );
}

/** What an import may do to people. */
export function SetupPeople({ form, isReadOnly }: { form: SetupForm; isReadOnly: boolean }) {
  const t = useText();
  return (
    <Radio.Group label={t('connect.setup.preference')} {...form.getInputProps('preference')}>
      <Stack gap="sm" mt="xs">
        {PREFERENCES.map((preference) => (
          <Radio
            key={preference}
            value={preference}
            disabled={isReadOnly}
            label={t(`connect.setup.preference.${preference}`)}
            description={t(`connect.setup.preference.${preference}.help`)}
          />
        ))}
      </Stack>
    </Radio.Group>
  );
}

const FORMATS = ['dd/MM/yyyy', 'MM/dd/yyyy', 'dd.MM.yyyy', 'dd-MM-yyyy', 'yyyy/MM/dd', 'yyyyMMdd'] as const;

/** How one day looks in each, so that nobody has to know the letters: the 31st leaves no doubt. */
const exampleOf = (format: string) => format.replace('yyyy', '2026').replace('MM', '12').replace('dd', '31');

export function DateFormatSelect({ form, isReadOnly }: { form: SetupForm; isReadOnly: boolean }) {
  const t = useText();
  const present = form.values.dateFormat;
  const known: readonly string[] = FORMATS;
  const formats = present === '' || known.includes(present) ? known : [...known, present];
  return (
    <Select
      maw={420}
      label={t('connect.setup.dateFormat')}
      description={t('connect.setup.dateFormatHelp')}
      placeholder={t('connect.setup.dateFormat.iso')}
      clearable
      disabled={isReadOnly}
      data={formats.map((value) => ({
        value,
        label: t('connect.setup.dateFormat.one', { example: exampleOf(value) }),
      }))}
      {...form.getInputProps('dateFormat')}
      value={present === '' ? null : present}
      onChange={(format: string | null) => form.setFieldValue('dateFormat', format ?? '')}
    />
  );
}

/** Only where the provider's people are users of an application. */
export function RecordTypeRadio({
  form,
  provider,
  isReadOnly,
}: {
  form: SetupForm;
  provider: Provider;
  isReadOnly: boolean;
}) {
  const t = useText();
  if (provider.saasUserFacts.length === 0) return null;
  return (
    <Radio.Group label={t('connect.setup.recordType')} {...form.getInputProps('recordType')}>
      <Stack gap="sm" mt="xs">
        <Radio value="user" disabled={isReadOnly} label={t('connect.setup.recordType.user')} />
        <Radio
          value="user-and-saas-user"
          disabled={isReadOnly}
          label={t('connect.setup.recordType.saas')}
          description={t('connect.setup.recordType.saasHelp', { provider: provider.name })}
        />
      </Stack>
    </Radio.Group>
  );
}
