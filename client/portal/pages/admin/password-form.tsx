import { Button, Card, Group, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { changePassword, sessionQuery, sessionsQuery, useSession } from '../../api/session.js';
import { useText } from '../../app/text.js';
import { showFaults } from '../../parts/faults.js';
import { ProblemAlert } from '../../parts/problem-alert.js';

const NOTHING = { current: '', password: '' };

export function PasswordForm() {
  const t = useText();
  const { email, hasPassword, mayReset } = useSession().admin;
  // A link by mail has just shown who it is: this is how a forgotten password is replaced.
  const asksForCurrent = hasPassword && !mayReset;
  const { form, save, problem } = useSave(asksForCurrent);
  return (
    <Card>
      <form noValidate onSubmit={form.onSubmit((values) => save.mutate(values))}>
        <Stack>
          <Stack gap={2}>
            <Title order={2}>{t('admin.password')}</Title>
            <Text size="sm" c="dimmed">
              {t(asksForCurrent ? 'admin.password.text' : hasPassword ? 'admin.password.reset' : 'admin.password.none')}
            </Text>
          </Stack>
          {/* For password managers, which keep a password with a name. */}
          <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
          {asksForCurrent && (
            <PasswordInput
              label={t('admin.password.current')}
              autoComplete="current-password"
              required
              maw="24rem"
              visibilityToggleButtonProps={{ 'aria-label': t('admin.password.show') }}
              {...form.getInputProps('current')}
            />
          )}
          <PasswordInput
            label={t('admin.password.new')}
            description={t('admin.password.help')}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            autoComplete="new-password"
            required
            maw="24rem"
            visibilityToggleButtonProps={{ 'aria-label': t('admin.password.show') }}
            {...form.getInputProps('password')}
          />
          <ProblemAlert error={problem} />
          <Group>
            <Button type="submit" loading={save.isPending}>
              {t(hasPassword ? 'admin.password.change' : 'admin.password.set')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}

function useSave(asksForCurrent: boolean) {
  const t = useText();
  const queries = useQueryClient();
  const [problem, setProblem] = useState<unknown>(null);
  const form = useForm({ initialValues: NOTHING });
  const label = (path: string) => t(path === 'current' ? 'admin.password.current' : 'admin.password.new');
  const save = useMutation({
    mutationFn: ({ current, password }: typeof NOTHING) =>
      changePassword(asksForCurrent ? { current, password } : { password }),
    onMutate: () => setProblem(null),
    onSuccess: async () => {
      form.reset();
      notifications.show({ message: t('admin.password.changed') });
      await Promise.all([queries.invalidateQueries(sessionQuery), queries.invalidateQueries(sessionsQuery)]);
    },
    onError: (error) => setProblem(showFaults(form, error, { label })),
  });
  return { form, save, problem };
}
