import { Button, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { inviteAgain, memberExplanationQuery, type Explanation, type Member } from '../../api/members.js';
import { useMayWrite } from '../../api/session.js';
import { useText, Words } from '../../app/text.js';
import { ConfirmDialog } from '../../parts/confirm-dialog.js';
import { Moment } from '../../parts/moment.js';
import { FactCard } from './facts.js';

/** Whether a further one can be sent: one that is on its way, or waits, is not overtaken. */
const CAN_GO = ['sent', 'unknown', 'refused', 'suppressed'];

interface InvitationCardProps {
  readonly programme: string;
  readonly member: Member;
  readonly invitation: Explanation['invitation'];
}

/** What became of the invitation; whoever lost it gets another one. */
export function InvitationCard({ programme, member, invitation }: InvitationCardProps) {
  const t = useText();
  const mayWrite = useMayWrite(programme);
  const [isAsking, { open, close }] = useDisclosure();
  const state = invitation?.state ?? 'none';
  const sentAt = invitation?.sentAt ?? null;
  const action = t(sentAt === null ? 'people.invitation.first' : 'people.invitation.again');
  return (
    <FactCard title={t('people.invitation')}>
      <Text size="sm">
        {state === 'sent' && sentAt !== null ? (
          <Words id="people.invitation.sent" values={{ at: <Moment at={sentAt} /> }} />
        ) : (
          t(`people.invitation.${state}`)
        )}
      </Text>
      {mayWrite && (invitation === null || CAN_GO.includes(state)) && (
        <Group>
          <Button variant="default" size="xs" onClick={open}>
            {action}
          </Button>
        </Group>
      )}
      <SendDialog programme={programme} member={member} action={action} opened={isAsking} onClose={close} />
    </FactCard>
  );
}

interface SendDialogProps {
  readonly programme: string;
  readonly member: Member;
  readonly action: string;
  readonly opened: boolean;
  readonly onClose: () => void;
}

function SendDialog({ programme, member, action, opened, onClose }: SendDialogProps) {
  const t = useText();
  const queries = useQueryClient();
  const send = useMutation({
    mutationFn: () => inviteAgain(programme, member.id),
    onSuccess: async () => {
      onClose();
      notifications.show({ message: t('people.invitation.done', { email: member.email }) });
      await queries.invalidateQueries(memberExplanationQuery(programme, member.id));
    },
  });
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title={action}
      action={action}
      isBusy={send.isPending}
      error={send.error}
      onConfirm={() => send.mutate()}
    >
      <Text>{t('people.invitation.text', { email: member.email })}</Text>
    </ConfirmDialog>
  );
}
