import { Button, Card, Group, Select, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useIntl } from 'react-intl';
import { credentialsQuery } from '../../api/connecting.js';
import { integrationsQuery } from '../../api/integrations.js';
import { useText } from '../../app/text.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
import type { AuthorizeProps } from './authorize-page.js';
import { Probing } from './probing.js';
import { useAuthorize } from './use-authorize.js';

/** Access to the same system that the programme has already can be used again; nothing has to be typed. */
export function CredentialChoice({ programme, integration, provider }: AuthorizeProps) {
  const t = useText();
  const intl = useIntl();
  const credentials = useQuery(credentialsQuery(programme));
  const integrations = useQuery(integrationsQuery(programme));
  const probe = useAuthorize(programme, integration.id, provider.name);
  const offered = (credentials.data ?? []).filter(
    (one) => one.provider === integration.provider && !one.usedBy.includes(integration.id),
  );
  const [chosen, setChosen] = useState<string | null>(null);
  const credential = chosen ?? offered[0]?.id ?? null;
  if (credential === null) return null;
  const nameOf = (id: string) => integrations.data?.find((one) => one.id === id)?.name ?? '';
  return (
    <Card component="section" aria-label={t('connect.credential.title')}>
      <Stack>
        <Title order={2}>{t('connect.credential.title')}</Title>
        <Text size="sm">{t('connect.credential.text', { provider: provider.name })}</Text>
        <Group align="flex-end">
          <Select
            flex="1 1 16rem"
            label={t('connect.credential.label')}
            allowDeselect={false}
            data={offered.map(({ id, name, usedBy }) => ({
              value: id,
              label:
                usedBy.length === 0
                  ? name
                  : t('connect.credential.usedBy', { name, integrations: intl.formatList(usedBy.map(nameOf)) }),
            }))}
            value={credential}
            onChange={setChosen}
          />
          <Button variant="light" loading={probe.isPending} onClick={() => probe.mutate({ credential })}>
            {t('connect.credential.use')}
          </Button>
        </Group>
        {probe.isPending && <Probing isBusy provider={provider.name} />}
        <ProblemAlert error={probe.error} />
      </Stack>
    </Card>
  );
}
