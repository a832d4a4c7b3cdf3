import { Alert, Box, Group, Text } from '@mantine/core';
import { IconLock, IconPencil } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { integrationQuery, type Integration } from '../../api/integrations.js';
import { useText } from '../../app/text.js';
import { EmptyState } from '../../parts/empty-state.js';
import { LinkButton } from '../../parts/links.js';
import { PageHead } from '../../parts/page-head.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
import { Trail } from '../../parts/trail.js';
import { Waiting } from '../../parts/waiting.js';
import { ProgressRail } from './progress-rail.js';
import { isLive, missingBefore, stepAddress, STEPS, type Step } from './steps.js';

interface WizardFrameProps {
  readonly programme: string;
  readonly integration: string;
  readonly step: Step;
  readonly title: string | ((integration: Integration) => string);
  readonly text?: ReactNode;
  /** The page of the step, once it may be gone to. */
  readonly children: (integration: Integration) => ReactNode;
}

/** What every step of connecting stands in: where one is, what is done, what is still locked, and the way out. */
export function WizardFrame({ programme, integration: id, step, title, text, children }: WizardFrameProps) {
  const integration = useQuery(integrationQuery(programme, id));
  if (integration.isPending) return <Waiting />;
  if (integration.data === undefined) {
    return <ProblemAlert error={integration.error} onRetry={() => void integration.refetch()} />;
  }
  const missing = missingBefore(step, integration.data);
  return (
    <>
      <Box mb="md">
        <Trail place={{ programme, integration: id }} name={integration.data.name} />
      </Box>
      <ProgressRail programme={programme} integration={integration.data} present={step} />
      <PageHead key={step} title={typeof title === 'string' ? title : title(integration.data)} text={text} takesFocus />
      {missing === null ? (
        <>
          <LiveNote programme={programme} integration={integration.data} step={step} />
          {children(integration.data)}
        </>
      ) : (
        <Locked programme={programme} integration={id} missing={missing} />
      )}
    </>
  );
}

interface WizardFootProps {
  readonly programme: string;
  readonly integration: string;
  readonly step: Step;
  readonly children?: ReactNode;
}

/** The foot of a step: the way back at the left, what the step does at the right. */
export function WizardFoot({ programme, integration, step, children }: WizardFootProps) {
  const t = useText();
  const before = STEPS[STEPS.indexOf(step) - 1];
  return (
    <Group justify="space-between" mt="xl" gap="md">
      <LinkButton
        variant="default"
        to={
          before === undefined
            ? `/programmes/${programme}/integrations/${integration}`
            : stepAddress(programme, integration, before)
        }
      >
        {t('connect.back')}
      </LinkButton>
      <Group gap="sm" justify="flex-end" ml="auto">
        {children}
      </Group>
    </Group>
  );
}

function LiveNote({ programme, integration, step }: { programme: string; integration: Integration; step: Step }) {
  const t = useText();
  if (!isLive(integration) || step === 'review' || step === 'authorize') return null;
  return (
    <Alert color="blue" mb="lg" icon={<IconPencil aria-hidden />}>
      <Group justify="space-between" gap="sm">
        <Text size="sm" maw="46rem">
          {t(
            integration.unpublished
              ? 'connect.live.unpublished'
              : step === 'setup'
                ? 'connect.live.setup'
                : 'connect.live.note',
          )}
        </Text>
        {integration.unpublished && (
          <LinkButton size="xs" to={stepAddress(programme, integration.id, 'review')}>
            {t('connect.live.review')}
          </LinkButton>
        )}
      </Group>
    </Alert>
  );
}

interface LockedProps {
  readonly programme: string;
  readonly integration: string;
  readonly missing: NonNullable<ReturnType<typeof missingBefore>>;
}

function Locked({ programme, integration, missing }: LockedProps) {
  const t = useText();
  return (
    <EmptyState
      icon={<IconLock />}
      title={t('connect.locked.title')}
      text={t(`connect.locked.${missing}`)}
      action={
        <LinkButton to={stepAddress(programme, integration, missing)}>
          {t('connect.locked.go', { step: t(`connect.step.${missing}`) })}
        </LinkButton>
      }
    />
  );
}
