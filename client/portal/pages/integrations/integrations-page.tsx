import { Card, SimpleGrid, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { integrationsQuery } from '../../api/integrations.js';
import { useText } from '../../app/text.js';
import { PageHead } from '../../parts/page-head.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
import { IntegrationBadge } from '../../parts/state-badge.js';
import { Waiting } from '../../parts/waiting.js';

const route = getRouteApi('/signed-in/programmes/$programme/integrations');

export function IntegrationsPage() {
  const t = useText();
  const { programme } = route.useParams();
  const integrations = useQuery(integrationsQuery(programme));
  if (integrations.isPending) return <Waiting />;
  if (integrations.isError)
    return <ProblemAlert error={integrations.error} onRetry={() => void integrations.refetch()} />;
  return (
    <>
      <PageHead title={t('shell.integrations')} />
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        {integrations.data.map(({ id, name, state, provider }) => (
          <Card key={id}>
            <Title order={2}>{name}</Title>
            <Text c="dimmed">{provider}</Text>
            <IntegrationBadge state={state} />
          </Card>
        ))}
      </SimpleGrid>
    </>
  );
}
