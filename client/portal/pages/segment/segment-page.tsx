import { Button, Card, Radio, Stack, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Problem } from '../../api/fetch.js';
import { integrationQuery, type Integration } from '../../api/integrations.js';
import { fieldsQuery } from '../../api/mapping.js';
import { providerQuery } from '../../api/providers.js';
import { startReview } from '../../api/reviews.js';
import { saveSegment } from '../../api/segment.js';
import { useMayWrite } from '../../api/session.js';
import type { Segment } from '../../api/shapes.js';
import { useText } from '../../app/text.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
import { Waiting } from '../../parts/waiting.js';
import { stepAddress } from '../connect/steps.js';
import { WizardFoot, WizardFrame } from '../connect/wizard-frame.js';
import { segmentDifferences } from '../mapping/differences.js';
import { EditedMeanwhile, UnsavedNote, useAskForTheirs, useLeaveGuard } from '../mapping/draft-notes.js';
import { isSame } from '../mapping/kept-draft.js';
import { RuleBuilder } from './rule-builder.js';
import { ruleWords } from './rule-words.js';
import { SegmentCounts, useSegmentPreview } from './segment-counts.js';
import { SegmentEditorProvider, type SegmentEditor } from './segment-editor.js';
import { EVERYBODY, useSegmentForm, WAYS, type SegmentForm } from './segment-form.js';
import { SimpleSegment } from './simple-segment.js';
import classes from './segment.module.css';

const route = getRouteApi('/signed-in/programmes/$programme/integrations/$integration/segment');

export function SegmentPage() {
  const t = useText();
  const place = route.useParams();
  return (
    <WizardFrame {...place} step="segment" title={t('segment.title')} text={t('segment.text')}>
      {(integration) => <SegmentStep key={integration.id} programme={place.programme} integration={integration} />}
    </WizardFrame>
  );
}

function SegmentStep({ programme, integration }: { programme: string; integration: Integration }) {
  const mayWrite = useMayWrite(programme);
  const fields = useQuery(fieldsQuery(programme, integration.id));
  const provider = useQuery(providerQuery(integration.provider));
  const failed = [fields, provider].find((query) => query.isError && query.data === undefined);
  if (failed !== undefined) return <ProblemAlert error={failed.error} onRetry={() => void failed.refetch()} />;
  if (fields.data === undefined || provider.isPending) return <Waiting lines={8} />;
  const world = {
    programme,
    integration,
    provider: provider.data?.name ?? integration.name,
    fields: fields.data,
    mayWrite,
  };
  return <SegmentPageForm world={world} />;
}

function SegmentPageForm({ world }: { world: Omit<SegmentEditor, 'faults'> }) {
  const t = useText();
  const { programme, integration, mayWrite } = world;
  const place = { programme, integration: integration.id };
  const form = useSegmentForm(integration, mayWrite);
  const preview = useSegmentPreview(place, form.segment, mayWrite && form.missing === null);
  const guard = useLeaveGuard(form.kept.isDirty);
  const save = useSave(world, form, guard.allow);
  const edited = afresh(form, save.reset);
  const answered = preview.data?.ok === false && preview.data.problem.status === 422 ? preview.data.problem.errors : [];
  const refused = save.error instanceof Problem ? save.error.errors : [];
  const isShownAtFields = refused.some(({ pointer }) => pointer.startsWith('/rule/'));
  const custom = integration.mapping?.custom ?? [];
  return (
    <SegmentEditorProvider value={{ ...world, faults: [...refused, ...answered] }}>
      {form.kept.theirs !== null && (
        <EditedMeanwhile
          place={place}
          part="segment"
          differences={segmentDifferences(form.kept.theirs, form.segment, t, (rule) => ruleWords(rule, custom, t))}
          onKeepMine={edited.keepMine}
          onTakeTheirs={edited.discard}
        />
      )}
      <div className={classes.columns}>
        <Stack gap="lg">
          <WhoIsIn form={edited} isTried={save.isError} />
          <WhatOfOthers form={edited} />
        </Stack>
        <SegmentCounts place={place} form={edited} preview={preview} />
      </div>
      {save.isError && !isShownAtFields && (
        <Stack mt="lg">
          <ProblemAlert error={save.error} />
        </Stack>
      )}
      <WizardFoot {...place} step="segment">
        {form.kept.isDirty && <UnsavedNote onDiscard={edited.discard} />}
        {mayWrite && (
          <Button loading={save.isPending} onClick={() => save.mutate(form.segment)}>
            {t(form.kept.isDirty || form.missing !== null ? 'mapping.save' : 'mapping.continue')}
          </Button>
        )}
      </WizardFoot>
      {guard.dialog}
    </SegmentEditorProvider>
  );
}

/** What was wrong before is not said of what is chosen next. */
function afresh(form: SegmentForm, forget: () => void): SegmentForm {
  const first =
    <A extends readonly unknown[]>(change: (...given: A) => void) =>
    (...given: A) => {
      forget();
      change(...given);
    };
  return {
    ...form,
    choose: first(form.choose),
    changeLine: first(form.changeLine),
    changeTree: first(form.changeTree),
    setOutside: first(form.setOutside),
    keepMine: first(form.keepMine),
    discard: first(form.discard),
  };
}

function WhoIsIn({ form, isTried }: { form: SegmentForm; isTried: boolean }) {
  const t = useText();
  return (
    <Card component="section" aria-labelledby="who">
      <Title order={2} size="h3" id="who" mb="sm">
        {t('segment.who')}
      </Title>
      <Radio.Group value={form.way} onChange={(way) => form.choose(way)} aria-labelledby="who">
        <Stack gap="sm">
          {WAYS.map((way) => (
            <Radio
              key={way}
              value={way}
              disabled={!form.mayWrite}
              label={t(`segment.way.${way}`)}
              description={t(`segment.way.${way}.text`)}
            />
          ))}
        </Stack>
      </Radio.Group>
      {form.way === 'simple' && <SimpleSegment line={form.line} isTried={isTried} onChange={form.changeLine} />}
      {form.way === 'rule' && (
        <Stack mt="md" gap="md">
          <RuleBuilder tree={form.tree} onChange={form.changeTree} />
          {form.segment.rule !== null && (
            <div>
              <Text size="sm" fw={500} mb={4}>
                {t('segment.inWords')}
              </Text>
              <blockquote className={classes.words} role="status">
                <Text size="sm">{ruleWords(form.segment.rule, form.custom, t)}</Text>
              </blockquote>
            </div>
          )}
        </Stack>
      )}
    </Card>
  );
}

function WhatOfOthers({ form }: { form: SegmentForm }) {
  const t = useText();
  return (
    <Card component="section" aria-labelledby="others">
      <Title order={2} size="h3" id="others" mb="xs">
        {t('segment.others')}
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        {t('segment.others.text')}
      </Text>
      <Radio.Group
        value={form.segment.outside}
        aria-labelledby="others"
        onChange={(outside) => form.setOutside(outside)}
      >
        <Stack gap="sm">
          {(['revoke', 'leave-alone'] as const).map((outside) => (
            <Radio
              key={outside}
              value={outside}
              disabled={!form.mayWrite}
              label={t(`segment.outside.${outside}`)}
              description={t(`segment.outside.${outside}.text`)}
            />
          ))}
        </Stack>
      </Radio.Group>
    </Card>
  );
}

class Incomplete extends Error {
  override readonly name = 'Incomplete';
}

function useSave({ programme, integration }: Omit<SegmentEditor, 'faults'>, form: SegmentForm, allow: () => void) {
  const t = useText();
  const client = useQueryClient();
  const navigate = useNavigate();
  const askForTheirs = useAskForTheirs(programme, integration.id);
  return useMutation({
    mutationFn: async (segment: Segment) => {
      if (form.missing !== null) {
        document.getElementById(form.missing)?.focus();
        throw new Incomplete(t(form.way === 'simple' ? 'segment.noValues' : 'segment.lineEmpty'));
      }
      if (!form.kept.isDirty) return integration;
      const now = await client.query({ ...integrationQuery(programme, integration.id), staleTime: 0 });
      if (!isSame(now.segment ?? EVERYBODY, form.kept.base)) throw new Incomplete(t('mapping.meanwhile.notSaved'));
      return saveSegment(programme, integration.id, segment, now.versions.segment);
    },
    onSuccess: async (saved) => {
      form.kept.saved(form.segment);
      allow();
      client.setQueryData(integrationQuery(programme, integration.id).queryKey, saved);
      if (saved !== integration) {
        notifications.show({ message: t('segment.saved') });
        // The next page shows what it comes to; if this fails, that page begins it itself.
        await startReview(programme, integration.id).catch(() => null);
        await client.invalidateQueries({ queryKey: ['review', programme, integration.id] });
      }
      await navigate({ to: stepAddress(programme, integration.id, 'review') });
    },
    onError: askForTheirs,
  });
}
