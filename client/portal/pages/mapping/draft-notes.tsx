import { Alert, Button, Group, List, Modal, Stack, Text } from '@mantine/core';
import { IconUsersGroup } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useBlocker } from '@tanstack/react-router';
import { useRef, type ReactNode } from 'react';
import { lastSavedQuery } from '../../api/audit-log.js';
import { Problem } from '../../api/fetch.js';
import { integrationQuery } from '../../api/integrations.js';
import { useText, Words } from '../../app/text.js';
import { Moment } from '../../parts/moment.js';

interface EditedMeanwhileProps {
  readonly place: { readonly programme: string; readonly integration: string };
  readonly part: 'setUp' | 'map' | 'segment';
  /** What they have changed, one sentence each. */
  readonly differences: readonly string[];
  readonly onKeepMine: () => void;
  readonly onTakeTheirs: () => void;
}

/** Somebody else has saved while one was editing: neither loses their work without being asked. */
export function EditedMeanwhile({ place, part, differences, onKeepMine, onTakeTheirs }: EditedMeanwhileProps) {
  const t = useText();
  const { data: last } = useQuery(lastSavedQuery(place.programme, place.integration, part));
  return (
    <Alert
      color="orange"
      role="alert"
      mb="lg"
      icon={<IconUsersGroup aria-hidden />}
      title={t('mapping.meanwhile.title')}
    >
      <Stack gap="sm" align="flex-start">
        {last && (
          <Text size="sm">
            <Words id="mapping.meanwhile.who" values={{ name: last.actor.name, at: <Moment at={last.at} /> }} />
          </Text>
        )}
        <Text size="sm">{t('mapping.meanwhile.text')}</Text>
        {differences.length > 0 && (
          <List size="sm">
            {differences.map((difference) => (
              <List.Item key={difference}>{difference}</List.Item>
            ))}
          </List>
        )}
        <Group gap="sm">
          <Button size="xs" variant="default" onClick={onTakeTheirs}>
            {t('mapping.meanwhile.theirs')}
          </Button>
          <Button size="xs" variant="default" onClick={onKeepMine}>
            {t('mapping.meanwhile.mine')}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}

/** A save that was refused because of somebody else's asks for theirs, which the page then shows; what was typed stays. */
export function useAskForTheirs(programme: string, integration: string): (error: unknown) => Promise<void> {
  const client = useQueryClient();
  return async (error) => {
    if (error instanceof Problem && error.code === 'changed-meanwhile')
      await client.invalidateQueries(integrationQuery(programme, integration));
  };
}

export function UnsavedNote({ onDiscard }: { onDiscard: () => void }) {
  const t = useText();
  return (
    <>
      <Text size="sm" c="dimmed" role="status">
        {t('mapping.unsaved')}
      </Text>
      <Button variant="subtle" color="gray" onClick={onDiscard}>
        {t('mapping.discard')}
      </Button>
    </>
  );
}

interface LeaveGuard {
  /** The next leaving is meant. */
  readonly allow: () => void;
  readonly dialog: ReactNode;
}

/** Asks before a page with unsaved edits is left. They stay in the tab all the same, so a reload needs no question. */
export function useLeaveGuard(isDirty: boolean): LeaveGuard {
  const t = useText();
  const isMeant = useRef(false);
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: ({ current, next }) => isDirty && !isMeant.current && current.pathname !== next.pathname,
    enableBeforeUnload: false,
    withResolver: true,
  });
  const dialog = (
    <Modal
      opened={status === 'blocked'}
      onClose={() => reset?.()}
      title={t('mapping.leave.title')}
      closeButtonProps={{ 'aria-label': t('shell.close') }}
    >
      <Stack>
        <Text size="sm">{t('mapping.leave.text')}</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={() => proceed?.()}>
            {t('mapping.leave.go')}
          </Button>
          <Button onClick={() => reset?.()}>{t('mapping.leave.stay')}</Button>
        </Group>
      </Stack>
    </Modal>
  );
  return {
    allow: () => {
      isMeant.current = true;
    },
    dialog,
  };
}
