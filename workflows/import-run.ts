import {
  ApplicationFailure,
  CancellationScope,
  isCancellation,
  patched,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  sleep,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import { ActivityFailure } from '@temporalio/common';
import type { DatabaseActivities, MailActivities, ProviderActivities } from '../activities/index.js';
import type { Ending } from '../domain/import-ending.js';
import { failureCode } from '../domain/failure-names.js';
import { LONG, MAILING, reading, SHORT } from './activity-options.js';
import { progressQuery, SEARCH_ATTRIBUTES, type RunRef } from './messages.js';
import { describeCounts, runDetails, type RunView } from './run-details.js';
import { letMailsGo, sendInRounds, type Sent } from './sending-mails.js';

/**
 * One import run: fetch → map → segment → plan → provision → notify; between segment and plan the HR system is asked for
 * those who are missing. It decides order and waiting alone; people stay
 * in Postgres, ids and counts are all that passes here. It ends by itself in every case: whatever goes wrong becomes
 * the run's ending, never a run that stands open.
 */
export interface RunEnd {
  readonly state: string;
}

const short = proxyActivities<DatabaseActivities>(SHORT);
const long = proxyActivities<DatabaseActivities>(LONG);
const mailing = proxyActivities<MailActivities>(MAILING);
/** Tries of a mail server that is down, about a minute apart: it shall not hold up the next run for long. */
const MAIL_ROUNDS = 4;
const TO_MEMBERS = ['invitation', 'close-down', 'welcome-back'];
/** What the end of a run tells people. */
const REPORTING = ['report', 'attention'];

export async function importRun(run: RunRef): Promise<RunEnd> {
  const view: RunView = {
    phase: 'fetch',
    people: 0,
    pausedUntil: null,
    lookedUp: null,
    counts: null,
    changes: 0,
    held: 0,
    mails: null,
    outcome: null,
  };
  setHandler(progressQuery, () => ({ phase: view.phase, done: view.people, total: null }), {
    description: 'The phase of this run and how many people it has read.',
  });
  let ending: Ending;
  try {
    if (run.kind === undefined) await readDirectory(run, view);
    await planChanges(run, view);
    if (run.lane === 'write') {
      await changeMembers(run, view);
      // Where nothing changes nobody is told anything, as on most days.
      if (view.changes > 0 || !patched('quiet-run')) await invite(run, view);
    }
    ending = await short.judgeRun.executeWithOptions({ summary: 'Judge the run' }, [run]);
  } catch (error) {
    ending = endingOf(error);
  }
  return CancellationScope.nonCancellable(() => finish(run, view, ending));
}

async function readDirectory(run: RunRef, view: RunView): Promise<void> {
  const provider = proxyActivities<ProviderActivities>(reading(run.provider));
  enter(view, 'fetch');
  let pausedSeconds = 0;
  for (let part = 1, finished = false; !finished; part += 1) {
    const fetched = await provider.fetchPages.executeWithOptions({ summary: `Read the directory, part ${part}` }, [
      run,
      pausedSeconds,
    ]);
    view.people += fetched.people;
    finished = fetched.finished;
    const { pauseSeconds = 0 } = fetched;
    pausedSeconds += pauseSeconds;
    if (pauseSeconds > 0) await pause(view, pauseSeconds);
    enter(view, 'fetch');
  }
  enter(view, 'map');
  await long.mapPeople.executeWithOptions({ summary: 'Make people of the records' }, [run]);
}

/** The vendor wants to be left alone: no worker is held meanwhile, and whoever looks sees until when. */
async function pause(view: RunView, seconds: number): Promise<void> {
  view.pausedUntil = new Date(Date.now() + seconds * 1000).toISOString();
  enter(view, 'fetch');
  await sleep(seconds * 1000, { summary: `The HR system wants to be left alone for ${seconds} seconds` });
  view.pausedUntil = null;
}

async function planChanges(run: RunRef, view: RunView): Promise<void> {
  if (run.kind === undefined) {
    enter(view, 'segment');
    const seen = await long.segment.executeWithOptions({ summary: 'Was everybody seen, who is eligible' }, [run]);
    view.people = seen.people;
    if (seen.isMissing) await lookUp(run, view);
  } else if (run.kind === 'removals' && patched('look-up')) {
    enter(view, 'plan');
    await lookUp(run, view);
  }
  enter(view, 'plan');
  const planned = await long.plan.executeWithOptions({ summary: 'Work out what has to change' }, [run]);
  view.counts = planned.counts;
  view.held = planned.held;
  view.changes = planned.changes;
}

/** Who is missing in the list, or was held because too many were: before anybody is removed for it. */
async function lookUp(run: RunRef, view: RunView): Promise<void> {
  const provider = proxyActivities<ProviderActivities>(reading(run.provider));
  for (let finished = false; !finished;) {
    const seen = await provider.lookUpMissing.executeWithOptions({ summary: 'Ask for each person who is missing' }, [
      run,
    ]);
    finished = seen.finished;
    view.lookedUp = { ...seen.answers, isTooMany: seen.isTooMany };
    enter(view, view.phase);
  }
}

/** A review ends before this: nothing of it is ever carried out. */
async function changeMembers(run: RunRef, view: RunView): Promise<void> {
  enter(view, 'provision');
  for (let finished = view.changes === 0; !finished;) {
    const applied = await long.provision.executeWithOptions({ summary: `Change members: ${view.changes} changes` }, [
      run,
    ]);
    finished = applied.finished;
  }
}

/** Sends what members are told. A mail server that does not answer is waited for by a timer that an operator can see. */
async function invite(run: RunRef, view: RunView): Promise<void> {
  enter(view, 'notify');
  await short.announcePhase.executeWithOptions({ summary: 'Enter the phase notify' }, [run, 'notify']);
  const sent = await sendInRounds(MAIL_ROUNDS, () => send(run, TO_MEMBERS));
  view.mails = { left: sent.left, nextWaveIn: sent.nextWaveIn ?? null };
}

function send({ programme, integration, import: id }: RunRef, kinds: readonly string[]): Promise<Sent> {
  return mailing.sendMails.executeWithOptions({ summary: `Send mails: ${kinds.join(', ')}` }, [
    { programme, integration, import: id, kinds },
  ]);
}

/** The report is sent before the run is seen as ended; where that does not work, the run ends all the same. */
async function finish(run: RunRef, view: RunView, ending: Ending): Promise<RunEnd> {
  if (run.lane === 'write') await report(run, ending);
  const { mailsLeft } = await short.closeRun.executeWithOptions({ summary: 'Close the run' }, [run, ending]);
  view.outcome = ending;
  upsertSearchAttributes([{ key: SEARCH_ATTRIBUTES.outcome, value: ending.state }]);
  enter(view, 'done');
  if (mailsLeft > 0) await letMailsGo(run, `Hand over the ${mailsLeft} mails that are left`);
  return { state: `${ending.state}${view.counts === null ? '' : `: ${describeCounts(view.counts)}`}` };
}

async function report(run: RunRef, ending: Ending): Promise<void> {
  await mailing.enqueueReport.executeWithOptions({ summary: 'Write the report' }, [{ run, ending }]);
  await send(run, REPORTING);
}

function enter(view: RunView, phase: RunView['phase']): void {
  view.phase = phase;
  setCurrentDetails(runDetails(view));
}

/**
 * What ended a run before its time, as the run's ending. A step that was told to stop while its worker died ends by a
 * time-out and not by a cancellation: the run was cancelled all the same.
 */
function endingOf(error: unknown): Ending {
  if (isCancellation(error) || CancellationScope.current().consideredCancelled) {
    return { state: 'cancelled', failureCode: null, failureDetail: 'The run was cancelled; what was applied stays.' };
  }
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (!(cause instanceof ApplicationFailure)) {
    return { state: 'failed', failureCode: 'internal', failureDetail: 'A step of the run did not end in time.' };
  }
  const code = failureCode(cause.type ?? undefined);
  const state = code === 'cancelled-by-revoke' ? 'cancelled' : 'failed';
  return { state, failureCode: code, failureDetail: cause.message };
}
