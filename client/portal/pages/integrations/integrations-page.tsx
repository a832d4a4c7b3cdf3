import { SimpleGrid } from '@mantine/core';
import { IconPlugConnected, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { integrationsQuery, type Integration } from '../../api/integrations.js';
import { providersQuery } from '../../api/providers.js';
import { useMayWrite } from '../../api/session.js';
import { useText } from '../../app/text.js';
import { EmptyState } from '../../parts/empty-state.js';
import { LinkButton } from '../../parts/links.js';
import { PageHead } from '../../parts/page-head.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
import { Waiting } from '../../parts/waiting.js';
import { IntegrationCard } from './integration-card.js';

const route = getRouteApi('/signed-in/programmes/$programme/integrations');

export function IntegrationsPage() {
  const t = useText();
  const { programme } = route.useParams();
  const integrations = useQuery(integrationsQuery(programme));
  const providers = useQuery(providersQuery);
  const mayWrite = useMayWrite(programme);
  if (integrations.isPending) return <Waiting />;
  if (integrations.data === undefined) {
    return <ProblemAlert error={integrations.error} onRetry={() => void integrations.refetch()} />;
  }
  const present = integrations.data.filter(({ state }) => state !== 'removed').sort(byUrgency);
  const connect = mayWrite && (
    <LinkButton
      leftSection={<IconPlus size={16} aria-hidden />}
      to="/programmes/$programme/integrations/new"
      params={{ programme }}
    >
      {t('connect.new')}
    </LinkButton>
  );
  return (
    <>
      <PageHead title={t('shell.integrations')} text={t('connect.list.text')} actions={present.length > 0 && connect} />
      {present.length === 0 ? (
        <EmptyState
          icon={<IconPlugConnected />}
          title={t('connect.list.empty')}
          text={t('connect.list.emptyText')}
          action={connect}
        />
      ) : (
        <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
          {present.map((integration) => (
            <IntegrationCard
              key={integration.id}
              programme={programme}
              integration={integration}
              provider={providers.data?.find(({ id }) => id === integration.provider)?.name ?? integration.provider}
            />
          ))}
        </SimpleGrid>
      )}
    </>
  );
}

const ORDER: readonly Integration['state'][] = [
  'published',
  'paused',
  'mapped',
  'authorized',
  'set-up',
  'draft',
  'revoked',
];

/** What needs somebody comes first, then what is live, then what is not finished. */
function byUrgency(one: Integration, other: Integration): number {
  const rank = ({ needsAttention, state }: Integration) => (needsAttention === null ? 1 + ORDER.indexOf(state) : 0);
  return rank(one) - rank(other) || one.name.localeCompare(other.name);
}
