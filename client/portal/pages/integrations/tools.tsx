import { Button, Menu } from '@mantine/core';
import {
  IconArrowsLeftRight,
  IconChevronDown,
  IconExternalLink,
  IconFileUpload,
  IconFilter,
  IconKey,
  IconPlayerPause,
  IconPlayerPlay,
  IconRefresh,
  IconSettings,
  IconTrash,
  IconUnlink,
} from '@tabler/icons-react';
import { useState } from 'react';
import type { Integration } from '../../api/integrations.js';
import { useMayWrite, useSession } from '../../api/session.js';
import { useText } from '../../app/text.js';
import { LinkButton, LinkItem } from '../../parts/links.js';
import { isLive, missingBefore, stepAddress } from '../connect/steps.js';
import type { IntegrationProps } from './integration-cards.js';
import { ToolDialog, type Tool } from './tool-dialogs.js';

const ICON = { size: 16, 'aria-hidden': true } as const;

/** What can be done with an integration now; what is dangerous says first what it would do. */
export function Tools(props: IntegrationProps) {
  const t = useText();
  const { programme, integration, isScheduled } = props;
  const { state } = integration;
  const mayWrite = useMayWrite(programme);
  const [tool, setTool] = useState<Tool | null>(null);
  return (
    <>
      <Menu position="bottom-end" width={250}>
        <Menu.Target>
          <Button variant="default" rightSection={<IconChevronDown {...ICON} />}>
            {t('connect.tools')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <EditItems programme={programme} integration={integration} />
          {mayWrite && isLive(integration) && <Menu.Divider />}
          {mayWrite && state === 'published' && (
            <Menu.Item leftSection={<IconPlayerPause {...ICON} />} onClick={() => setTool('pause')}>
              {t('connect.tool.pause')}
            </Menu.Item>
          )}
          {mayWrite && state === 'paused' && (
            <Menu.Item leftSection={<IconPlayerPlay {...ICON} />} onClick={() => setTool('resume')}>
              {t('connect.tool.resume')}
            </Menu.Item>
          )}
          {mayWrite && integration.seen !== null && state !== 'revoked' && (
            <Menu.Item
              c="var(--mantine-color-error)"
              leftSection={<IconUnlink {...ICON} />}
              onClick={() => setTool('revoke')}
            >
              {t('connect.tool.revoke')}
            </Menu.Item>
          )}
          {mayWrite && (
            <Menu.Item
              c="var(--mantine-color-error)"
              leftSection={<IconTrash {...ICON} />}
              onClick={() => setTool('remove')}
            >
              {t('connect.tool.remove')}
            </Menu.Item>
          )}
          <TemporalItem integration={integration} />
        </Menu.Dropdown>
      </Menu>
      {mayWrite && state === 'published' && !isScheduled && (
        <LinkButton leftSection={<IconFileUpload {...ICON} />} to={stepAddress(programme, integration.id, 'authorize')}>
          {t('connect.authorize.again.file')}
        </LinkButton>
      )}
      {mayWrite && state === 'published' && isScheduled && (
        <Button leftSection={<IconRefresh {...ICON} />} onClick={() => setTool('import')}>
          {t('connect.tool.import')}
        </Button>
      )}
      <ToolDialog {...props} tool={tool} onClose={() => setTool(null)} />
    </>
  );
}

function EditItems({ programme, integration }: { programme: string; integration: Integration }) {
  const t = useText();
  const at = (step: Parameters<typeof stepAddress>[2]) => stepAddress(programme, integration.id, step);
  const isOpen = (step: Parameters<typeof missingBefore>[0]) => missingBefore(step, integration) === null;
  return (
    <>
      <LinkItem to={at('setup')} leftSection={<IconSettings {...ICON} />}>
        {t('connect.setup.settings')}
      </LinkItem>
      {isOpen('mapping') && (
        <LinkItem to={at('mapping')} leftSection={<IconArrowsLeftRight {...ICON} />}>
          {t('connect.tool.mapping')}
        </LinkItem>
      )}
      {isOpen('segment') && (
        <LinkItem to={at('segment')} leftSection={<IconFilter {...ICON} />}>
          {t('connect.tool.segment')}
        </LinkItem>
      )}
      {isOpen('authorize') && (
        <LinkItem to={at('authorize')} leftSection={<IconKey {...ICON} />}>
          {t(
            integration.seen === null || integration.state === 'revoked'
              ? 'connect.step.authorize'
              : 'connect.page.replaceKey',
          )}
        </LinkItem>
      )}
    </>
  );
}

/** Operators alone are told where Temporal's pages are. */
function TemporalItem({ integration }: { integration: Integration }) {
  const t = useText();
  const { temporalUi } = useSession().links;
  if (temporalUi === null) return null;
  return (
    <>
      <Menu.Divider />
      <Menu.Item
        component="a"
        target="_blank"
        leftSection={<IconExternalLink {...ICON} />}
        href={`${temporalUi.replace(/\/$/, '')}/namespaces/default/workflows/${encodeURIComponent(`integration/${integration.id}`)}`}
      >
        {t('shell.temporal')}
      </Menu.Item>
    </>
  );
}
