import { Badge, Button, Card, Group, Stack, Text, ThemeIcon } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDeviceDesktop, IconDeviceMobile } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { endSession, sessionsQuery, type SessionItem } from '../../api/session.js';
import { useText, Words } from '../../app/text.js';
import { Moment } from '../../parts/moment.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
import { SectionHead } from '../../parts/section-head.js';
import { Waiting } from '../../parts/waiting.js';
import { deviceOf } from './device.js';

const PHONES = ['iPhone', 'iPad', 'Android'];

/** Where one is signed in; what one does not know is signed out here. */
export function SessionsSection() {
  const t = useText();
  const queries = useQueryClient();
  const sessions = useQuery(sessionsQuery);
  const others = sessions.data?.filter(({ current }) => !current) ?? [];
  const end = useMutation({
    mutationFn: (ids: readonly string[]) => Promise.all(ids.map(endSession)),
    onSuccess: (_, ids) => notifications.show({ message: t('admin.sessions.ended', { count: ids.length }) }),
    onSettled: () => queries.invalidateQueries(sessionsQuery),
  });
  return (
    <Card>
      <Stack>
        <SectionHead title={t('admin.sessions')} text={t('admin.sessions.text')}>
          {others.length > 1 && (
            <Button variant="default" loading={end.isPending} onClick={() => end.mutate(others.map(({ id }) => id))}>
              {t('admin.sessions.endOthers')}
            </Button>
          )}
        </SectionHead>
        {sessions.isPending && <Waiting lines={2} />}
        <ProblemAlert error={sessions.error} onRetry={() => void sessions.refetch()} />
        <ProblemAlert error={end.error} />
        {sessions.data?.map((session) => (
          <Session key={session.id} session={session} isBusy={end.isPending} onEnd={() => end.mutate([session.id])} />
        ))}
      </Stack>
    </Card>
  );
}

function Session({ session, isBusy, onEnd }: { session: SessionItem; isBusy: boolean; onEnd: () => void }) {
  const t = useText();
  const name = useDeviceName(session.userAgent);
  const isPhone = PHONES.includes(deviceOf(session.userAgent).system ?? '');
  return (
    <Group justify="space-between">
      <Group gap="sm" wrap="nowrap" flex="1 1 14rem">
        <ThemeIcon variant="light" color="gray" size="lg" aria-hidden>
          {isPhone ? <IconDeviceMobile size={18} /> : <IconDeviceDesktop size={18} />}
        </ThemeIcon>
        <Stack gap={0}>
          <Group gap="xs">
            <Text size="sm" fw={600}>
              {name}
            </Text>
            {session.current && (
              <Badge variant="light" size="sm" tt="none">
                {t('admin.sessions.current')}
              </Badge>
            )}
          </Group>
          <Text size="sm" c="dimmed">
            <Words
              id="admin.sessions.times"
              values={{ begun: <Moment at={session.createdAt} />, seen: <Moment at={session.lastSeenAt} /> }}
            />
          </Text>
        </Stack>
      </Group>
      {!session.current && (
        <Button
          size="xs"
          variant="default"
          disabled={isBusy}
          onClick={onEnd}
          aria-label={t('admin.sessions.endNamed', { name })}
        >
          {t('admin.sessions.end')}
        </Button>
      )}
    </Group>
  );
}

function useDeviceName(userAgent: string | null): string {
  const t = useText();
  const { browser, system } = deviceOf(userAgent);
  if (browser === null && system === null) return t('admin.device.unknown');
  if (browser === null || system === null) return browser ?? system ?? '';
  return t('admin.device', { browser, system });
}
