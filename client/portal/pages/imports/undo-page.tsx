import { Alert, Button, Card, Group, Radio, Stack } from '@mantine/core';
import { IconPlayerPause } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { importQuery, undoImport, type Import, type ImportPlace } from '../../api/imports.js';
import { integrationQuery } from '../../api/integrations.js';
import { useMayWrite } from '../../api/session.js';
import { useText } from '../../app/text.js';
import { LinkButton } from '../../parts/links.js';
import { PageHead } from '../../parts/page-head.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
import { Trail } from '../../parts/trail.js';
import { Waiting } from '../../parts/waiting.js';
import { useImportTitle } from './import-title.js';
import { UndoPreview } from './undo-preview.js';

const route = getRouteApi('/signed-in/programmes/$programme/integrations/$integration/imports/$import/undo');

/** Before anything is put back: how much, and what exactly that would be. */
export function UndoPage() {
  const t = useText();
  const place = route.useParams();
  const { review } = route.useSearch();
  const run = useQuery(importQuery(place.programme, place.integration, place.import));
  const integration = useQuery(integrationQuery(place.programme, place.integration));
  const title = useImportTitle();
  const mayWrite = useMayWrite(place.programme);
  if (run.isError) return <ProblemAlert error={run.error} onRetry={() => void run.refetch()} />;
  if (run.isPending) return <Waiting />;
  const name = integration.data?.name ?? '';
  return (
    <>
      <PageHead
        title={t('decisions.undo.page')}
        text={t('decisions.undo.pageText', { import: title(run.data) })}
        above={<Trail place={place} name={name} import={title(run.data)} />}
      />
      <Stack gap="lg">
        <Alert color="blue" icon={<IconPlayerPause aria-hidden />} title={t('decisions.undo.pauses')}>
          {t('decisions.undo.pausesText')}
        </Alert>
        {mayWrite ? <Choice place={place} run={run.data} review={review} /> : null}
        {review !== undefined && <UndoPreview key={review} place={place} review={review} />}
      </Stack>
    </>
  );
}

function Choice({ place, run, review }: { place: ImportPlace; run: Import; review: string | undefined }) {
  const t = useText();
  const navigate = useNavigate();
  const { leaver, revoked, vanished } = run.counts;
  const removals = leaver + revoked + vanished;
  const [only, setOnly] = useState<'all' | 'removals'>(removals > 0 ? 'removals' : 'all');
  const look = useMutation({
    mutationFn: () => undoImport(place, { review: true, ...(only === 'removals' ? { only } : {}) }),
    onSuccess: async ({ id }) =>
      navigate({
        to: '/programmes/$programme/integrations/$integration/imports/$import/undo',
        params: place,
        search: { review: id },
        replace: true,
      }),
  });
  return (
    <Card component="section" aria-label={t('decisions.undo.what')}>
      <Stack>
        <Radio.Group
          label={t('decisions.undo.what')}
          value={only}
          onChange={(value) => setOnly(value === 'removals' ? 'removals' : 'all')}
        >
          <Stack gap="xs" mt="xs">
            <Radio
              value="removals"
              disabled={removals === 0}
              label={t('decisions.undo.removals', { count: removals })}
              description={t('decisions.undo.removalsText')}
            />
            <Radio value="all" label={t('decisions.undo.all')} description={t('decisions.undo.allText')} />
          </Stack>
        </Radio.Group>
        <ProblemAlert error={look.error} />
        <Group>
          <Button
            onClick={() => look.mutate()}
            loading={look.isPending}
            variant={review === undefined ? 'filled' : 'default'}
          >
            {t(review === undefined ? 'decisions.undo.preview' : 'decisions.undo.previewAgain')}
          </Button>
          <LinkButton
            to="/programmes/$programme/integrations/$integration/imports/$import"
            params={place}
            variant="default"
          >
            {t('decisions.decision.back')}
          </LinkButton>
        </Group>
      </Stack>
    </Card>
  );
}
