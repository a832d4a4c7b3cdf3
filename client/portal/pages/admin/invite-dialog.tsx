import { Modal, Radio, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { adminsQuery, inviteAdmin, type AdminRole } from '../../api/admins.js';
import { useText } from '../../app/text.js';
import { DialogFoot } from '../../parts/dialog-foot.js';
import { showFaults } from '../../parts/faults.js';
import { ProblemAlert } from '../../parts/problem-alert.js';

interface InviteDialogProps {
  readonly programme: string;
  readonly opened: boolean;
  readonly onClose: () => void;
}

export function InviteDialog({ opened, onClose, programme }: InviteDialogProps) {
  const t = useText();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('admin.invite.title')}
      closeButtonProps={{ 'aria-label': t('shell.close') }}
    >
      <InviteForm programme={programme} onClose={onClose} />
    </Modal>
  );
}

interface Values {
  readonly name: string;
  readonly email: string;
  readonly role: AdminRole;
}

function InviteForm({ programme, onClose }: { programme: string; onClose: () => void }) {
  const t = useText();
  const queries = useQueryClient();
  const [problem, setProblem] = useState<unknown>(null);
  const form = useForm<Values>({ initialValues: { name: '', email: '', role: 'admin' } });
  const label = (path: string) => t(path === 'email' ? 'admin.invite.email' : 'admin.invite.name');
  const invite = useMutation({
    mutationFn: (values: Values) => inviteAdmin(programme, { ...values, email: values.email.trim() }),
    onMutate: () => setProblem(null),
    onSuccess: async ({ email }) => {
      await queries.invalidateQueries(adminsQuery(programme));
      notifications.show({ message: t('admin.invited', { email }) });
      onClose();
    },
    onError: (error) => setProblem(showFaults(form, error, { label })),
  });
  return (
    <form noValidate onSubmit={form.onSubmit((values) => invite.mutate(values))}>
      <Stack>
        <Text size="sm" c="dimmed">
          {t('admin.invite.text')}
        </Text>
        <TextInput label={label('name')} required data-autofocus autoComplete="off" {...form.getInputProps('name')} />
        <TextInput label={label('email')} type="email" required autoComplete="off" {...form.getInputProps('email')} />
        <Radio.Group label={t('admin.column.role')} {...form.getInputProps('role')}>
          <Stack gap="xs" mt="xs">
            <Radio value="admin" label={t('shell.role.admin')} description={t('admin.invite.adminMay')} />
            <Radio value="viewer" label={t('shell.role.viewer')} description={t('admin.invite.viewerMay')} />
          </Stack>
        </Radio.Group>
        <ProblemAlert error={problem} />
        <DialogFoot action={t('admin.invite.submit')} isBusy={invite.isPending} onClose={onClose} />
      </Stack>
    </form>
  );
}
