/** What an operator reads of a run in the Temporal UI: what it does, with numbers, what comes next, what to do. */
export interface RunView {
  phase: 'fetch' | 'map' | 'segment' | 'plan' | 'provision' | 'notify' | 'done';
  people: number;
  /** ISO 8601; null: it does not wait for the HR system. */
  pausedUntil: string | null;
  /** What the HR system said of those who are missing in its list; null: it was not asked. */
  lookedUp: {
    readonly gone: number;
    readonly there: number;
    readonly unknown: number;
    readonly isTooMany: boolean;
  } | null;
  counts: Readonly<Record<string, number>> | null;
  /** Of the plan, those that can be carried out. */
  changes: number;
  held: number;
  /** What its members have not been told yet, once it has tried. */
  mails: { readonly left: number; readonly nextWaveIn: number | null } | null;
  outcome: {
    readonly state: string;
    readonly failureCode: string | null;
    readonly failureDetail: string | null;
  } | null;
}

const WHAT: Readonly<Record<RunView['phase'], string>> = {
  fetch: 'Reads the directory page by page and stages it in Postgres.',
  map: 'Turns the staged pages into people by the published mapping.',
  segment: 'Proves that everybody was seen and decides who is eligible.',
  plan: 'Compares with the members and writes one change a person.',
  provision: 'Carries the changes out, twenty-five thousand in a transaction.',
  notify: 'Sends the invitations and the report.',
  done: 'Has ended.',
};

const IF_STUCK: Readonly<Record<RunView['phase'], string>> = {
  fetch: 'If it stands still, look at the pending activity: the last failure says what the HR system answered.',
  map: 'If it stands still, look at the pending activity; the step can be repeated safely.',
  segment: 'If it stands still, Postgres is slow or away; the step is repeated by itself.',
  plan: 'If it stands still, Postgres is slow or away; nothing has been changed yet.',
  provision: 'If it stands still, Postgres is slow or away; slices that were applied stay applied, once.',
  notify: 'If it stands still, the mail server does not answer; the members have been changed already.',
  done: 'Nothing to do here.',
};

export function runDetails(view: RunView): string {
  const lines = [`**${view.phase}** – ${WHAT[view.phase]}`, '', `- people read: ${view.people}`];
  if (view.pausedUntil !== null)
    lines.push(
      `- **waits until ${view.pausedUntil}**: the HR system asked to be left alone; then it goes on by itself`,
    );
  if (view.lookedUp !== null) lines.push(...lookUps(view.lookedUp));
  if (view.counts !== null) lines.push(`- plan: ${describeCounts(view.counts)}`);
  if (view.held > 0) lines.push(`- **${view.held} people wait for a decision**: more than the limits allow`);
  if (view.mails !== null && view.mails.left > 0) lines.push(`- ${waitingMails(view.mails)}`);
  if (view.outcome !== null)
    lines.push(
      `- ended: ${view.outcome.state}${view.outcome.failureCode === null ? '' : ` (${view.outcome.failureCode})`}`,
    );
  if (view.outcome?.failureDetail != null) lines.push(`- ${view.outcome.failureDetail}`);
  return [...lines, '', IF_STUCK[view.phase]].join('\n');
}

function lookUps({ gone, there, unknown, isTooMany }: NonNullable<RunView['lookedUp']>): string[] {
  return [
    ...(isTooMany
      ? ['- **too many are missing to ask for each**: they wait for a decision, and are asked for then']
      : []),
    ...(gone + there + unknown > 0
      ? [`- missing and asked for: ${gone} gone, ${there} still there, ${unknown} unknown`]
      : []),
  ];
}

function waitingMails({ left, nextWaveIn }: NonNullable<RunView['mails']>): string {
  return nextWaveIn === null
    ? `${left} mails wait for the mail server; the workflow …/mails sends them`
    : `${left} invitations wait for the next waves; the workflow …/mails sends them`;
}

/** "231 created, 4 updated": only what is not zero. */
export function describeCounts(counts: Readonly<Record<string, number>>): string {
  const parts = Object.entries(counts).filter(([, count]) => count > 0);
  return parts.length === 0 ? 'nobody' : parts.map(([kind, count]) => `${count} ${kind}`).join(', ');
}
