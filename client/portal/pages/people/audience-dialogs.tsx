import { Modal, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import {
  audienceQuery,
  audiencesQuery,
  createAudience,
  deleteAudience,
  renameAudience,
  type Audience,
} from '../../api/audiences.js';
import type { MemberFilter } from '../../api/members.js';
import { useText } from '../../app/text.js';
import { ConfirmDialog } from '../../parts/confirm-dialog.js';
import { DialogFoot } from '../../parts/dialog-foot.js';
import { showFaults } from '../../parts/faults.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
import { useFilterSentence } from './filter-names.js';

interface DialogProps {
  readonly programme: string;
  readonly opened: boolean;
  readonly onClose: () => void;
}

export function NewAudienceDialog({ programme, filter, ...dialog }: DialogProps & { filter: MemberFilter }) {
  const t = useText();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const sentence = useFilterSentence(programme, [filter]);
  return (
    <NameDialog
      {...dialog}
      title={t('people.audience.save')}
      text={t('people.audience.saveText', { filter: sentence(filter) })}
      name=""
      action={t('people.audience.saveAction')}
      save={async (name) => {
        const made = await createAudience(programme, { name, filter });
        await queries.invalidateQueries(audiencesQuery(programme));
        notifications.show({ message: t('people.audience.saved', { name: made.name, count: made.count }) });
        await navigate({
          to: '/programmes/$programme/audiences/$audience',
          params: { programme, audience: made.id },
        });
      }}
    />
  );
}

export function RenameAudienceDialog({ programme, audience, ...dialog }: DialogProps & { audience: Audience }) {
  const t = useText();
  const queries = useQueryClient();
  return (
    <NameDialog
      {...dialog}
      title={t('people.audience.rename')}
      name={audience.name}
      action={t('people.audience.renameAction')}
      save={async (name) => {
        const renamed = await renameAudience(programme, audience.id, name);
        queries.setQueryData(audienceQuery(programme, audience.id).queryKey, renamed);
        await queries.invalidateQueries(audiencesQuery(programme));
        dialog.onClose();
      }}
    />
  );
}

export function DeleteAudienceDialog({ programme, audience, ...dialog }: DialogProps & { audience: Audience }) {
  const t = useText();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => deleteAudience(programme, audience.id),
    onSuccess: async () => {
      await navigate({ to: '/programmes/$programme/audiences', params: { programme } });
      await queries.invalidateQueries(audiencesQuery(programme));
      notifications.show({ message: t('people.audience.deleted', { name: audience.name }) });
    },
  });
  return (
    <ConfirmDialog
      {...dialog}
      title={t('people.audience.deleteTitle', { name: audience.name })}
      action={t('people.audience.deleteAction')}
      isDanger
      isBusy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
    >
      <Text>{t('people.audience.deleteText')}</Text>
    </ConfirmDialog>
  );
}

interface NameDialogProps extends Omit<DialogProps, 'programme'> {
  readonly title: string;
  readonly text?: string;
  readonly name: string;
  readonly action: string;
  readonly save: (name: string) => Promise<void>;
}

function NameDialog({ opened, onClose, title, ...form }: NameDialogProps) {
  const t = useText();
  return (
    <Modal opened={opened} onClose={onClose} title={title} closeButtonProps={{ 'aria-label': t('shell.close') }}>
      <NameForm onClose={onClose} {...form} />
    </Modal>
  );
}

function NameForm({ text, name, action, save, onClose }: Omit<NameDialogProps, 'opened' | 'title'>) {
  const t = useText();
  const form = useForm({ mode: 'uncontrolled', initialValues: { name } });
  const [problem, setProblem] = useState<unknown>(null);
  const saving = useMutation({
    mutationFn: save,
    onMutate: () => setProblem(null),
    onError: (error) => setProblem(showFaults(form, error, { label: () => t('people.audience.name') })),
  });
  return (
    <form onSubmit={form.onSubmit(({ name: given }) => saving.mutate(given.trim()))}>
      <Stack>
        {text !== undefined && <Text size="sm">{text}</Text>}
        <TextInput
          label={t('people.audience.name')}
          placeholder={t('people.audience.example')}
          required
          maxLength={200}
          data-autofocus
          key={form.key('name')}
          {...form.getInputProps('name')}
        />
        <ProblemAlert error={problem} />
        <DialogFoot action={action} isBusy={saving.isPending} onClose={onClose} />
      </Stack>
    </form>
  );
}
