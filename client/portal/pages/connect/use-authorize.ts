import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { authorize, credentialsQuery, fieldsQuery } from '../../api/connecting.js';
import { integrationQuery, integrationsQuery, type Integration } from '../../api/integrations.js';
import { useText } from '../../app/text.js';

/** Probes what was given at the real HR system, and keeps what it saw. */
export function useAuthorize(programme: string, integration: string, provider: string) {
  const t = useText();
  const keep = useKeepAccess(programme);
  return useMutation({
    mutationFn: (body: Readonly<Record<string, string>>) => authorize(programme, integration, body),
    onSuccess: (authorized) => {
      keep(authorized);
      notifications.show({ color: 'green', message: t('connect.authorize.done', { provider }) });
    },
  });
}

/** What was known of another account's fields is known no more. */
export function useKeepAccess(programme: string): (integration: Integration) => void {
  const client = useQueryClient();
  return (integration) => {
    client.setQueryData(integrationQuery(programme, integration.id).queryKey, integration);
    for (const { queryKey } of [
      fieldsQuery(programme, integration.id),
      credentialsQuery(programme),
      integrationsQuery(programme),
    ]) {
      void client.invalidateQueries({ queryKey });
    }
  };
}
