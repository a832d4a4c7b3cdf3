import { List, Text, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import {
  credentialsQuery,
  importNow,
  memberCountQuery,
  pause,
  removeIntegration,
  resume,
  revoke,
} from '../../api/connecting.js';
import { integrationQuery, integrationsQuery, type Integration } from '../../api/integrations.js';
import { useText } from '../../app/text.js';
import { ConfirmDialog } from '../../parts/confirm-dialog.js';
import { isLive } from '../connect/steps.js';
import type { IntegrationProps } from './integration-cards.js';

export type Tool = 'import' | 'pause' | 'resume' | 'revoke' | 'remove';

interface ToolDialogProps extends IntegrationProps {
  readonly tool: Tool | null;
  readonly onClose: () => void;
}

/** What a tool will do, in numbers, before it does it; what it did is told by a notice. */
export function ToolDialog({ tool, ...props }: ToolDialogProps) {
  return tool === null ? null : <OpenDialog key={tool} tool={tool} {...props} />;
}

function OpenDialog({ tool, onClose, ...props }: ToolDialogProps & { tool: Tool }) {
  const t = useText();
  const [note, setNote] = useState('');
  const { programme, integration } = props;
  const consequences = useConsequences(props, tool);
  const run = useTool({ programme, integration, tool, note, onClose });
  const name = integration.name;
  return (
    <ConfirmDialog
      opened
      title={t(`connect.tool.${tool}.title`, { name })}
      action={t(`connect.tool.${tool}.action`)}
      isDanger={tool === 'revoke' || tool === 'remove'}
      isBusy={run.isPending}
      error={run.error}
      onConfirm={() => run.mutate()}
      onClose={onClose}
    >
      <List spacing="xs">
        {consequences.map((consequence) => (
          <List.Item key={consequence}>{consequence}</List.Item>
        ))}
      </List>
      {tool === 'pause' && (
        <Textarea
          label={t('connect.tool.pause.note')}
          description={t('connect.tool.pause.noteHelp')}
          maxLength={500}
          autosize
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
      )}
      {tool === 'remove' && isLive(integration) && <Text fw={600}>{t('connect.tool.remove.first')}</Text>}
    </ConfirmDialog>
  );
}

function useConsequences({ programme, integration, provider }: IntegrationProps, tool: Tool): string[] {
  const t = useText();
  const members = useQuery(memberCountQuery(programme, integration.id)).data ?? 0;
  const credentials = useQuery(credentialsQuery(programme)).data ?? [];
  const sharing = credentials.find(({ usedBy }) => usedBy.includes(integration.id))?.usedBy.length ?? 1;
  const runs = integration.lastImport?.state === 'running';
  const values = { members, provider, others: sharing - 1 };
  switch (tool) {
    case 'import':
      return [
        t(runs ? 'connect.tool.import.joins' : 'connect.tool.import.reads', values),
        t('connect.tool.import.limit'),
      ];
    case 'pause':
      return [
        t('connect.tool.pause.stops'),
        t('connect.tool.members.stay', values),
        ...(runs ? [t('connect.tool.pause.running')] : []),
      ];
    case 'resume':
      return [t('connect.tool.resume.starts'), t('connect.tool.resume.missed')];
    case 'revoke':
      return [
        t(sharing > 1 ? 'connect.tool.revoke.shared' : 'connect.tool.revoke.destroys', values),
        t('connect.tool.revoke.stops'),
        t('connect.tool.members.stay', values),
        ...(runs ? [t('connect.tool.revoke.running')] : []),
        t('connect.tool.revoke.back'),
      ];
    case 'remove':
      return [t('connect.tool.remove.gone'), t('connect.tool.remove.members', values)];
  }
}

interface ToolRun {
  readonly programme: string;
  readonly integration: Integration;
  readonly tool: Tool;
  readonly note: string;
  readonly onClose: () => void;
}

function useTool({ programme, integration, tool, note, onClose }: ToolRun) {
  const t = useText();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { id, name } = integration;
  return useMutation({
    mutationFn: async () => {
      switch (tool) {
        case 'import':
          return `${id}/imports/${(await importNow(programme, id)).id}`;
        case 'pause':
          return keep(await pause(programme, id, note));
        case 'resume':
          return keep(await resume(programme, id));
        case 'revoke':
          return keep(await revoke(programme, id));
        case 'remove':
          if (isLive(integration)) await revoke(programme, id);
          await removeIntegration(programme, id);
          return '';
      }
    },
    onSuccess: async (next) => {
      void client.invalidateQueries({ queryKey: integrationsQuery(programme).queryKey });
      notifications.show({ color: 'green', message: t(`connect.tool.${tool}.done`, { name }) });
      onClose();
      if (next !== null) await navigate({ to: `/programmes/${programme}/integrations/${next}`.replace(/\/$/, '') });
      if (tool === 'remove') client.removeQueries({ queryKey: integrationQuery(programme, id).queryKey });
    },
  });

  function keep(answer: Integration): null {
    client.setQueryData(integrationQuery(programme, id).queryKey, answer);
    return null;
  }
}
