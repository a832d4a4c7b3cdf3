import { Avatar, Group, Skeleton, Stack, Table, Text } from '@mantine/core';
import { IconShieldCheck } from '@tabler/icons-react';
import type { Member } from '../../api/members.js';
import { useText } from '../../app/text.js';
import { LinkAnchor } from '../../parts/links.js';
import { CalendarDate } from '../../parts/moment.js';
import { MemberBadge } from './member-badge.js';
import { personName } from './person-name.js';

const WAITING_ROWS = 8;

/** One table for all widths: where it is narrow, the columns that go stand below the name. */
export function MembersTable({ programme, members }: { programme: string; members: readonly Member[] | undefined }) {
  const t = useText();
  return (
    <Table highlightOnHover aria-label={t('shell.members')} aria-busy={members === undefined}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('people.column.name')}</Table.Th>
          <Table.Th visibleFrom="sm">{t('people.column.work')}</Table.Th>
          <Table.Th visibleFrom="md">{t('people.column.location')}</Table.Th>
          <Table.Th visibleFrom="lg">{t('people.column.joined')}</Table.Th>
          <Table.Th visibleFrom="xs">{t('people.column.state')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {members === undefined
          ? Array.from({ length: WAITING_ROWS }, (_, row) => <WaitingRow key={row} />)
          : members.map((member) => <Row key={member.id} programme={programme} member={member} />)}
      </Table.Tbody>
    </Table>
  );
}

function Row({ programme, member }: { programme: string; member: Member }) {
  const t = useText();
  const name = personName(member, t('people.unnamed'));
  const work = [member.jobTitle, member.department ?? member.team].filter((part) => part !== null);
  return (
    <Table.Tr>
      <Table.Td>
        <Group gap="sm" wrap="nowrap">
          <Avatar name={name} color="initials" size={34} aria-hidden visibleFrom="xs" />
          <Stack gap={0} miw={0}>
            <Group gap={6} wrap="nowrap">
              <LinkAnchor
                to="/programmes/$programme/members/$member"
                params={{ programme, member: member.id }}
                fw={600}
                underline="hover"
                c="var(--mantine-color-text)"
              >
                {name}
              </LinkAnchor>
              {member.protected && <IconShieldCheck size={15} role="img" aria-label={t('people.protected')} />}
            </Group>
            {member.email !== null && member.email !== name && (
              <Text size="sm" c="dimmed">
                {member.email}
              </Text>
            )}
            <Text size="sm" c="dimmed" hiddenFrom="sm">
              {work.join(' · ')}
            </Text>
            {member.state !== 'active' && (
              <Group hiddenFrom="xs" mt={4}>
                <MemberBadge state={member.state} />
              </Group>
            )}
          </Stack>
        </Group>
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <Text size="sm">{member.jobTitle ?? member.department ?? member.team ?? '–'}</Text>
        {member.jobTitle !== null && (
          <Text size="sm" c="dimmed">
            {member.department ?? member.team}
          </Text>
        )}
      </Table.Td>
      <Table.Td visibleFrom="md">
        <Text size="sm">{member.location ?? member.city ?? '–'}</Text>
      </Table.Td>
      <Table.Td visibleFrom="lg">
        <Text size="sm">
          <CalendarDate date={member.joinedAt.slice(0, 10)} />
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="xs">
        <MemberBadge state={member.state} />
      </Table.Td>
    </Table.Tr>
  );
}

function WaitingRow() {
  return (
    <Table.Tr>
      <Table.Td>
        <Skeleton height={40} />
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <Skeleton height={16} />
      </Table.Td>
      <Table.Td visibleFrom="md">
        <Skeleton height={16} />
      </Table.Td>
      <Table.Td visibleFrom="lg">
        <Skeleton height={16} />
      </Table.Td>
      <Table.Td visibleFrom="xs">
        <Skeleton height={16} width={70} />
      </Table.Td>
    </Table.Tr>
  );
}
