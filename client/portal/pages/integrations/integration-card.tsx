import { Avatar, Card, Group, Stack, Text, Title } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import { useId } from 'react';
import type { Integration } from '../../api/integrations.js';
import { useText } from '../../app/text.js';
import { LinkAnchor, LinkButton } from '../../parts/links.js';
import { Moment } from '../../parts/moment.js';
import { ImportBadge, IntegrationBadge } from '../../parts/state-badge.js';
import { useImportWords } from '../../parts/import-words.js';
import { nextStep, stepAddress } from '../connect/steps.js';
import { Attention } from './attention.js';
import { integrationAddress } from './places.js';

interface IntegrationCardProps {
  readonly programme: string;
  readonly integration: Integration;
  readonly provider: string;
}

/** One integration among others: first what needs somebody, then what it did and what it will do. */
export function IntegrationCard({ programme, integration, provider }: IntegrationCardProps) {
  const title = useId();
  const { id, name, state } = integration;
  return (
    <Card component="section" aria-labelledby={title}>
      <Stack gap="md">
        <Group justify="space-between" align="flex-start" wrap="nowrap">
          <Group gap="sm" wrap="nowrap" style={{ minWidth: 0 }}>
            <Avatar name={provider} color="indigo" radius="md" aria-hidden />
            <div style={{ minWidth: 0 }}>
              <Title order={2} id={title}>
                <LinkAnchor to={integrationAddress(programme, id)} underline="hover" c="inherit" inherit>
                  {name}
                </LinkAnchor>
              </Title>
              <Text size="sm" c="dimmed">
                {provider}
              </Text>
            </div>
          </Group>
          <IntegrationBadge state={state} />
        </Group>
        <Attention programme={programme} integration={integration} />
        {state === 'published' || state === 'paused' ? (
          <Running integration={integration} />
        ) : (
          <Unfinished programme={programme} integration={integration} />
        )}
      </Stack>
    </Card>
  );
}

function Running({ integration: { lastImport, nextImportAt, state, pauseNote } }: { integration: Integration }) {
  const t = useText();
  const words = useImportWords();
  return (
    <Stack gap={6}>
      <Group gap="xs">
        <Text size="sm" c="dimmed">
          {t('connect.last')}
        </Text>
        {lastImport !== null && (
          <>
            <Text size="sm">
              <Moment at={lastImport.endedAt ?? lastImport.startedAt} />
            </Text>
            {lastImport.state !== 'completed' && <ImportBadge state={lastImport.state} />}
          </>
        )}
      </Group>
      <Text size="sm">{lastImport === null ? t('connect.last.none') : words(lastImport)}</Text>
      <Text size="sm" c="dimmed">
        {t('connect.next')}{' '}
        {state === 'paused'
          ? pauseNote === null
            ? t('connect.next.paused')
            : t('connect.next.pausedNote', { note: pauseNote })
          : nextImportAt === null
            ? t('connect.next.onDemand')
            : null}
        {state !== 'paused' && nextImportAt !== null && <Moment at={nextImportAt} />}
      </Text>
    </Stack>
  );
}

function Unfinished({ programme, integration }: { programme: string; integration: Integration }) {
  const t = useText();
  const step = nextStep(integration);
  return (
    <Group justify="space-between">
      <Text size="sm">
        {t(integration.state === 'revoked' ? 'connect.card.revoked' : 'connect.card.next', {
          step: t(`connect.step.${step}`),
        })}
      </Text>
      <LinkButton
        variant="light"
        size="xs"
        rightSection={<IconArrowRight size={14} aria-hidden />}
        to={stepAddress(programme, integration.id, step)}
      >
        {t('connect.card.continue', { step: t(`connect.step.${step}`) })}
      </LinkButton>
    </Group>
  );
}
