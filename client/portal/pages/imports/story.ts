import { useIntl } from 'react-intl';
import type { ChangeKind, ChangeOutcome, Import, Outcomes } from '../../api/imports.js';
import { useText } from '../../app/text.js';
import { secondsBetween, useDuration } from '../../parts/duration.js';
import { isLook, TOLD } from '../../parts/import-words.js';

export interface Story {
  readonly sentences: string[];
  /** Whether everybody was read, in the words of the run; null: it read nobody. */
  readonly proof: { readonly proven: boolean; readonly text: string } | null;
}

const READING: readonly Import['kind'][] = ['import', 'review', 'person', 'retry'];
const ENDED_WELL: readonly Import['state'][] = ['completed', 'completed-with-errors', 'waiting-for-approval'];

/** What a run did, told as one would tell it. Counts are of the plan, so what became of it is looked up. */
export function useStory(run: Import, name: string, outcomes: Outcomes | null): Story {
  const t = useText();
  const did = useDid(run, outcomes);
  const duration = useDuration();
  const { counts, complete, kind, state } = run;
  const people = peopleRead(counts);
  const took = run.endedAt === null ? '' : duration(secondsBetween(run.startedAt, run.endedAt));
  const isReading = READING.includes(kind);
  const began =
    isReading && people > 0
      ? t('imports.story.read', {
          people,
          integration: name,
          duration: took,
          proven: complete?.proven === true ? 'yes' : 'no',
        })
      : t(`imports.story.began`, { kind, duration: took, trigger: run.trigger, people });
  const isDone = ENDED_WELL.includes(state);
  const sentences = [
    ...(isDone || people > 0 ? [began] : []),
    ...(state === 'cancelled' && outcomes !== null
      ? [t(did.isNothing ? 'imports.story.cancelledEarly' : 'imports.story.cancelled')]
      : []),
    ...(state === 'failed' ? [t('imports.story.failed')] : []),
    ...did.sentences,
    ...(isDone && counts.unchanged + counts.skipped > 0 && !did.isNothing
      ? [t('imports.story.rest', { unchanged: counts.unchanged, skipped: counts.skipped })]
      : []),
    ...(counts.error > 0
      ? [t('imports.story.errors', { count: counts.error, kind, old: run.detailsDeletedAt === null ? 'no' : 'yes' })]
      : []),
  ];
  if (!isReading || complete === null) return { sentences, proof: null };
  return { sentences, proof: { proven: complete.proven, text: proofText(t, complete, kind) } };
}

type Text = ReturnType<typeof useText>;

function proofText(t: Text, { proven, reason }: NonNullable<Import['complete']>, kind: Import['kind']): string {
  if (kind === 'person' || kind === 'retry') return t('imports.proof.some');
  return proven ? reason : `${reason} ${t('imports.proof.none')}`;
}

function useDid(run: Import, outcomes: Outcomes | null): { sentences: string[]; isNothing: boolean } {
  const t = useText();
  const intl = useIntl();
  if (outcomes === null) return { sentences: [], isNothing: true };
  const { counts, state } = run;
  const isReview = isLook(run);
  const by = (outcome: ChangeOutcome | null) => countBy(outcomes, outcome);
  const done = isReview ? merge(by(null), by('applied')) : by('applied');
  const acts = TOLD.filter((told) => (done.get(told) ?? 0) > 0).map((told) =>
    t(`imports.done.${told}`, { count: done.get(told) ?? 0 }),
  );
  const sum = (outcome: ChangeOutcome) => [...by(outcome).values()].reduce((all, count) => all + count, 0);
  const held = sum('held');
  const overtaken = sum('stale') + sum('conflict');
  const isNothing = acts.length === 0 && held === 0 && counts.error === 0;
  const tells = acts.length > 0 || (isNothing && ENDED_WELL.includes(state));
  const sentences = [
    ...(tells
      ? [
          acts.length > 0
            ? t(isReview ? 'imports.story.would' : 'imports.story.did', { acts: intl.formatList(acts) })
            : t('imports.story.nothing'),
        ]
      : []),
    ...(held > 0
      ? [
          t(`imports.story.held.${isReview ? 'review' : state === 'waiting-for-approval' ? 'open' : 'ended'}`, {
            count: held,
          }),
        ]
      : []),
    ...(overtaken > 0 ? [t('imports.story.overtaken', { count: overtaken })] : []),
  ];
  return { sentences, isNothing };
}

function countBy(outcomes: Outcomes, wanted: ChangeOutcome | null): Map<ChangeKind, number> {
  return new Map(outcomes.filter(({ outcome }) => outcome === wanted).map(({ kind, people }) => [kind, people]));
}

function merge(a: Map<ChangeKind, number>, b: Map<ChangeKind, number>): Map<ChangeKind, number> {
  return new Map([...a, ...b]);
}

/** One kind a person; those who vanished are exactly the ones that were not read. */
function peopleRead(counts: Import['counts']): number {
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return all - counts.warnings - counts.vanished;
}
