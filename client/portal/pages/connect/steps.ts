import type { Integration, IntegrationState } from '../../api/integrations.js';

/** The steps from a draft to a live integration, in their order; each is a page at its own address. */
export const STEPS = ['setup', 'authorize', 'mapping', 'segment', 'review'] as const;
export type Step = (typeof STEPS)[number];
/** `open`: it can be gone to, and is not done yet. */
export type StepStanding = 'done' | 'open' | 'locked';

export const stepAddress = (programme: string, integration: string, step: Step): string =>
  `/programmes/${programme}/integrations/${integration}/${step}`;

type Known = Pick<Integration, 'state' | 'segment' | 'unpublished'>;

const AUTHORIZED: readonly IntegrationState[] = ['authorized', 'mapped', 'published', 'paused'];
const MAPPED: readonly IntegrationState[] = ['mapped', 'published', 'paused'];
const LIVE: readonly IntegrationState[] = ['published', 'paused'];

export const isLive = ({ state }: Pick<Integration, 'state'>): boolean => LIVE.includes(state);

/** What stands before a step and is missing; null: it can be gone to. */
export function missingBefore(
  step: Step,
  { state }: Pick<Integration, 'state'>,
): 'setup' | 'authorize' | 'mapping' | null {
  if (step !== 'setup' && state === 'draft') return 'setup';
  if (STEPS.indexOf(step) > STEPS.indexOf('authorize') && !AUTHORIZED.includes(state)) return 'authorize';
  if (STEPS.indexOf(step) > STEPS.indexOf('mapping') && !MAPPED.includes(state)) return 'mapping';
  return null;
}

export function standingOf(step: Step, integration: Known): StepStanding {
  if (missingBefore(step, integration) !== null) return 'locked';
  return isDone(step, integration) ? 'done' : 'open';
}

/** Where somebody goes on who comes back: the first step that is not done. The segment may be left as it is. */
export function nextStep(integration: Known): Step {
  return STEPS.find((step) => step !== 'segment' && !isDone(step, integration)) ?? 'review';
}

function isDone(step: Step, { state, segment, unpublished }: Known): boolean {
  const isDoneBy: Readonly<Record<Step, boolean>> = {
    setup: state !== 'draft',
    authorize: AUTHORIZED.includes(state),
    mapping: MAPPED.includes(state),
    segment: (segment?.rule ?? null) !== null || LIVE.includes(state),
    review: LIVE.includes(state) && !unpublished,
  };
  return isDoneBy[step];
}
