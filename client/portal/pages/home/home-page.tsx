import { Anchor, Badge, Card, Code, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconBuilding } from '@tabler/icons-react';
import { Link, Navigate } from '@tanstack/react-router';
import { useSession } from '../../api/session.js';
import { useText } from '../../app/text.js';
import { EmptyState } from '../../parts/empty-state.js';
import { PageHead } from '../../parts/page-head.js';

/** Who looks after one programme is there at once; who has several chooses. */
export function HomePage() {
  const t = useText();
  const { programmes, admin } = useSession();
  const [only] = programmes;
  if (only !== undefined && programmes.length === 1) {
    return <Navigate to="/programmes/$programme" params={{ programme: only.id }} replace />;
  }
  if (only === undefined) {
    return (
      <EmptyState
        icon={<IconBuilding />}
        title={t('shell.programmes.none.title')}
        text={admin.operator ? <Code>{t('shell.programmes.none.operator')}</Code> : t('shell.programmes.none.text')}
      />
    );
  }
  return (
    <>
      <PageHead title={t('shell.programmes.title')} text={t('shell.programmes.text')} />
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
        {programmes.map(({ id, name, timeZone, role }) => (
          <Card key={id}>
            <Group justify="space-between" wrap="nowrap">
              <Stack gap={2}>
                <Anchor component={Link} to={`/programmes/${id}`} fw={600}>
                  {name}
                </Anchor>
                <Text size="sm" c="dimmed">
                  {timeZone}
                </Text>
              </Stack>
              <Badge variant="light" tt="none">
                {t(`shell.role.${role}`)}
              </Badge>
            </Group>
          </Card>
        ))}
      </SimpleGrid>
    </>
  );
}
