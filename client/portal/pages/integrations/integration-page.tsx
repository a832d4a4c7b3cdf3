import { Alert, List, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconPencil } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { integrationQuery, type Integration } from '../../api/integrations.js';
import { providerQuery } from '../../api/providers.js';
import { useText } from '../../app/text.js';
import { LinkAnchor, LinkButton } from '../../parts/links.js';
import { PageHead } from '../../parts/page-head.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
import { IntegrationBadge } from '../../parts/state-badge.js';
import { Waiting } from '../../parts/waiting.js';
import { ProgressRail } from '../connect/progress-rail.js';
import { isLive, nextStep, stepAddress } from '../connect/steps.js';
import { Attention } from './attention.js';
import { AccessCard, ImportCard, MembersCard, SetupCard } from './integration-cards.js';
import { StateSentence } from './state-sentence.js';
import { Tools } from './tools.js';

const route = getRouteApi('/signed-in/programmes/$programme/integrations/$integration');

export function IntegrationPage() {
  const { programme, integration: id } = route.useParams();
  const integration = useQuery(integrationQuery(programme, id));
  if (integration.isPending) return <Waiting />;
  if (integration.data === undefined) {
    return <ProblemAlert error={integration.error} onRetry={() => void integration.refetch()} />;
  }
  return <Present programme={programme} integration={integration.data} />;
}

function Present({ programme, integration }: { programme: string; integration: Integration }) {
  const t = useText();
  const known = useQuery(providerQuery(integration.provider)).data;
  const provider = known?.name ?? integration.provider;
  const isScheduled = known?.authorization.kind !== 'upload';
  const props = { programme, integration, provider, isScheduled };
  return (
    <>
      <PageHead
        title={integration.name}
        text={provider}
        above={
          <LinkAnchor size="sm" to="/programmes/$programme/integrations" params={{ programme }}>
            {t('shell.integrations')}
          </LinkAnchor>
        }
        beside={<IntegrationBadge state={integration.state} />}
        actions={<Tools {...props} />}
      />
      <Stack gap="lg">
        <Attention programme={programme} integration={integration} />
        <StateSentence integration={integration} />
        {integration.unpublished && <Unpublished programme={programme} integration={integration} />}
        <Warnings warnings={integration.warnings} />
        {!isLive(integration) && <Unfinished programme={programme} integration={integration} />}
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
          {isLive(integration) && <ImportCard {...props} />}
          {integration.lastImport !== null && <MembersCard {...props} />}
          {integration.setup !== null && <SetupCard {...props} />}
          {integration.seen !== null && <AccessCard {...props} />}
        </SimpleGrid>
      </Stack>
    </>
  );
}

function Unpublished({ programme, integration }: { programme: string; integration: Integration }) {
  const t = useText();
  return (
    <Alert color="blue" icon={<IconPencil aria-hidden />} title={t('connect.page.unpublished')}>
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{t('connect.live.unpublished')}</Text>
        <LinkButton size="xs" to={stepAddress(programme, integration.id, 'review')}>
          {t('connect.live.review')}
        </LinkButton>
      </Stack>
    </Alert>
  );
}

function Warnings({ warnings }: { warnings: Integration['warnings'] }) {
  const t = useText();
  if (warnings.length === 0) return null;
  return (
    <Alert color="yellow" icon={<IconAlertTriangle aria-hidden />} title={t('connect.page.warnings')}>
      <List size="sm">
        {warnings.map((warning) => (
          <List.Item key={warning}>{warning}</List.Item>
        ))}
      </List>
    </Alert>
  );
}

/** What is missing until it imports, with the way on. */
function Unfinished({ programme, integration }: { programme: string; integration: Integration }) {
  const t = useText();
  const step = nextStep(integration);
  return (
    <div>
      <ProgressRail programme={programme} integration={integration} present={step} />
      <LinkButton to={stepAddress(programme, integration.id, step)}>
        {t('connect.card.continue', { step: t(`connect.step.${step}`) })}
      </LinkButton>
    </div>
  );
}
