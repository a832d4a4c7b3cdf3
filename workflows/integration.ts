import {
  allHandlersFinished,
  ApplicationFailure,
  condition,
  continueAsNew,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  uuid4,
  workflowInfo,
} from '@temporalio/workflow';
import type { DatabaseActivities, ProviderActivities } from '../activities/index.js';
import { probing, SHORT } from './activity-options.js';
import { integrationDetails } from './integration-details.js';
import { legalStep, type IntegrationState } from './integration-state.js';
import {
  COMMAND_DESCRIPTIONS,
  COMMAND_UPDATES,
  COMMANDS,
  importDueSignal,
  importNowSignal,
  integrationWorkflowId,
  scheduleId,
  SEARCH_ATTRIBUTES,
  stateQuery,
  type CommandName,
  type CommandReply,
  type CommandRequest,
  type IntegrationRef,
} from './messages.js';
import { RunningImports } from './running-imports.js';

/**
 * The life of one integration: one inbox, one loop, one turn after the other. A turn is one transaction in Postgres
 * and then memory; what takes long (a probe, a run) is started by a turn and comes back as another one, so a command
 * never waits behind a run.
 */
type Turn =
  | { readonly kind: 'command'; readonly command: CommandName; readonly operation: string; answer: Answer | null }
  | { readonly kind: 'probed'; readonly asked: CommandTurn; readonly probed: Probed }
  | { readonly kind: 'due' }
  | { readonly kind: 'now'; readonly requestId: string }
  | { readonly kind: 'ended'; readonly import: string; readonly failed: boolean };
type CommandTurn = Extract<Turn, { kind: 'command' }>;
type Answer = CommandReply | { readonly outcome: 'broken'; readonly failure: ApplicationFailure };
type Probed = Awaited<ReturnType<ProviderActivities['probe']>>;

const database = proxyActivities<DatabaseActivities>(SHORT);

export async function integration(ref: IntegrationRef): Promise<string> {
  const life = new Life(ref);
  life.listen();
  return life.live();
}

class Life {
  private readonly inbox: Turn[] = [];
  private readonly running: RunningImports;
  private state: IntegrationState = 'draft';
  private revision = 0;
  private provider = '';
  private note = '';
  private needsAttention: string | null = null;
  private probes = 0;

  constructor(private readonly ref: IntegrationRef) {
    this.running = new RunningImports(ref, (ended) => this.inbox.push({ kind: 'ended', ...ended }));
  }

  listen(): void {
    for (const command of COMMANDS) {
      setHandler(COMMAND_UPDATES[command], (request) => this.ask(command, request), {
        validator: requireOperation,
        description: COMMAND_DESCRIPTIONS[command],
      });
    }
    setHandler(importDueSignal, () => void this.inbox.push({ kind: 'due' }), {
      description: 'From the Schedule: an import is due.',
    });
    const start = (request?: { requestId?: string }) =>
      void this.inbox.push({ kind: 'now', requestId: request?.requestId ?? uuid4() });
    setHandler(importNowSignal, start, {
      description: 'Start an import now; ignored while the integration is paused.',
    });
    const view = () => ({ state: this.state, running: this.running.view(), waiting: this.inbox.length });
    setHandler(stateQuery, view, { description: 'The state, the running imports and how many turns wait.' });
  }

  async live(): Promise<string> {
    await this.load();
    for (;;) {
      await condition(() => this.inbox.length > 0 || this.mayContinueAsNew());
      const turn = this.inbox.shift();
      // The inbox is empty, no child runs and no handler waits: nothing can be lost between the two runs.
      if (turn === undefined) return continueAsNew<typeof integration>(this.ref);
      await this.take(turn);
      this.show();
      if (this.state === 'removed' && this.inbox.length === 0 && allHandlersFinished()) return 'removed';
    }
  }

  private mayContinueAsNew(): boolean {
    return this.running.none() && this.probes === 0 && workflowInfo().continueAsNewSuggested && allHandlersFinished();
  }

  /** Nothing is judged before this. Runs that stand open without a workflow were interrupted; one replaces them. */
  private async load(): Promise<void> {
    const loaded = await this.refresh();
    this.provider = loaded.provider;
    for (const run of loaded.open.filter((open) => open.started)) {
      await this.running.abandon(run.id);
      if (run.lane === 'write') await this.import('schedule', `instead-of:${run.id}`);
    }
    for (const run of loaded.open.filter((open) => !open.started)) this.running.queue(run.id);
    await this.running.startNext();
    this.show();
  }

  private async refresh() {
    const loaded = await database.loadIntegration.executeWithOptions({ summary: 'Look where the integration stands' }, [
      this.ref,
    ]);
    this.state = loaded.state as IntegrationState;
    this.revision = loaded.revision;
    this.needsAttention = loaded.needsAttention;
    return loaded;
  }

  private async ask(command: CommandName, request: CommandRequest): Promise<CommandReply> {
    const turn: CommandTurn = { kind: 'command', command, operation: request.operation, answer: null };
    this.inbox.push(turn);
    await condition(() => turn.answer !== null);
    return replyOf(turn.answer);
  }

  /** A turn that fails answers with its failure and the loop goes on: one bad command never ends a life. */
  private async take(turn: Turn): Promise<void> {
    try {
      switch (turn.kind) {
        case 'command':
          turn.answer = await this.obey(turn);
          return;
        case 'probed':
          turn.asked.answer = await this.afterProbe(turn.asked, turn.probed);
          await this.refresh();
          return;
        case 'due':
          if (this.state === 'published') await this.import('schedule', uuid4());
          return;
        case 'now':
          await this.importBySignal(turn.requestId);
          return;
        case 'ended':
          await this.running.ended(turn);
          await this.refresh();
      }
    } catch (error) {
      const failure = asFailure(error);
      this.note = `The last turn (${turn.kind}) failed: ${failure.message}`;
      if (turn.kind === 'command') turn.answer = { outcome: 'broken', failure };
      if (turn.kind === 'probed') turn.asked.answer = { outcome: 'broken', failure };
    }
  }

  private async obey(turn: CommandTurn): Promise<Answer | null> {
    const step = legalStep(this.state, turn.command);
    const place = { ...this.ref, operation: turn.operation };
    if ('refused' in step) return database.refuseTurn(place, step.refused);
    switch (turn.command) {
      case 'authorize':
        this.probe(turn);
        return null;
      case 'importNow':
        return this.import('on-demand', turn.operation, turn.operation);
      case 'publish': {
        const reply = await this.step(turn, step.to, false);
        if (reply.outcome === 'refused') return reply;
        await this.putSchedule();
        return this.import('first', turn.operation, turn.operation, 'wait');
      }
      case 'setUp':
      case 'map':
      case 'segment':
      case 'pause':
      case 'resume': {
        const reply = await this.step(turn, step.to, true);
        if (this.state === 'published' || this.state === 'paused') await this.putSchedule();
        return reply;
      }
    }
  }

  /** Not awaited by the loop: a vendor that hangs must not keep a revoke waiting. */
  private probe(turn: CommandTurn): void {
    this.probes += 1;
    const { probe } = proxyActivities<ProviderActivities>(probing(this.provider));
    const place = { ...this.ref, operation: turn.operation };
    const ask = probe.executeWithOptions({ summary: 'Probe the credentials at the HR system' }, [place]);
    const refused = (): Probed => ({ ok: false, refusal: { code: 'provider-unavailable', detail: NO_ANSWER } });
    void ask.catch(refused).then((probed) => {
      this.probes -= 1;
      this.inbox.push({ kind: 'probed', asked: turn, probed });
    });
  }

  private async afterProbe(turn: CommandTurn, probed: Probed): Promise<CommandReply> {
    const place = { ...this.ref, operation: turn.operation };
    if (!probed.ok) return database.refuseTurn(place, probed.refusal);
    // Judged again: other commands may have been carried out while the HR system was asked.
    const step = legalStep(this.state, turn.command);
    if ('refused' in step) return database.refuseTurn(place, step.refused);
    return this.step(turn, step.to, true);
  }

  private async step(turn: CommandTurn, to: IntegrationState, settles: boolean): Promise<CommandReply> {
    const { command, operation } = turn;
    const result = await database.takeTurn.executeWithOptions({ summary: `Carry out: ${command}` }, [
      { ...this.ref, operation, command, revision: this.revision, to, settles },
    ]);
    this.state = result.state as IntegrationState;
    this.revision = result.revision;
    if (result.kind === 'taken') return result.reply;
    const again = legalStep(this.state, command);
    if ('refused' in again) return database.refuseTurn({ ...this.ref, operation }, again.refused);
    return this.step(turn, again.to, settles);
  }

  private async import(
    trigger: 'first' | 'schedule' | 'on-demand',
    requestKey: string,
    operation: string | null = null,
    whenBusy: 'join' | 'wait' = 'join',
  ): Promise<CommandReply> {
    const opened = await database.openRun.executeWithOptions({ summary: `Open an import (${trigger})` }, [
      { ...this.ref, kind: 'import', lane: 'write', trigger, requestKey, whenBusy, operation },
    ]);
    if (opened.how === 'opened') await this.running.start(opened);
    if (opened.how === 'waiting') this.running.queue(opened.import);
    return { outcome: 'done', import: opened.import, joined: opened.how === 'joined' };
  }

  private async importBySignal(requestId: string): Promise<void> {
    const step = legalStep(this.state, 'importNow');
    if ('refused' in step) this.note = `importNow was ignored: ${step.refused.detail}`;
    else await this.import('on-demand', requestId);
  }

  private async putSchedule(): Promise<void> {
    const { integration: id } = this.ref;
    const place = { ...this.ref, scheduleId: scheduleId(id), workflowId: integrationWorkflowId(id) };
    await database.putSchedule.executeWithOptions({ summary: 'Bring the schedule in line with the setup' }, [place]);
  }

  private show(): void {
    const { state, needsAttention, note } = this;
    upsertSearchAttributes([
      { key: SEARCH_ATTRIBUTES.phase, value: state },
      { key: SEARCH_ATTRIBUTES.needsAttention, value: needsAttention !== null },
    ]);
    setCurrentDetails(integrationDetails({ state, needsAttention, running: this.running.view(), note }));
  }
}

const NO_ANSWER = 'The HR system did not answer in time. Check that it is reachable and try again; nothing was kept.';

function replyOf(answer: Answer | null): CommandReply {
  if (answer === null) throw ApplicationFailure.nonRetryable('The command was not answered.', 'Internal');
  if (answer.outcome === 'broken') throw answer.failure;
  return answer;
}

/** Shape only: whether a command is legal is judged in its turn, when earlier ones have been carried out. */
function requireOperation(request: CommandRequest): void {
  const operation: unknown = (request as CommandRequest | undefined)?.operation;
  if (typeof operation !== 'string' || operation === '') {
    throw ApplicationFailure.nonRetryable(
      'The argument must be { "operation": "<id of a row in operations>" }.',
      'BadCommand',
    );
  }
}

function asFailure(error: unknown): ApplicationFailure {
  if (error instanceof ApplicationFailure) return error;
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof ApplicationFailure)
    return ApplicationFailure.nonRetryable(cause.message, cause.type ?? 'Internal');
  return ApplicationFailure.nonRetryable('A step of the command did not end.', 'Internal');
}
