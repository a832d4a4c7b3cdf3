import { Stack, Text } from '@mantine/core';
import { useText } from '../../app/text.js';
import { LinkAnchor } from '../../parts/links.js';

interface PersonProps {
  readonly programme: string;
  readonly person: {
    readonly member: string | null;
    readonly name: string | null;
    readonly employeeId: string | null;
    readonly email?: string | null;
  };
}

/** Somebody by name, with what tells them from others of the same name; a member's name leads to their page. */
export function Person({ programme, person: { member, name, employeeId, email } }: PersonProps) {
  const t = useText();
  const address = `/programmes/${programme}/members/${member ?? ''}`;
  const called =
    name ?? email ?? (employeeId === null ? t('imports.person.unknown') : t('imports.person.id', { id: employeeId }));
  const rest = [name === null ? null : email, name === null && (email ?? null) === null ? null : employeeId].filter(
    (one) => one !== null && one !== undefined,
  );
  return (
    <Stack gap={0}>
      {member === null ? (
        <Text size="sm" fw={600}>
          {called}
        </Text>
      ) : (
        <LinkAnchor to={address} size="sm" fw={600}>
          {called}
        </LinkAnchor>
      )}
      {rest.length > 0 && (
        <Text size="xs" c="dimmed">
          {rest.join(' · ')}
        </Text>
      )}
    </Stack>
  );
}
