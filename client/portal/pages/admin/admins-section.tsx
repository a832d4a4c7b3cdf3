import { Badge, Box, Button, Card, Group, Select, Stack, Table, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { IconUserPlus } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { adminsQuery, changeRole, type Admin, type AdminRole } from '../../api/admins.js';
import { sessionQuery, useMayWrite, useSession } from '../../api/session.js';
import { useText } from '../../app/text.js';
import { Moment } from '../../parts/moment.js';
import { ProblemAlert, useSentence } from '../../parts/problem-alert.js';
import { SectionHead } from '../../parts/section-head.js';
import { Waiting } from '../../parts/waiting.js';
import { AdminMenu } from './admin-menu.js';
import { InviteDialog } from './invite-dialog.js';

const ROLES: readonly AdminRole[] = ['admin', 'viewer'];

/** Who looks after the programme. */
export function AdminsSection({ programme }: { programme: string }) {
  const t = useText();
  const mayWrite = useMayWrite(programme);
  const admins = useQuery(adminsQuery(programme));
  const [isInviting, { open, close }] = useDisclosure();
  return (
    <Card>
      <Stack>
        <SectionHead title={t('admin.admins')} text={t('admin.admins.text')}>
          {mayWrite && (
            <Button variant="default" leftSection={<IconUserPlus size={16} aria-hidden />} onClick={open}>
              {t('admin.invite')}
            </Button>
          )}
        </SectionHead>
        {admins.isPending && <Waiting lines={3} />}
        <ProblemAlert error={admins.error} onRetry={() => void admins.refetch()} />
        {admins.data?.length === 0 && <Text size="sm">{t('admin.admins.none')}</Text>}
        {admins.data !== undefined && admins.data.length > 0 && (
          <AdminTable programme={programme} admins={admins.data} mayWrite={mayWrite} />
        )}
        <InviteDialog programme={programme} opened={isInviting} onClose={close} />
      </Stack>
    </Card>
  );
}

interface OneProps {
  readonly programme: string;
  readonly admin: Admin;
  readonly mayWrite: boolean;
}

function AdminTable({ admins, ...props }: Omit<OneProps, 'admin'> & { admins: readonly Admin[] }) {
  const t = useText();
  return (
    <Table aria-label={t('admin.admins')} horizontalSpacing={0}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('admin.column.name')}</Table.Th>
          <Table.Th visibleFrom="sm">{t('admin.column.lastSignIn')}</Table.Th>
          <Table.Th w={120} visibleFrom="xs">
            {t('admin.column.role')}
          </Table.Th>
          {props.mayWrite && <Table.Th w={44} aria-label={t('admin.column.actions')} />}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {admins.map((admin) => (
          <AdminRow key={admin.id} admin={admin} {...props} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

function AdminRow({ programme, admin, mayWrite }: OneProps) {
  const t = useText();
  const me = useSession().admin.id;
  const signedIn = admin.lastSignInAt === null ? t('admin.notYet') : <Moment at={admin.lastSignInAt} />;
  const role = mayWrite ? (
    <RoleChoice programme={programme} admin={admin} />
  ) : (
    <Text size="sm">{t(`shell.role.${admin.role}`)}</Text>
  );
  return (
    <Table.Tr>
      <Table.Td pr="md">
        <Group gap="xs">
          <Text size="sm" fw={600}>
            {admin.name}
          </Text>
          {admin.id === me && (
            <Badge variant="light" size="sm" tt="none">
              {t('admin.you')}
            </Badge>
          )}
        </Group>
        <Text size="sm" c="dimmed">
          {admin.email}
        </Text>
        <Text size="sm" c="dimmed" hiddenFrom="sm">
          {signedIn}
        </Text>
        <Box hiddenFrom="xs" mt={6}>
          {role}
        </Box>
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <Text size="sm">{signedIn}</Text>
      </Table.Td>
      <Table.Td visibleFrom="xs">{role}</Table.Td>
      {mayWrite && (
        <Table.Td>
          <AdminMenu programme={programme} admin={admin} />
        </Table.Td>
      )}
    </Table.Tr>
  );
}

function RoleChoice({ programme, admin }: { programme: string; admin: Admin }) {
  const t = useText();
  const sentence = useSentence();
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: (role: AdminRole) => changeRole(programme, admin.id, role),
    onSuccess: async ({ name, role }) => {
      notifications.show({ message: t('admin.role.changed', { name, role: t(`shell.role.${role}`) }) });
      await Promise.all([queries.invalidateQueries(adminsQuery(programme)), queries.invalidateQueries(sessionQuery)]);
    },
    onError: (error) => notifications.show({ color: 'red', title: t('shell.failed'), message: sentence(error) }),
  });
  return (
    <Select
      size="xs"
      w={104}
      aria-label={t('admin.role.of', { name: admin.name })}
      data={ROLES.map((role) => ({ value: role, label: t(`shell.role.${role}`) }))}
      value={change.isPending ? change.variables : admin.role}
      allowDeselect={false}
      disabled={change.isPending}
      onChange={(role) => {
        if (role !== null && role !== admin.role) change.mutate(role);
      }}
    />
  );
}
