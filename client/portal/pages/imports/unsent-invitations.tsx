import { Button, Card, Stack, Table, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { unsentInvitationsQuery, type ImportPlace, type Mail } from '../../api/imports.js';
import { inviteAgain } from '../../api/members.js';
import { useMayWrite } from '../../api/session.js';
import { useText } from '../../app/text.js';
import { ConfirmDialog } from '../../parts/confirm-dialog.js';
import { SectionHead } from '../../parts/section-head.js';
import { Person } from './person.js';

/** Invitations that may not have arrived: nobody sends them again unless somebody says so. */
export function UnsentInvitations({ place }: { place: ImportPlace }) {
  const t = useText();
  const mayWrite = useMayWrite(place.programme);
  const { data: mails = [] } = useQuery(unsentInvitationsQuery(place));
  if (mails.length === 0) return null;
  return (
    <Card component="section" aria-labelledby="unsent">
      <Stack>
        <SectionHead
          id="unsent"
          title={t('imports.unsent.title', { count: mails.length })}
          text={t('imports.unsent.text')}
        >
          {mayWrite && mails.length > 1 && <SendAgain place={place} mails={mails} isMain />}
        </SectionHead>
        <Table.ScrollContainer
          minWidth={520}
          scrollAreaProps={{
            viewportProps: { tabIndex: 0, 'aria-label': t('imports.unsent.table'), role: 'region' },
          }}
        >
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('imports.column.person')}</Table.Th>
                <Table.Th>{t('imports.column.wrong')}</Table.Th>
                {mayWrite && <Table.Td aria-hidden />}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {mails.map((mail) => (
                <Table.Tr key={mail.id}>
                  <Table.Td>
                    <Person
                      programme={place.programme}
                      person={{ member: mail.member, name: null, employeeId: mail.employeeId, email: mail.to }}
                    />
                  </Table.Td>
                  <Table.Td>{t(`people.invitation.${mail.state === 'refused' ? 'refused' : 'unknown'}`)}</Table.Td>
                  {mayWrite && (
                    <Table.Td ta="right">
                      <SendAgain place={place} mails={[mail]} />
                    </Table.Td>
                  )}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      </Stack>
    </Card>
  );
}

interface SendAgainProps {
  readonly place: ImportPlace;
  readonly mails: readonly Mail[];
  /** For all of them at once. */
  readonly isMain?: boolean;
}

function SendAgain({ place, mails, isMain = false }: SendAgainProps) {
  const t = useText();
  const queries = useQueryClient();
  const [isAsking, { open, close }] = useDisclosure();
  const count = mails.length;
  const email = mails[0]?.to ?? '';
  const send = useMutation({
    mutationFn: async () => {
      // One after the other: the first that is refused says why, and those before it are on their way.
      for (const { member } of mails) if (member !== null) await inviteAgain(place.programme, member);
    },
    onSuccess: () => {
      close();
      notifications.show({ message: t('imports.unsent.done', { count, email }) });
    },
    onSettled: () => queries.invalidateQueries(unsentInvitationsQuery(place)),
  });
  const action = t('imports.unsent.again', { count });
  return (
    <>
      <Button
        variant="default"
        size={isMain ? 'sm' : 'xs'}
        aria-label={isMain ? undefined : t('imports.unsent.againTo', { email })}
        onClick={open}
      >
        {action}
      </Button>
      <ConfirmDialog
        opened={isAsking}
        onClose={close}
        title={action}
        action={action}
        isBusy={send.isPending}
        error={send.error}
        onConfirm={() => send.mutate()}
      >
        <Text>{t('imports.unsent.means', { count, email })}</Text>
      </ConfirmDialog>
    </>
  );
}
