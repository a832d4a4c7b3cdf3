import { Progress, Text, ThemeIcon, VisuallyHidden } from '@mantine/core';
import { IconCheck, IconLock } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { Integration } from '../../api/integrations.js';
import { useText } from '../../app/text.js';
import { isLive, standingOf, stepAddress, STEPS, type Step, type StepStanding } from './steps.js';
import classes from './progress-rail.module.css';

interface ProgressRailProps {
  readonly programme: string;
  readonly integration: Integration;
  readonly present: Step;
}

/** All steps with their standing; on a phone the present one in words, and the others as numbers to go to. */
export function ProgressRail({ programme, integration, present }: ProgressRailProps) {
  const t = useText();
  const number = STEPS.indexOf(present) + 1;
  const label = (step: Step) =>
    t(step === 'setup' && isLive(integration) ? 'connect.setup.settings' : `connect.step.${step}`);
  return (
    <nav className={classes.rail} aria-label={t('connect.rail')}>
      <div className={classes.compact}>
        <Text size="sm" fw={600}>
          {isLive(integration)
            ? label(present)
            : t('connect.rail.present', { number, total: STEPS.length, step: label(present) })}
        </Text>
        {!isLive(integration) && <Progress value={(100 * number) / STEPS.length} size="sm" aria-hidden />}
      </div>
      <ol className={classes.steps}>
        {STEPS.map((step, index) => (
          <li key={step} className={classes.step}>
            <RailStep
              to={stepAddress(programme, integration.id, step)}
              label={label(step)}
              number={index + 1}
              standing={standingOf(step, integration)}
              isPresent={step === present}
            />
          </li>
        ))}
      </ol>
    </nav>
  );
}

interface RailStepProps {
  readonly to: string;
  readonly label: string;
  readonly number: number;
  readonly standing: StepStanding;
  readonly isPresent: boolean;
}

function RailStep({ to, label, number, standing, isPresent }: RailStepProps) {
  const t = useText();
  const inside = (
    <>
      <ThemeIcon
        size={28}
        radius="xl"
        variant={isPresent ? 'filled' : standing === 'done' ? 'light' : 'default'}
        aria-hidden
      >
        {standing === 'done' && !isPresent ? <IconCheck size={16} /> : null}
        {standing === 'locked' ? <IconLock size={14} /> : null}
        {isPresent || standing === 'open' ? <span className={classes.number}>{number}</span> : null}
      </ThemeIcon>
      <span className={classes.label}>{label}</span>
      <VisuallyHidden>{t(`connect.standing.${standing}`)}</VisuallyHidden>
    </>
  );
  if (standing === 'locked') return <span className={classes.locked}>{inside}</span>;
  return (
    <Link to={to} className={classes.link} {...(isPresent ? { 'aria-current': 'step' } : {})}>
      {inside}
    </Link>
  );
}
