import {
  Alert,
  Card,
  Group,
  List,
  Progress,
  SimpleGrid,
  Stack,
  Text,
  ThemeIcon,
  Title,
  VisuallyHidden,
} from '@mantine/core';
import { IconCheck, IconPlugConnectedX } from '@tabler/icons-react';
import { useIntl } from 'react-intl';
import type { Import, ImportPlace } from '../../api/imports.js';
import { useMayWrite } from '../../api/session.js';
import { useText } from '../../app/text.js';
import { useDuration } from '../../parts/duration.js';
import { CancelImport } from './cancel-import.js';
import { Figure } from './figure.js';
import classes from './imports.module.css';

const PHASES = ['fetch', 'map', 'segment', 'plan', 'provision', 'notify'] as const;
/** Whoever listens hears of each quarter, not of each person. */
const STEP_PERCENT = 25;

interface RunningImportProps {
  readonly place: ImportPlace;
  readonly run: Import;
  /** Since when nothing comes in; null: all is well. */
  readonly lostSince: number | null;
}

export function RunningImport({ place, run, lostSince }: RunningImportProps) {
  const t = useText();
  const intl = useIntl();
  const mayWrite = useMayWrite(place.programme);
  const { done, total } = run.progress;
  const percent = done !== null && total !== null && total > 0 ? Math.min(100, (100 * done) / total) : null;
  const phase = t(`imports.phase.${run.phase}`);
  return (
    <Card component="section" aria-labelledby="progress">
      <Stack gap="lg">
        <Group justify="space-between" align="flex-start" gap="sm">
          <div className={classes.phase}>
            <Title order={2} id="progress">
              {phase}
            </Title>
            <Text c="dimmed" size="sm">
              {t('imports.running.leave')}
            </Text>
          </div>
          {mayWrite && <CancelImport place={place} run={run} />}
        </Group>
        <Progress.Root size="lg">
          <Progress.Section
            value={percent ?? 100}
            striped={percent === null}
            animated={percent === null}
            aria-label={phase}
            aria-valuetext={
              percent === null ? t('imports.running.unknown') : intl.formatNumber(percent / 100, { style: 'percent' })
            }
          />
        </Progress.Root>
        <ProgressFigures run={run} />
        <Phases present={run.phase} />
        <Lost since={lostSince} />
        <VisuallyHidden role="status">
          {percent === null
            ? phase
            : t('imports.running.heard', { phase, percent: Math.floor(percent / STEP_PERCENT) * STEP_PERCENT })}
        </VisuallyHidden>
      </Stack>
    </Card>
  );
}

function ProgressFigures({ run: { progress } }: { run: Import }) {
  const t = useText();
  const intl = useIntl();
  const duration = useDuration();
  const { done, total, perSecond, secondsLeft } = progress;
  const unknown = t('imports.running.none');
  return (
    <SimpleGrid cols={{ base: 2, xs: 3 }} className="figures">
      <Figure
        label={t('imports.running.people')}
        value={
          done === null
            ? unknown
            : total === null
              ? intl.formatNumber(done)
              : t('imports.running.ofTotal', { done, total })
        }
      />
      <Figure
        label={t('imports.running.rate')}
        value={perSecond === null ? unknown : t('imports.running.perSecond', { rate: Math.round(perSecond) })}
      />
      <Figure label={t('imports.running.left')} value={secondsLeft === null ? unknown : duration(secondsLeft)} />
    </SimpleGrid>
  );
}

function Phases({ present }: { present: Import['phase'] }) {
  const t = useText();
  const at = PHASES.findIndex((phase) => phase === present);
  return (
    <List listStyleType="none" spacing={6} size="sm" aria-label={t('imports.running.phases')}>
      {PHASES.map((phase, n) => (
        <List.Item
          key={phase}
          aria-current={n === at ? 'step' : undefined}
          icon={
            <ThemeIcon
              size={20}
              radius="xl"
              variant={n <= at ? 'filled' : 'default'}
              color={n < at ? 'green' : 'indigo'}
              aria-hidden
            >
              {n < at ? <IconCheck size={13} /> : <span className={classes.number}>{n + 1}</span>}
            </ThemeIcon>
          }
        >
          <Text size="sm" fw={n === at ? 600 : 400} {...(n > at ? { c: 'dimmed' } : {})}>
            {t(`imports.phase.${phase}`)}
          </Text>
        </List.Item>
      ))}
    </List>
  );
}

function Lost({ since }: { since: number | null }) {
  const t = useText();
  const intl = useIntl();
  return (
    <div aria-live="polite">
      {since !== null && (
        <Alert color="orange" icon={<IconPlugConnectedX aria-hidden />} title={t('imports.lost.title')}>
          {t('imports.lost.text', { at: intl.formatTime(since, { timeStyle: 'medium' }) })}
        </Alert>
      )}
    </div>
  );
}
