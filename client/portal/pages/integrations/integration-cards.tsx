import { Card, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useId, type ReactNode } from 'react';
import { useIntl } from 'react-intl';
import { memberCountQuery } from '../../api/connecting.js';
import type { Integration } from '../../api/integrations.js';
import { useText } from '../../app/text.js';
import { LinkAnchor } from '../../parts/links.js';
import { Moment } from '../../parts/moment.js';
import { ImportBadge } from '../../parts/state-badge.js';
import { useImportWords } from '../../parts/import-words.js';
import { useCadenceWords } from '../connect/cadence-words.js';
import { stepAddress } from '../connect/steps.js';
import { importAddress, importsAddress } from './places.js';

export interface IntegrationProps {
  readonly programme: string;
  readonly integration: Integration;
  readonly provider: string;
  /** False: its directory comes as files that somebody gives. */
  readonly isScheduled: boolean;
}

interface FactCardProps {
  readonly title: string;
  readonly beside?: ReactNode;
  readonly children: ReactNode;
  /** Where there is more. */
  readonly foot?: ReactNode;
}

function FactCard({ title, beside, children, foot }: FactCardProps) {
  const id = useId();
  return (
    <Card component="section" aria-labelledby={id}>
      <Stack gap="xs" h="100%">
        <Group justify="space-between">
          <Title order={2} id={id}>
            {title}
          </Title>
          {beside}
        </Group>
        {children}
        <Group gap="md" mt="auto" pt="xs">
          {foot}
        </Group>
      </Stack>
    </Card>
  );
}

export function ImportCard({ programme, integration: { id, lastImport } }: IntegrationProps) {
  const t = useText();
  const words = useImportWords();
  return (
    <FactCard
      title={t('connect.page.lastImport')}
      beside={lastImport !== null && <ImportBadge state={lastImport.state} />}
      foot={
        <>
          {lastImport !== null && (
            <LinkAnchor size="sm" to={importAddress(programme, id, lastImport.id)}>
              {t('connect.page.lookAtImport')}
            </LinkAnchor>
          )}
          <LinkAnchor size="sm" to={importsAddress(programme, id)}>
            {t('connect.page.history')}
          </LinkAnchor>
        </>
      }
    >
      {lastImport === null ? (
        <Text>{t('connect.last.none')}</Text>
      ) : (
        <>
          <Text>{words(lastImport)}</Text>
          <Text size="sm" c="dimmed">
            <Moment at={lastImport.endedAt ?? lastImport.startedAt} />
          </Text>
        </>
      )}
    </FactCard>
  );
}

export function MembersCard({ programme, integration }: IntegrationProps) {
  const t = useText();
  const intl = useIntl();
  const members = useQuery(memberCountQuery(programme, integration.id));
  return (
    <FactCard
      title={t('shell.members')}
      foot={
        <LinkAnchor
          size="sm"
          to="/programmes/$programme/members"
          params={{ programme }}
          search={{ integration: [integration.id] }}
        >
          {t('connect.page.members')}
        </LinkAnchor>
      }
    >
      <Text size="xl" fw={650} className="figures">
        {members.data === undefined ? '…' : intl.formatNumber(members.data)}
      </Text>
      <Text size="sm" c="dimmed">
        {t('connect.page.membersText')}
      </Text>
    </FactCard>
  );
}

export function SetupCard({ programme, integration: { id, setup }, isScheduled }: IntegrationProps) {
  const t = useText();
  const cadence = useCadenceWords();
  if (setup === null) return null;
  return (
    <FactCard
      title={t('connect.setup.settings')}
      foot={
        <LinkAnchor size="sm" to={stepAddress(programme, id, 'setup')}>
          {t('connect.page.settings')}
        </LinkAnchor>
      }
    >
      {isScheduled && <Text>{t('connect.page.cadence', { cadence: cadence(setup.cadence) })}</Text>}
      <Text size="sm">{t(`connect.setup.preference.${setup.preference}`)}</Text>
      <Text size="sm">{t(setup.welcomeEmail ? 'connect.page.welcome' : 'connect.page.noWelcome')}</Text>
    </FactCard>
  );
}

export function AccessCard({ programme, integration: { id, seen, state }, provider, isScheduled }: IntegrationProps) {
  const t = useText();
  if (seen === null) return null;
  return (
    <FactCard
      title={t('connect.page.access')}
      foot={
        <LinkAnchor size="sm" to={stepAddress(programme, id, 'authorize')}>
          {t(
            state === 'revoked'
              ? 'connect.page.authorize'
              : isScheduled
                ? 'connect.page.replaceKey'
                : 'connect.authorize.again.file',
          )}
        </LinkAnchor>
      }
    >
      <Text>{t(state === 'revoked' ? 'connect.page.noAccess' : 'connect.page.accessTo', { provider })}</Text>
      <Text size="sm" c="dimmed">
        {t(seen.exact ? 'connect.seen.exact' : 'connect.seen.atLeast', {
          people: seen.people,
          fields: seen.fields.length,
        })}
      </Text>
    </FactCard>
  );
}
