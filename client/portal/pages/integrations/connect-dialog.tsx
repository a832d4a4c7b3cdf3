import { Alert, Group, List, Modal, Stack, Text, TextInput, Title } from '@mantine/core';
import { randomId } from '@mantine/hooks';
import { IconEye, IconEyeOff } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo, useState, type ReactNode } from 'react';
import { createIntegration } from '../../api/connecting.js';
import { Problem } from '../../api/fetch.js';
import { integrationQuery, integrationsQuery } from '../../api/integrations.js';
import type { Provider } from '../../api/providers.js';
import { useMayWrite } from '../../api/session.js';
import { useText } from '../../app/text.js';
import { DialogFoot } from '../../parts/dialog-foot.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
import { stepAddress } from '../connect/steps.js';
import type { Found } from './find-providers.js';

interface ConnectDialogProps {
  readonly programme: string;
  readonly found: Found | null;
  readonly onClose: () => void;
}

/** Before anything is connected: what will be read, and what never is. */
export function ConnectDialog({ programme, found, onClose }: ConnectDialogProps) {
  const t = useText();
  return (
    <Modal
      opened={found !== null}
      onClose={onClose}
      size="lg"
      title={found === null ? '' : t('connect.dialog.title', { provider: found.provider.name })}
      closeButtonProps={{ 'aria-label': t('shell.close') }}
    >
      {found !== null && <Permissions key={found.provider.id} programme={programme} found={found} onClose={onClose} />}
    </Modal>
  );
}

function Permissions({ programme, found, onClose }: ConnectDialogProps & { found: Found }) {
  const t = useText();
  const { provider } = found;
  return (
    <Stack>
      <FactList
        icon={<IconEye size={18} aria-hidden />}
        title={t('connect.dialog.reads')}
        facts={provider.permissions}
      />
      <FactList
        icon={<IconEyeOff size={18} aria-hidden />}
        title={t('connect.dialog.never')}
        facts={provider.neverRead}
      />
      {provider.configured ? (
        <NameForm programme={programme} found={found} onClose={onClose} />
      ) : (
        <Alert color="orange">{t('connect.dialog.notConfigured', { provider: provider.name })}</Alert>
      )}
    </Stack>
  );
}

function FactList({ icon, title, facts }: { icon: ReactNode; title: string; facts: Provider['permissions'] }) {
  return (
    <section>
      <Group gap="xs" mb={4}>
        {icon}
        <Title order={3}>{title}</Title>
      </Group>
      <List size="sm" spacing={4}>
        {facts.map((fact) => (
          <List.Item key={fact}>{fact}</List.Item>
        ))}
      </List>
    </section>
  );
}

function NameForm({ programme, found, onClose }: ConnectDialogProps & { found: Found }) {
  const t = useText();
  const mayWrite = useMayWrite(programme);
  const taken = useQuery(integrationsQuery(programme)).data?.map(({ name }) => name) ?? [];
  const proposed = freeName(found.systems.length === 1 ? (found.systems[0] ?? '') : found.provider.name, taken);
  const [typed, setTyped] = useState<string | null>(null);
  const name = typed ?? proposed;
  const create = useCreate(programme, found.provider.id, name);
  if (!mayWrite) return <Text c="dimmed">{t('connect.dialog.viewer')}</Text>;
  const fault = create.error instanceof Problem ? create.error.at('/name') : null;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        create.mutate();
      }}
    >
      <Stack>
        <TextInput
          label={t('connect.dialog.name')}
          description={t('connect.dialog.nameHelp')}
          value={name}
          maxLength={200}
          required
          error={fault}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        {fault === null && <ProblemAlert error={create.error} />}
        <DialogFoot action={t('connect.dialog.connect')} isBusy={create.isPending} onClose={onClose} />
      </Stack>
    </form>
  );
}

function useCreate(programme: string, provider: string, name: string) {
  const client = useQueryClient();
  const navigate = useNavigate();
  // The same wish sent twice, after an answer that was lost, is one integration.
  const key = useMemo(() => randomId(`${provider} ${name.length} `), [provider, name]);
  return useMutation({
    mutationFn: () => createIntegration(programme, { provider, name }, key),
    onSuccess: async (integration) => {
      client.setQueryData(integrationQuery(programme, integration.id).queryKey, integration);
      void client.invalidateQueries({ queryKey: integrationsQuery(programme).queryKey });
      await navigate({ to: stepAddress(programme, integration.id, 'setup') });
    },
  });
}

function freeName(wanted: string, taken: readonly string[]): string {
  if (!taken.includes(wanted)) return wanted;
  const numbers = Array.from({ length: taken.length }, (_, index) => `${wanted} ${index + 2}`);
  return numbers.find((name) => !taken.includes(name)) ?? wanted;
}
