import { Alert, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { Integration } from '../../api/integrations.js';
import { useText, Words } from '../../app/text.js';
import { LinkButton } from '../../parts/links.js';
import { Moment } from '../../parts/moment.js';
import { stepAddress } from '../connect/steps.js';
import { importAddress, integrationAddress } from './places.js';

/** What is wrong with an integration, what to do about it, and the way there. */
export function Attention({ programme, integration }: { programme: string; integration: Integration }) {
  const t = useText();
  const { needsAttention: incident } = integration;
  if (incident === null) return null;
  return (
    <Alert color="orange" icon={<IconAlertTriangle aria-hidden />} title={t(`connect.attention.${incident.code}`)}>
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{incident.detail}</Text>
        <Text size="sm">{incident.code === 'removals-held' ? t('connect.attention.heldRemedy') : incident.remedy}</Text>
        <Text size="sm" c="dimmed">
          <Words id="connect.attention.since" values={{ since: <Moment at={incident.since} /> }} />
        </Text>
        <LinkButton size="xs" to={remedyAddress(programme, integration)}>
          {t(`connect.attention.go.${incident.code}`)}
        </LinkButton>
      </Stack>
    </Alert>
  );
}

function remedyAddress(programme: string, { id, needsAttention, lastImport }: Integration): string {
  const code = needsAttention?.code;
  if (code === 'authorization-lost' || code === 'insufficient-scope') return stepAddress(programme, id, 'authorize');
  if (lastImport === null) return integrationAddress(programme, id);
  const at = importAddress(programme, id, lastImport.held?.question ?? lastImport.id);
  return code === 'removals-held' ? `${at}/decision` : at;
}
