import { Alert, Card, List, Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconAlertCircle, IconHandStop, IconShieldCheck, IconShieldQuestion } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { outcomesQuery, type ChangeKind, type Import, type ImportPlace } from '../../api/imports.js';
import { useMayWrite } from '../../api/session.js';
import { useText } from '../../app/text.js';
import { LinkButton } from '../../parts/links.js';
import { stepAddress, type Step } from '../connect/steps.js';
import { Changes } from './changes.js';
import { Counts } from './counts.js';
import { DetailsDeleted } from './details-deleted.js';
import { Problems } from './problems.js';
import { useStory } from './story.js';
import { UndoCard } from './undo-card.js';
import { UnsentInvitations } from './unsent-invitations.js';

/** Those for which it is known what helps. */
const CODES = [
  'authorization-lost',
  'insufficient-scope',
  'provider-unavailable',
  'provider-contract',
  'rate-limited',
  'mapping-invalid',
  'directory-empty',
  'interrupted',
  'cancelled-by-revoke',
] as const;

/** The step of connecting on which somebody can do something about it. */
const MENDED_AT: ReadonlyMap<string, Step> = new Map([
  ['authorization-lost', 'authorize'],
  ['insufficient-scope', 'authorize'],
  ['cancelled-by-revoke', 'authorize'],
  ['mapping-invalid', 'mapping'],
]);

interface EndedImportProps {
  readonly place: ImportPlace;
  readonly run: Import;
  readonly name: string;
}

/** What an import has done: first in words and what is left to do, then in numbers, then person by person. */
export function EndedImport({ place, run, name }: EndedImportProps) {
  const outcomes = useQuery(outcomesQuery(place));
  const [kind, setKind] = useState<ChangeKind | null>(null);
  const { counts } = run;
  return (
    <>
      <Failure place={place} run={run} />
      <Decision place={place} run={run} />
      <DetailsDeleted run={run} />
      <Story run={run} name={name} outcomes={outcomes.data ?? null} />
      <Counts run={run} chosen={kind} onChoose={setKind} />
      {run.detailsDeletedAt === null && counts.error + counts.warnings > 0 && <Problems place={place} run={run} />}
      <UnsentInvitations place={place} />
      <UndoCard place={place} run={run} />
      <Changes place={place} run={run} kind={kind} onKind={setKind} />
    </>
  );
}

function Story({ run, name, outcomes }: { run: Import; name: string; outcomes: Parameters<typeof useStory>[2] }) {
  const t = useText();
  const { sentences, proof } = useStory(run, name, outcomes);
  return (
    <Card component="section" aria-labelledby="story">
      <Title order={2} id="story" mb="xs">
        {t('imports.story.title')}
      </Title>
      <Stack gap="xs" maw="46rem">
        {outcomes === null && <Skeleton height={24} width="60%" />}
        {sentences.map((sentence) => (
          <Text key={sentence}>{sentence}</Text>
        ))}
        {proof !== null && (
          <List
            icon={
              proof.proven ? <IconShieldCheck size={20} aria-hidden /> : <IconShieldQuestion size={20} aria-hidden />
            }
            c="dimmed"
            size="sm"
          >
            <List.Item>{proof.text}</List.Item>
          </List>
        )}
      </Stack>
    </Card>
  );
}

function Failure({ place, run: { failure, state } }: EndedPlace) {
  const t = useText();
  const mayWrite = useMayWrite(place.programme);
  if (failure === null || state === 'cancelled') return null;
  const step = mayWrite ? (MENDED_AT.get(failure.code) ?? null) : null;
  return (
    <Alert color="red" icon={<IconAlertCircle aria-hidden />} title={t('imports.failure.title')}>
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{failure.detail}</Text>
        <Text size="sm">{t(`imports.failure.${CODES.find((code) => code === failure.code) ?? 'other'}`)}</Text>
        {step !== null && (
          <LinkButton size="xs" to={stepAddress(place.programme, place.integration, step)}>
            {t('connect.locked.go', { step: t(`connect.step.${step}`) })}
          </LinkButton>
        )}
      </Stack>
    </Alert>
  );
}

/** People wait for an answer: nothing on the page matters more. */
function Decision({ place: { programme, integration }, run: { held } }: EndedPlace) {
  const t = useText();
  if (held?.question === null || held === null || held.decision === 'superseded') return null;
  const isOpen = held.decision === null;
  const address = `/programmes/${programme}/integrations/${integration}/imports/${held.question}/decision`;
  return (
    <Alert
      color={isOpen ? 'orange' : 'gray'}
      icon={<IconHandStop aria-hidden />}
      title={t(`imports.held.${held.decision ?? 'open'}`, { count: held.count })}
    >
      <Stack gap="xs" align="flex-start">
        {isOpen && <Text size="sm">{t('imports.held.text', { count: held.count })}</Text>}
        <LinkButton to={address} size="xs" variant={isOpen ? 'filled' : 'default'}>
          {t(isOpen ? 'imports.held.go' : 'imports.held.look', { count: held.count })}
        </LinkButton>
      </Stack>
    </Alert>
  );
}

type EndedPlace = Pick<EndedImportProps, 'place' | 'run'>;
