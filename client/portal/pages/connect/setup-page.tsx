import { Accordion, Badge, Button, Card, Group, Stack, Title } from '@mantine/core';
import { useForm, type UseFormReturnType } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { setUp, type SetupBody } from '../../api/connecting.js';
import { integrationQuery, type Integration } from '../../api/integrations.js';
import { providerQuery, type Provider } from '../../api/providers.js';
import { useMayWrite, useProgramme } from '../../api/session.js';
import { useText } from '../../app/text.js';
import { LinkButton } from '../../parts/links.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
import { Waiting } from '../../parts/waiting.js';
import { EditedMeanwhile, useAskForTheirs } from '../mapping/draft-notes.js';
import { showFaults } from './faults.js';
import { setupDifferences } from './setup-differences.js';
import { DateFormatSelect, RecordTypeRadio, SetupPeople, SetupWelcome } from './setup-people.js';
import { SetupReports, SetupSafety } from './setup-safety.js';
import { SetupSchedule, ZoneSelect } from './setup-schedule.js';
import { SetupLeadDays } from './setup-lead-days.js';
import { ADVANCED, fieldOf, toBody, valuesOf, type SetupValues } from './setup-values.js';
import { isLive, nextStep, stepAddress } from './steps.js';
import { WizardFoot, WizardFrame } from './wizard-frame.js';

const route = getRouteApi('/signed-in/programmes/$programme/integrations/$integration/setup');

export type SetupForm = UseFormReturnType<SetupValues & Record<string, unknown>>;

export function SetupPage() {
  const t = useText();
  const { programme, integration: id } = route.useParams();
  return (
    <WizardFrame
      programme={programme}
      integration={id}
      step="setup"
      title={(integration) => t(isLive(integration) ? 'connect.setup.settings' : 'connect.step.setup')}
      text={t('connect.setup.text')}
    >
      {(integration) => <LoadedSetup programme={programme} integration={integration} />}
    </WizardFrame>
  );
}

function LoadedSetup({ programme, integration }: { programme: string; integration: Integration }) {
  const providers = useQuery(providerQuery(integration.provider));
  const zone = useProgramme(programme)?.timeZone;
  if (providers.isPending || zone === undefined) return <Waiting />;
  if (providers.data === null || providers.data === undefined) return <ProblemAlert error={providers.error} />;
  return <SetupFields programme={programme} integration={integration} provider={providers.data} zone={zone} />;
}

interface SetupFieldsProps {
  readonly programme: string;
  readonly integration: Integration;
  readonly provider: Provider;
  readonly zone: string;
}

function SetupFields({ programme, integration, provider, zone }: SetupFieldsProps) {
  const t = useText();
  const isReadOnly = !useMayWrite(programme);
  const form: SetupForm = useForm<SetupValues & Record<string, unknown>>({
    initialValues: { ...valuesOf(integration.setup, zone) },
  });
  const isScheduled = provider.authorization.kind !== 'upload';
  const live = isLive(integration);
  const { save, unplaced, isOpen, setOpen, seen, setSeen } = useSave({ programme, integration, form });
  const theirs = seen === integration.versions.setup ? null : valuesOf(integration.setup, zone);
  const people = integration.lastImport?.impact.membersAfter ?? integration.seen?.people ?? USUAL_PEOPLE;
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(toBody(values, isScheduled)))} noValidate>
      <Stack gap="lg">
        {theirs !== null && !save.isPending && (
          <EditedMeanwhile
            place={{ programme, integration: integration.id }}
            part="setUp"
            differences={setupDifferences(theirs, form.values, t)}
            onKeepMine={() => setSeen(integration.versions.setup)}
            onTakeTheirs={() => {
              form.setValues({ ...theirs });
              setSeen(integration.versions.setup);
            }}
          />
        )}
        {isScheduled && (
          <Section title={t('connect.setup.when')} when={live ? 'now' : null}>
            <SetupSchedule form={form} isReadOnly={isReadOnly} />
          </Section>
        )}
        <Section title={t('connect.setup.people')} when={live ? 'published' : null}>
          <SetupPeople form={form} isReadOnly={isReadOnly} />
          {provider.needsDateFormat && <DateFormatSelect form={form} isReadOnly={isReadOnly} />}
        </Section>
        <Section title={t('connect.setup.safety')} when={live ? 'now' : null}>
          <SetupSafety form={form} people={people} isReadOnly={isReadOnly} />
        </Section>
        <Section title={t('connect.setup.mails')} when={live ? 'now' : null}>
          <SetupWelcome form={form} isReadOnly={isReadOnly} />
          <SetupReports form={form} isReadOnly={isReadOnly} />
        </Section>
        <Accordion variant="contained" value={isOpen ? 'more' : null} onChange={(value) => setOpen(value === 'more')}>
          <Accordion.Item value="more">
            <Accordion.Control>{t('connect.setup.more')}</Accordion.Control>
            <Accordion.Panel>
              <Stack>
                {live && <WhenBadge when="published" />}
                <SetupLeadDays form={form} isReadOnly={isReadOnly} />
                <ZoneSelect
                  label={t('connect.setup.dataTimeZone')}
                  description={t('connect.setup.dataTimeZoneHelp')}
                  isReadOnly={isReadOnly}
                  isClearable
                  form={form}
                  field="dataTimeZone"
                />
                {!provider.needsDateFormat && <DateFormatSelect form={form} isReadOnly={isReadOnly} />}
                <RecordTypeRadio form={form} provider={provider} isReadOnly={isReadOnly} />
              </Stack>
            </Accordion.Panel>
          </Accordion.Item>
        </Accordion>
        {unplaced && <ProblemAlert error={save.error} />}
      </Stack>
      <WizardFoot programme={programme} integration={integration.id} step="setup">
        {isReadOnly ? (
          <Onward programme={programme} integration={integration} />
        ) : (
          <Button type="submit" loading={save.isPending}>
            {t(live ? 'connect.setup.save' : 'connect.setup.next')}
          </Button>
        )}
      </WizardFoot>
    </form>
  );
}

/** Before anybody was seen, the consequence is told for a company of this size. */
const USUAL_PEOPLE = 250;

function useSave({ programme, integration, form }: { programme: string; integration: Integration; form: SetupForm }) {
  const t = useText();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [unplaced, setUnplaced] = useState(false);
  const [isOpen, setOpen] = useState(false);
  /** The version that the form was filled with, or that somebody has looked at since. */
  const [seen, setSeen] = useState(integration.versions.setup);
  const { queryKey } = integrationQuery(programme, integration.id);
  const askForTheirs = useAskForTheirs(programme, integration.id);
  const save = useMutation({
    mutationFn: (body: SetupBody) => setUp(programme, integration.id, body, seen),
    onMutate: () => form.clearErrors(),
    onSuccess: async (saved) => {
      client.setQueryData(queryKey, saved);
      setSeen(saved.versions.setup);
      setUnplaced(false);
      if (isLive(saved)) {
        notifications.show({
          color: 'green',
          message: t(saved.unpublished ? 'connect.setup.savedDraft' : 'connect.setup.saved'),
        });
        return;
      }
      await navigate({ to: stepAddress(programme, saved.id, nextStep(saved)) });
    },
    onError: async (error) => {
      await askForTheirs(error);
      const { fields, isComplete } = showFaults(form, error, fieldOf);
      setUnplaced(!isComplete);
      if (fields.some((field) => ADVANCED.some((advanced) => advanced === field))) setOpen(true);
    },
  });
  return { save, unplaced, isOpen, setOpen, seen, setSeen };
}

function Section({ title, when, children }: { title: string; when: 'now' | 'published' | null; children: ReactNode }) {
  return (
    <Card component="section" aria-label={title}>
      <Stack>
        <Group justify="space-between">
          <Title order={2}>{title}</Title>
          {when !== null && <WhenBadge when={when} />}
        </Group>
        {children}
      </Stack>
    </Card>
  );
}

function WhenBadge({ when }: { when: 'now' | 'published' }) {
  const t = useText();
  return (
    <Badge variant="light" color={when === 'now' ? 'green' : 'blue'} tt="none" radius="sm">
      {t(`connect.setup.when.${when}`)}
    </Badge>
  );
}

function Onward({ programme, integration }: { programme: string; integration: Integration }) {
  const t = useText();
  return (
    <LinkButton to={stepAddress(programme, integration.id, 'authorize')}>
      {t('connect.onward', { step: t('connect.step.authorize') })}
    </LinkButton>
  );
}
