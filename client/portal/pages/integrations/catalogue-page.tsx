import { Avatar, Card, Group, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { IconMoodEmpty, IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { providersQuery, type Provider } from '../../api/providers.js';
import { useText } from '../../app/text.js';
import { EmptyState } from '../../parts/empty-state.js';
import { LinkAnchor } from '../../parts/links.js';
import { PageHead } from '../../parts/page-head.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
import { Waiting } from '../../parts/waiting.js';
import { ConnectDialog } from './connect-dialog.js';
import { findProviders, type Found } from './find-providers.js';
import classes from './catalogue.module.css';

const route = getRouteApi('/signed-in/programmes/$programme/integrations/new');

export function CataloguePage() {
  const t = useText();
  const { programme } = route.useParams();
  const providers = useQuery(providersQuery);
  const [search, setSearch] = useState('');
  const [chosen, setChosen] = useState<Found | null>(null);
  if (providers.isPending) return <Waiting />;
  if (providers.data === undefined) {
    return <ProblemAlert error={providers.error} onRetry={() => void providers.refetch()} />;
  }
  const found = findProviders(providers.data, search);
  return (
    <>
      <PageHead
        title={t('connect.explore')}
        text={t('connect.explore.text')}
        above={
          <LinkAnchor size="sm" to="/programmes/$programme/integrations" params={{ programme }}>
            {t('shell.integrations')}
          </LinkAnchor>
        }
      />
      <TextInput
        mb="lg"
        maw="30rem"
        size="md"
        type="search"
        label={t('connect.explore.search')}
        placeholder={t('connect.explore.example')}
        leftSection={<IconSearch size={18} aria-hidden />}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      <Text size="sm" c="dimmed" mb="md" role="status">
        {t('connect.explore.found', { count: found.length })}
      </Text>
      {found.length === 0 ? (
        <NothingFound providers={providers.data} search={search} onChoose={setChosen} />
      ) : (
        <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="lg">
          {found.map((one) => (
            <ProviderCard key={one.provider.id} found={one} onChoose={() => setChosen(one)} />
          ))}
        </SimpleGrid>
      )}
      <ConnectDialog programme={programme} found={chosen} onClose={() => setChosen(null)} />
    </>
  );
}

function ProviderCard({ found: { provider, systems }, onChoose }: { found: Found; onChoose: () => void }) {
  const t = useText();
  const kind = useKind();
  return (
    <Card component="button" type="button" className={classes.provider ?? ''} onClick={onChoose}>
      <Group gap="sm" wrap="nowrap" align="flex-start">
        <Avatar name={provider.name} color="indigo" radius="md" aria-hidden />
        <Stack gap={4} ta="left">
          <Text fw={600}>{provider.name}</Text>
          <Text size="sm" c="dimmed">
            {kind(provider)}
          </Text>
          {systems.length > 0 && (
            <Text size="sm">
              {t('connect.explore.through', { systems: systems.join(', '), provider: provider.name })}
            </Text>
          )}
        </Stack>
      </Group>
    </Card>
  );
}

/** How one authorizes there, in a sentence. */
function useKind(): (provider: Provider) => string {
  const t = useText();
  return ({ authorization, systems, configured }) => {
    if (!configured) return t('connect.kind.notConfigured');
    switch (authorization.kind) {
      case 'api-key':
        return t('connect.kind.api-key');
      case 'client-credentials':
        return t('connect.kind.client-credentials');
      case 'upload':
        return t('connect.kind.upload');
      case 'link':
        return t('connect.kind.link', { count: systems.length });
      default:
        return t('connect.kind.other');
    }
  };
}

interface NothingFoundProps {
  readonly providers: readonly Provider[];
  readonly search: string;
  readonly onChoose: (found: Found) => void;
}

/** Whatever the system is called, a file of its people can be had from it. */
function NothingFound({ providers, search, onChoose }: NothingFoundProps) {
  const t = useText();
  const file = providers.find(({ authorization }) => authorization.kind === 'upload');
  return (
    <EmptyState
      icon={<IconMoodEmpty />}
      title={t('connect.explore.none', { search })}
      text={t('connect.explore.noneText')}
      action={
        file !== undefined && (
          <SimpleGrid cols={1} w="100%" maw="22rem">
            <ProviderCard
              found={{ provider: file, systems: [] }}
              onChoose={() => onChoose({ provider: file, systems: [] })}
            />
          </SimpleGrid>
        )
      }
    />
  );
}
