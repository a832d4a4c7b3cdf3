import {
  Button,
  Card,
  Group,
  NumberInput,
  Select,
  SimpleGrid,
  Stack,
  TagsInput,
  TextInput,
  Title,
} from '@mantine/core';
import { useForm, type UseFormReturnType } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { changeProgramme, programmeQuery, type Programme } from '../../api/programme.js';
import { sessionQuery, useMayWrite } from '../../api/session.js';
import { useText } from '../../app/text.js';
import { showFaults } from '../../parts/faults.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
import { GraceNotice } from './grace-notice.js';

const MOST_GRACE_DAYS = 3650;
const MOST_ZONES_SHOWN = 60;

interface Values {
  readonly name: string;
  readonly timeZone: string;
  readonly graceDays: number | string;
  readonly signInUrl: string;
  readonly roles: string[];
  readonly invitationsPerHour: number | string;
}

const toValues = ({ name, timeZone, graceDays, signInUrl, roles, invitationsPerHour }: Programme): Values => ({
  name,
  timeZone,
  graceDays,
  signInUrl: signInUrl ?? '',
  roles: [...roles],
  invitationsPerHour,
});

/** What holds for all integrations of a programme. */
export function ProgrammeForm({ settings }: { settings: Programme }) {
  const t = useText();
  const mayWrite = useMayWrite(settings.id);
  const form = useForm<Values>({ initialValues: toValues(settings) });
  const { save, problem } = useSave(settings, form);
  return (
    <Card>
      <form noValidate onSubmit={form.onSubmit((values) => save.mutate(values))}>
        <Stack gap="lg">
          <Title order={2}>{t('admin.programme')}</Title>
          <Fields form={form} isReadOnly={!mayWrite} />
          <GraceNotice settings={settings} graceDays={form.values.graceDays} />
          <ProblemAlert error={problem} />
          {mayWrite && (
            <Group justify="flex-end">
              <Button type="submit" loading={save.isPending} disabled={!form.isDirty()}>
                {t('admin.programme.save')}
              </Button>
            </Group>
          )}
        </Stack>
      </form>
    </Card>
  );
}

function Fields({ form, isReadOnly }: { form: UseFormReturnType<Values>; isReadOnly: boolean }) {
  const t = useText();
  const zones = [...new Set([form.values.timeZone, ...Intl.supportedValuesOf('timeZone'), 'UTC'])];
  const common = { readOnly: isReadOnly, inputWrapperOrder: ORDER };
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} verticalSpacing="lg">
      <TextInput
        label={t('admin.programme.name')}
        description={t('admin.programme.nameHelp')}
        required={!isReadOnly}
        {...common}
        {...form.getInputProps('name')}
      />
      <Select
        label={t('admin.programme.timeZone')}
        description={t('admin.programme.timeZoneHelp')}
        data={zones}
        searchable
        allowDeselect={false}
        limit={MOST_ZONES_SHOWN}
        {...common}
        {...form.getInputProps('timeZone')}
      />
      <NumberInput
        label={t('admin.programme.graceDays')}
        description={t('admin.programme.graceDaysHelp')}
        min={0}
        max={MOST_GRACE_DAYS}
        allowDecimal={false}
        {...common}
        {...form.getInputProps('graceDays')}
      />
      <TextInput
        label={t('admin.programme.signInUrl')}
        description={t('admin.programme.signInUrlHelp')}
        placeholder="https://app.acme.example"
        type="url"
        {...common}
        {...form.getInputProps('signInUrl')}
      />
      <TagsInput
        label={t('admin.programme.roles')}
        description={t('admin.programme.rolesHelp')}
        {...common}
        {...form.getInputProps('roles')}
      />
      <NumberInput
        label={t('admin.programme.invitationsPerHour')}
        description={t('admin.programme.invitationsPerHourHelp')}
        min={100}
        allowDecimal={false}
        {...common}
        {...form.getInputProps('invitationsPerHour')}
      />
    </SimpleGrid>
  );
}

const ORDER: ('label' | 'input' | 'description' | 'error')[] = ['label', 'input', 'description', 'error'];

function useSave(settings: Programme, form: UseFormReturnType<Values>) {
  const t = useText();
  const queries = useQueryClient();
  const [problem, setProblem] = useState<unknown>(null);
  const save = useMutation({
    mutationFn: ({ signInUrl, graceDays, invitationsPerHour, ...others }: Values) =>
      changeProgramme(settings.id, {
        ...others,
        graceDays: toNumber(graceDays),
        invitationsPerHour: toNumber(invitationsPerHour),
        signInUrl: signInUrl.trim() === '' ? null : signInUrl.trim(),
      }),
    onMutate: () => setProblem(null),
    onSuccess: async (changed) => {
      queries.setQueryData(programmeQuery(settings.id).queryKey, changed);
      form.setInitialValues(toValues(changed));
      form.setValues(toValues(changed));
      notifications.show({ title: t('admin.programme.saved'), message: changed.warnings.join(' ') });
      await Promise.all([
        queries.invalidateQueries(sessionQuery),
        queries.invalidateQueries({ queryKey: ['members'] }),
      ]);
    },
    onError: (error) => setProblem(showFaults(form, error, { path: topOf, label: (path) => labelOf(path, t) })),
  });
  return { save, problem };
}

/** An empty field is no number, and becomes null on the way: the server says what is allowed. */
function toNumber(typed: number | string): number {
  return typed === '' ? Number.NaN : Number(typed);
}

/** A fault in one of the roles stands at the field of all. */
function topOf(given: string): string {
  return given.split('.')[0] ?? given;
}

function labelOf(path: string, t: ReturnType<typeof useText>): string {
  switch (path) {
    case 'name':
    case 'timeZone':
    case 'graceDays':
    case 'signInUrl':
    case 'roles':
    case 'invitationsPerHour':
      return t(`admin.programme.${path}`);
    default:
      return path;
  }
}
