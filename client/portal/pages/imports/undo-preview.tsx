import { Alert, Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { IconArrowBackUp } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useIntl } from 'react-intl';
import { undoImport, type ChangeKind, type Import, type ImportPlace } from '../../api/imports.js';
import { useMayWrite } from '../../api/session.js';
import { useText } from '../../app/text.js';
import { ConfirmDialog } from '../../parts/confirm-dialog.js';
import { TOLD } from '../../parts/import-words.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
import { Waiting } from '../../parts/waiting.js';
import { Changes } from './changes.js';
import { useFollowedImport } from './follow-import.js';
import { Problems } from './problems.js';
import { RunningImport } from './running-import.js';

/** What an undo would put back, by the same engine that would do it; and the button that does it. */
export function UndoPreview({ place, review }: { place: ImportPlace; review: string }) {
  const at = { ...place, import: review };
  const { query, isLost } = useFollowedImport(at);
  const [kind, setKind] = useState<ChangeKind | null>(null);
  const { data: run } = query;
  if (run === undefined) {
    return query.isError ? <ProblemAlert error={query.error} onRetry={() => void query.refetch()} /> : <Waiting />;
  }
  if (run.endedAt === null) {
    return <RunningImport place={at} run={run} lostSince={isLost ? query.dataUpdatedAt : null} />;
  }
  return (
    <>
      <Verdict place={place} run={run} />
      {run.counts.error > 0 && <Problems place={at} run={run} />}
      <Changes place={at} run={run} kind={kind} onKind={setKind} />
    </>
  );
}

function Verdict({ place, run }: { place: ImportPlace; run: Import }) {
  const t = useText();
  const intl = useIntl();
  const mayWrite = useMayWrite(place.programme);
  const acts = TOLD.filter((kind) => run.counts[kind] > 0).map((kind) =>
    t(`imports.done.${kind}`, { count: run.counts[kind] }),
  );
  if (run.failure !== null) return <Alert color="red">{run.failure.detail}</Alert>;
  return (
    <Card component="section" aria-labelledby="verdict">
      <Stack gap="sm">
        <Title order={2} id="verdict">
          {t('decisions.undo.verdict')}
        </Title>
        <Text>
          {acts.length === 0 ? t('decisions.undo.nothing') : t('imports.story.would', { acts: intl.formatList(acts) })}
        </Text>
        {run.counts.error > 0 && <Text>{t('decisions.undo.later', { count: run.counts.error })}</Text>}
        {run.held !== null && <Text>{t('decisions.undo.held', { count: run.held.count })}</Text>}
        {acts.length > 0 && mayWrite && <UndoNow place={place} run={run} />}
      </Stack>
    </Card>
  );
}

function UndoNow({ place, run }: { place: ImportPlace; run: Import }) {
  const t = useText();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [isOpen, { open, close }] = useDisclosure();
  const undo = useMutation({
    mutationFn: () =>
      undoImport(place, {
        ...(run.undo?.only === 'removals' ? { only: 'removals' } : {}),
        ...(run.held === null ? {} : { planDigest: run.held.planDigest }),
      }),
    onSuccess: async ({ id }) => {
      void client.invalidateQueries({ queryKey: ['integration', place.programme, place.integration] });
      void client.invalidateQueries({ queryKey: ['imports', place.programme, place.integration] });
      void client.invalidateQueries({ queryKey: ['import', place.programme, place.integration] });
      notifications.show({ message: t('decisions.undo.started') });
      await navigate({
        to: '/programmes/$programme/integrations/$integration/imports/$import',
        params: { ...place, import: id },
      });
    },
  });
  return (
    <Group>
      <Button leftSection={<IconArrowBackUp size={16} aria-hidden />} onClick={open}>
        {t('decisions.undo.button')}
      </Button>
      <ConfirmDialog
        opened={isOpen}
        title={t('decisions.undo.confirm')}
        action={t('decisions.undo.button')}
        isDanger
        isBusy={undo.isPending}
        error={undo.error}
        onConfirm={() => undo.mutate()}
        onClose={close}
      >
        <Text>{t('decisions.undo.confirmText')}</Text>
      </ConfirmDialog>
    </Group>
  );
}
