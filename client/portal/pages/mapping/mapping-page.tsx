import { Alert, Button, Card, Stack, Title } from '@mantine/core';
import { useCallbackRef } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { IconAlertCircle } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { memo, useMemo } from 'react';
import { Problem } from '../../api/fetch.js';
import { integrationQuery, type Integration } from '../../api/integrations.js';
import { fieldsQuery, saveMapping, suggestionsQuery, type Suggestion } from '../../api/mapping.js';
import { programmeQuery } from '../../api/programme.js';
import { providerQuery } from '../../api/providers.js';
import { startReview } from '../../api/reviews.js';
import { useMayWrite } from '../../api/session.js';
import type { Mapping } from '../../api/shapes.js';
import { useText } from '../../app/text.js';
import { LinkAnchor } from '../../parts/links.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
import { Waiting } from '../../parts/waiting.js';
import { isLive, stepAddress } from '../connect/steps.js';
import { WizardFoot, WizardFrame } from '../connect/wizard-frame.js';
import { CustomFields } from './custom-fields.js';
import { EditedMeanwhile, UnsavedNote, useAskForTheirs, useLeaveGuard } from './draft-notes.js';
import { MappingEditorProvider, type MappingEditor } from './editor.js';
import { FieldRow } from './field-row.js';
import { isSame, useKeptDraft, type KeptDraft } from './kept-draft.js';
import { mappingDifferences } from './differences.js';
import { faultsByField, FIELD_GROUPS, fromFault, fromOf, NOTHING_MAPPED } from './mapping-draft.js';
import { MappingResult, PreviewSummary, useMappingPreview } from './mapping-result.js';
import { MoreSettings } from './more-settings.js';
import { ProviderFields } from './provider-fields.js';
import { SuggestionBar } from './suggestions.js';
import classes from './mapping.module.css';

const route = getRouteApi('/signed-in/programmes/$programme/integrations/$integration/mapping');

export function MappingPage() {
  const t = useText();
  const place = route.useParams();
  return (
    <WizardFrame {...place} step="mapping" title={t('mapping.title')} text={t('mapping.text')}>
      {(integration) => <MappingStep key={integration.id} programme={place.programme} integration={integration} />}
    </WizardFrame>
  );
}

interface StepProps {
  readonly programme: string;
  readonly integration: Integration;
}

/** What the page is made of, before it is there. */
function MappingStep({ programme, integration }: StepProps) {
  const mayWrite = useMayWrite(programme);
  const fields = useQuery(fieldsQuery(programme, integration.id));
  const suggestions = useQuery({ ...suggestionsQuery(programme, integration.id), enabled: mayWrite });
  const settings = useQuery(programmeQuery(programme));
  const provider = useQuery(providerQuery(integration.provider));
  const failed = [fields, suggestions, settings, provider].find((query) => query.isError && query.data === undefined);
  if (failed !== undefined) return <ProblemAlert error={failed.error} onRetry={() => void failed.refetch()} />;
  if (!fields.data || !settings.data || provider.isPending || (mayWrite && !suggestions.data))
    return <Waiting lines={12} />;
  return (
    <MappingForm
      programme={programme}
      integration={integration}
      fields={fields.data}
      suggestions={suggestions.data ?? NONE}
      roles={settings.data.roles}
      provider={provider.data?.name ?? integration.name}
      mayWrite={mayWrite}
      customLocked={isLive(integration)}
    />
  );
}

const NONE: readonly Suggestion[] = [];

type FormProps = StepProps & Omit<MappingEditor, 'mapping' | 'change' | 'faults'>;

function MappingForm({ programme, integration, ...world }: FormProps) {
  const t = useText();
  const { fields, suggestions, roles, provider, mayWrite, customLocked } = world;
  const place = { programme, integration: integration.id };
  const kept = useKeptDraft<Mapping>(`rollcall.mapping.${integration.id}`, integration.mapping ?? NOTHING_MAPPED);
  const { draft: mapping, isDirty, theirs } = kept;
  const preview = useMappingPreview(place, mapping, mayWrite);
  const guard = useLeaveGuard(isDirty);
  const save = useSave(place, integration, kept, guard.allow);
  // What was wrong with the mapping before is not said of the next one.
  const afresh =
    <A extends readonly unknown[]>(change: (...given: A) => void) =>
    (...given: A) => {
      save.reset();
      change(...given);
    };
  const change = useCallbackRef(afresh(kept.change));
  const answered = preview.data?.ok === false ? preview.data.problem : null;
  const refused = save.error instanceof Problem ? save.error : null;
  const isTried = save.isError || save.isSuccess;
  const told = useMemo(() => [...(refused?.errors ?? []), ...(answered?.errors ?? [])], [refused, answered]);
  const faults = useMemo(() => {
    const found = faultsByField(mapping, told);
    found.delete('fields');
    if (isTried && fromOf(mapping, 'email') === null) found.set('email', t('mapping.emailMissing'));
    return found;
  }, [mapping, told, isTried, t]);
  const needsRuleField = fromOf(mapping, 'email') !== null && told.some(({ pointer }) => pointer === '/fields');
  const isToldAbove = refused !== null && (needsRuleField || faults.size > 0);
  const editor = useMemo(
    () => ({ fields, suggestions, roles, provider, mayWrite, customLocked, mapping, change, faults }),
    [fields, suggestions, roles, provider, mayWrite, customLocked, mapping, change, faults],
  );
  return (
    <MappingEditorProvider value={editor}>
      <SuggestionBar />
      {theirs !== null && (
        <EditedMeanwhile
          place={place}
          part="map"
          differences={mappingDifferences(theirs, mapping, t)}
          onKeepMine={afresh(kept.keepMine)}
          onTakeTheirs={afresh(kept.discard)}
        />
      )}
      <Fields />
      {mayWrite && (
        <Stack mt="lg">
          <MappingResult place={place} preview={preview} />
        </Stack>
      )}
      {needsRuleField && (
        <Alert color="red" role="alert" mt="lg" icon={<IconAlertCircle aria-hidden />}>
          {t('mapping.ruleNeeds')}{' '}
          <LinkAnchor to={stepAddress(programme, integration.id, 'segment')}>{t('segment.title')}</LinkAnchor>
        </Alert>
      )}
      <ProblemAlert error={isToldAbove ? null : save.error} />
      <div className={classes.bar}>
        <WizardFoot {...place} step="mapping">
          <PreviewSummary preview={preview} />
          {isDirty && <UnsavedNote onDiscard={afresh(kept.discard)} />}
          {mayWrite && (
            <Button loading={save.isPending} onClick={() => save.mutate(mapping)}>
              {t(isDirty || integration.mapping === null ? 'mapping.save' : 'mapping.continue')}
            </Button>
          )}
        </WizardFoot>
      </div>
      {guard.dialog}
    </MappingEditorProvider>
  );
}

/** They know the editor alone, so that an answer about the result does not draw some hundred parts anew. */
const Fields = memo(function Fields() {
  const t = useText();
  return (
    <div className={classes.columns}>
      <ProviderFields />
      <Stack gap="lg">
        {FIELD_GROUPS.map(({ id, members }) => (
          <Card key={id} p={0} component="section" aria-labelledby={`group-${id}`}>
            <Title order={2} size="h3" id={`group-${id}`} p="md">
              {t(`mapping.group.${id}`)}
            </Title>
            {members.map((member) => (
              <FieldRow key={member} member={member} />
            ))}
          </Card>
        ))}
        <CustomFields />
        <MoreSettings />
      </Stack>
    </div>
  );
});

/** What the page itself can see: it is not sent. */
class Incomplete extends Error {
  override readonly name = 'Incomplete';
}

function useSave(
  { programme, integration: id }: { programme: string; integration: string },
  integration: Integration,
  kept: KeptDraft<Mapping>,
  allow: () => void,
) {
  const t = useText();
  const client = useQueryClient();
  const navigate = useNavigate();
  const askForTheirs = useAskForTheirs(programme, id);
  return useMutation({
    mutationFn: async (mapping: Mapping) => {
      const wrong = firstWrong(mapping);
      if (wrong !== null) {
        document.getElementById(`field-${wrong}`)?.focus();
        throw new Incomplete(t(wrong === 'email' ? 'mapping.emailMissing' : 'mapping.fixFirst'));
      }
      if (!kept.isDirty && integration.mapping !== null) return integration;
      const now = await client.query({ ...integrationQuery(programme, id), staleTime: 0 });
      if (!isSame(now.mapping ?? NOTHING_MAPPED, kept.base)) throw new Incomplete(t('mapping.meanwhile.notSaved'));
      return saveMapping(programme, id, mapping, now.versions.mapping);
    },
    onSuccess: async (saved, mapping) => {
      const changed = saved !== integration;
      kept.saved(mapping);
      allow();
      client.setQueryData(integrationQuery(programme, id).queryKey, saved);
      if (changed) {
        notifications.show({ message: t('mapping.saved') });
        // By the time somebody has chosen who is included, the directory has been read. If not, that page asks for it.
        void startReview(programme, id).catch(() => null);
      }
      await client.invalidateQueries({ queryKey: ['segment-preview', programme, id] });
      await navigate({ to: stepAddress(programme, id, 'segment') });
    },
    onError: async (error, mapping) => {
      await askForTheirs(error);
      if (!(error instanceof Problem)) return;
      const [field] = faultsByField(mapping, error.errors).keys();
      if (field !== undefined) document.getElementById(`field-${field.replace('custom.', 'custom-')}`)?.focus();
    },
  });
}

function firstWrong(mapping: Mapping): string | null {
  if (fromOf(mapping, 'email') === null) return 'email';
  return mapping.fields.find(({ from }) => fromFault(from) !== null)?.member ?? null;
}
