import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { importQuery, startImport } from '../../api/imports.js';
import { useMayWrite } from '../../api/session.js';
import { useText } from '../../app/text.js';
import { useSentence } from '../../parts/problem-alert.js';

/** Starts an import and leads to its page; where one runs already, to that one, and says so. */
export function ImportNow({ programme, integration }: { programme: string; integration: string }) {
  const t = useText();
  const client = useQueryClient();
  const navigate = useNavigate();
  const sentence = useSentence();
  const mayWrite = useMayWrite(programme);
  const start = useMutation({
    mutationFn: () => startImport(programme, integration),
    onSuccess: async ({ joined, ...run }) => {
      client.setQueryData(importQuery(programme, integration, run.id).queryKey, run);
      void client.invalidateQueries({ queryKey: ['imports', programme, integration] });
      notifications.show({ message: t(joined ? 'imports.now.joined' : 'imports.now.started') });
      await navigate({
        to: '/programmes/$programme/integrations/$integration/imports/$import',
        params: { programme, integration, import: run.id },
      });
    },
    onError: (error) => {
      notifications.show({
        color: 'red',
        title: t('imports.now.refused'),
        message: sentence(error),
        autoClose: 15_000,
      });
    },
  });
  if (!mayWrite) return null;
  return (
    <Button
      leftSection={<IconPlayerPlay size={16} aria-hidden />}
      loading={start.isPending}
      onClick={() => start.mutate()}
    >
      {t('imports.now.button')}
    </Button>
  );
}
