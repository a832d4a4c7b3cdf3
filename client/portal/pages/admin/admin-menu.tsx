import { ActionIcon, Menu, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { IconDots, IconMail, IconUserMinus } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { adminsQuery, inviteAdmin, removeAdmin, type Admin } from '../../api/admins.js';
import { sessionQuery, useSession } from '../../api/session.js';
import { useText } from '../../app/text.js';
import { ConfirmDialog } from '../../parts/confirm-dialog.js';
import { useSentence } from '../../parts/problem-alert.js';

/** What can be done about one admin. */
export function AdminMenu({ programme, admin }: { programme: string; admin: Admin }) {
  const t = useText();
  const sentence = useSentence();
  const queries = useQueryClient();
  const [isRemoving, { open, close }] = useDisclosure();
  const { name, email, role } = admin;
  const again = useMutation({
    mutationFn: () => inviteAdmin(programme, { name, email, role }),
    onSuccess: async () => {
      await queries.invalidateQueries(adminsQuery(programme));
      notifications.show({ message: t('admin.invited', { email }) });
    },
    onError: (error) => notifications.show({ color: 'red', title: t('shell.failed'), message: sentence(error) }),
  });
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t('admin.actionsOf', { name })}
            loading={again.isPending}
          >
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {admin.lastSignInAt === null && (
            <Menu.Item leftSection={<IconMail size={16} aria-hidden />} onClick={() => again.mutate()}>
              {t('admin.inviteAgain')}
            </Menu.Item>
          )}
          <Menu.Item color="red" leftSection={<IconUserMinus size={16} aria-hidden />} onClick={open}>
            {t('admin.remove')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <RemoveDialog programme={programme} admin={admin} opened={isRemoving} onClose={close} />
    </>
  );
}

interface RemoveDialogProps {
  readonly programme: string;
  readonly admin: Admin;
  readonly opened: boolean;
  readonly onClose: () => void;
}

function RemoveDialog({ programme, admin, opened, onClose }: RemoveDialogProps) {
  const t = useText();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const me = useSession().admin;
  const isMe = admin.id === me.id;
  const remove = useMutation({
    mutationFn: () => removeAdmin(programme, admin.id),
    onSuccess: async () => {
      notifications.show({ message: t('admin.removed', { name: admin.name }) });
      onClose();
      await queries.invalidateQueries(sessionQuery);
      // Whoever gave up their own access has no page here any more.
      if (isMe && !me.operator) await navigate({ to: '/' });
      else await queries.invalidateQueries(adminsQuery(programme));
    },
  });
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title={t(isMe ? 'admin.removeMe.title' : 'admin.remove.title', { name: admin.name })}
      action={t(isMe ? 'admin.removeMe.action' : 'admin.remove.action')}
      isDanger
      isBusy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
    >
      <Text>{t(isMe ? 'admin.removeMe.text' : 'admin.remove.text', { name: admin.name })}</Text>
    </ConfirmDialog>
  );
}
