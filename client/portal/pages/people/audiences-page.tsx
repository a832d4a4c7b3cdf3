import { Card, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { IconUsersGroup } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { audiencesQuery } from '../../api/audiences.js';
import { useText } from '../../app/text.js';
import { EmptyState } from '../../parts/empty-state.js';
import { LinkAnchor, LinkButton } from '../../parts/links.js';
import { PageHead } from '../../parts/page-head.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
import { Waiting } from '../../parts/waiting.js';
import { useFilterSentence } from './filter-names.js';

const route = getRouteApi('/signed-in/programmes/$programme/audiences');

export function AudiencesPage() {
  const t = useText();
  const { programme } = route.useParams();
  const audiences = useQuery(audiencesQuery(programme));
  const sentence = useFilterSentence(programme, audiences.data?.map(({ filter }) => filter) ?? []);
  if (audiences.isPending) return <Waiting />;
  if (audiences.isError) return <ProblemAlert error={audiences.error} onRetry={() => void audiences.refetch()} />;
  const toMembers = (
    <LinkButton to="/programmes/$programme/members" params={{ programme }} variant="default">
      {t('people.audiences.make')}
    </LinkButton>
  );
  return (
    <>
      <PageHead
        title={t('shell.audiences')}
        text={t('people.audiences.text')}
        actions={audiences.data.length > 0 && toMembers}
      />
      {audiences.data.length === 0 && (
        <EmptyState
          icon={<IconUsersGroup />}
          title={t('people.audiences.none.title')}
          text={t('people.audiences.none.text')}
          action={toMembers}
        />
      )}
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        {audiences.data.map(({ id, name, filter, count }) => (
          <Card key={id}>
            <Stack gap="xs">
              <Group justify="space-between" wrap="nowrap" align="flex-start">
                <Title order={2}>
                  <LinkAnchor
                    to="/programmes/$programme/audiences/$audience"
                    params={{ programme, audience: id }}
                    inherit
                    underline="hover"
                    c="var(--mantine-color-text)"
                  >
                    {name}
                  </LinkAnchor>
                </Title>
                <Text size="sm" fw={600} style={{ whiteSpace: 'nowrap' }} className="figures">
                  {t('people.members', { count })}
                </Text>
              </Group>
              <Text size="sm" c="dimmed">
                {sentence(filter)}
              </Text>
            </Stack>
          </Card>
        ))}
      </SimpleGrid>
    </>
  );
}
