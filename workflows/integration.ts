import { allHandlersFinished, condition, continueAsNew, setHandler, uuid4, workflowInfo } from '@temporalio/workflow';
import { isAccessCode, type AttentionCode } from '../domain/attention.js';
import { Standing } from './integration-details.js';
import { legalStep, type IntegrationState } from './integration-state.js';
import { Lanes } from './lanes.js';
import {
  COMMAND_DESCRIPTIONS,
  COMMAND_UPDATES,
  COMMANDS,
  importDueSignal,
  importNowSignal,
  lookAgainSignal,
  stateQuery,
  type CommandName,
  type CommandReply,
  type CommandRequest,
  type IntegrationRef,
} from './messages.js';

import { letMailsGo } from './sending-mails.js';
import {
  loadIntegration,
  probe,
  putSchedule,
  refuseTurn,
  takeTurn,
  unlinkAccounts,
  writeOperation,
} from './turn-activities.js';
import {
  asFailure,
  replyOf,
  requireShape,
  REVOKED_MEANWHILE,
  type Answer,
  type CommandTurn,
  type Turn,
} from './turns.js';

/**
 * The life of one integration: one inbox, one loop, one turn after the other. A turn is one transaction in Postgres
 * and then memory; what takes long (a probe, a run) is started by a turn and comes back as another one, so a command
 * never waits behind a run.
 */
export async function integration(ref: IntegrationRef): Promise<string> {
  const life = new Life(ref);
  life.listen();
  return life.live();
}

class Life {
  private readonly inbox: Turn[] = [];
  private readonly lanes: Lanes;
  private state: IntegrationState = 'draft';
  private revision = 0;
  private provider = '';
  private note = '';
  private needsAttention: AttentionCode | null = null;
  private slowed = false;
  private linked = false;
  /** Probes under way, and accounts that are being deleted at their vendor. */
  private awaited = 0;
  /** How often access was revoked: what was asked before must not open it again. */
  private revocations = 0;
  private readonly standing = new Standing();

  constructor(private readonly ref: IntegrationRef) {
    this.lanes = new Lanes(ref, (ended) => void this.inbox.push({ kind: 'ended', ...ended }));
  }

  listen(): void {
    for (const command of COMMANDS) {
      setHandler(COMMAND_UPDATES[command], (request?: CommandRequest) => this.ask(command, request), {
        validator: (request?: CommandRequest) => requireShape(command, request),
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
    setHandler(lookAgainSignal, () => void this.inbox.push({ kind: 'look' }), {
      description: 'Look again at what the database says; from the sweep.',
    });
    const view = () => ({ state: this.state, running: this.lanes.view(), waiting: this.inbox.length });
    setHandler(stateQuery, view, { description: 'The state, the running imports and how many turns wait.' });
  }

  async live(): Promise<string> {
    await this.load();
    for (;;) {
      await condition(() => this.inbox.length > 0 || (this.mayEnd() && this.isDue()));
      const turn = this.inbox.shift();
      if (turn !== undefined) {
        await this.take(turn);
        this.show();
      } else if (this.state === 'removed') return 'removed';
      else return continueAsNew<typeof integration>(this.ref);
    }
  }

  private isDue(): boolean {
    return this.state === 'removed' || workflowInfo().continueAsNewSuggested;
  }

  /** No child runs and no handler waits: with an empty inbox nothing can be lost when this execution ends. */
  private mayEnd(): boolean {
    return this.lanes.none() && this.awaited === 0 && allHandlersFinished();
  }

  /** Nothing is judged before this. Runs that stand open without a workflow were interrupted; one replaces them. */
  private async load(): Promise<void> {
    const loaded = await this.refresh();
    this.provider = loaded.provider;
    this.linked = loaded.linked;
    await this.lanes.takeUp(loaded.open);
    const interrupted = loaded.open.find(({ lane, started }) => lane === 'write' && started);
    // A paused one imports nothing that nobody asked for.
    const replaces = interrupted !== undefined && this.state === 'published';
    if (replaces) await this.lanes.import('schedule', `instead-of:${interrupted.id}`);
    await this.lanes.startNext();
    this.show();
  }

  private async refresh() {
    const loaded = await loadIntegration(this.ref);
    this.state = loaded.state as IntegrationState;
    this.revision = loaded.revision;
    this.needsAttention = loaded.needsAttention;
    this.slowed = loaded.slowed;
    return loaded;
  }

  private async ask(command: CommandName, request?: CommandRequest): Promise<CommandReply> {
    const operation = request?.operation ?? (await writeOperation(this.ref, command));
    const turn: CommandTurn = { kind: 'command', command, operation, answer: null };
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
          turn.asked.answer = await this.afterProbe(turn);
          await this.afterAuthorization();
          return;
        case 'due':
          if (this.state === 'published') await this.lanes.import('schedule', uuid4());
          return;
        case 'now':
          await this.importBySignal(turn.requestId);
          return;
        case 'look':
          await this.lookAgain();
          return;
        case 'ended':
          await this.lanes.ended(turn);
          await this.lookAgain();
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
    if ('refused' in step) return refuseTurn(place, step.refused);
    switch (turn.command) {
      case 'authorize':
      case 'upload':
        this.probe(turn);
        return null;
      case 'importNow':
        return this.lanes.import('on-demand', turn.operation, turn.operation);
      case 'importPerson':
        return this.lanes.importSome('person', turn.operation);
      case 'retryErrors':
        return this.lanes.importSome('retry', turn.operation);
      case 'publish': {
        const reply = await this.step(turn, step.to, false);
        if (reply.outcome === 'refused') return reply;
        await putSchedule(this.ref);
        return this.lanes.import('first', turn.operation, turn.operation, 'wait');
      }
      case 'review':
        return this.lanes.review(turn.operation);
      case 'decide': {
        const reply = await this.step(turn, step.to, true);
        if (reply.outcome === 'done' && reply.mails === true)
          await letMailsGo(this.ref, 'Send the invitations that were approved');
        if (reply.outcome !== 'done' || reply.approved !== true) return reply;
        // While it is paused nothing is read: the next import finds the approval.
        const imports = reply.byImport === true && this.state === 'published';
        if (imports) await this.lanes.import('on-demand', turn.operation, null, 'wait');
        else if (reply.byImport !== true) await this.lanes.remove(turn.operation, 'on-demand');
        return reply;
      }
      case 'undo': {
        const reply = await this.step(turn, step.to, false);
        if (reply.outcome === 'refused') return reply;
        if (isLive(this.state)) await putSchedule(this.ref);
        return this.lanes.importSome('undo', turn.operation);
      }
      case 'reviewUndo': {
        const reply = await this.step(turn, step.to, false);
        return reply.outcome === 'refused' ? reply : this.lanes.review(turn.operation, 'undo');
      }
      case 'cancelImport': {
        const reply = await this.step(turn, step.to, true);
        if (reply.outcome === 'done' && reply.import !== undefined) await this.lanes.cancel(reply.import);
        return reply;
      }
      case 'revoke':
      case 'remove': {
        const reply = await this.step(turn, step.to, true);
        if (reply.outcome === 'done') await this.stopEverything();
        return reply;
      }
      case 'setUp':
      case 'map':
      case 'segment':
      case 'pause':
      case 'resume': {
        const reply = await this.step(turn, step.to, true);
        if (isLive(this.state)) await putSchedule(this.ref);
        return reply;
      }
    }
  }

  /** The transaction of the step has closed the runs and locked the writers out; what is left only has to be told. */
  private async stopEverything(): Promise<void> {
    this.revocations += 1;
    this.lanes.dismiss();
    await putSchedule(this.ref);
    await this.refresh();
    if (this.linked) this.unlink();
  }

  /** Not awaited: the access has ended here, whenever the vendor takes note of it. */
  private unlink(): void {
    this.awaited += 1;
    const done = () => void (this.awaited -= 1);
    void unlinkAccounts(this.ref, this.provider).then(done, done);
  }

  /** Not awaited by the loop: a vendor that hangs must not keep a revoke waiting. */
  private probe(turn: CommandTurn): void {
    this.awaited += 1;
    const { revocations } = this;
    void probe({ ...this.ref, operation: turn.operation }, this.provider).then((probed) => {
      this.awaited -= 1;
      this.inbox.push({ kind: 'probed', asked: turn, revocations, probed });
    });
  }

  private async afterProbe({ asked, revocations, probed }: Extract<Turn, { kind: 'probed' }>): Promise<CommandReply> {
    const place = { ...this.ref, operation: asked.operation };
    if (!probed.ok) return refuseTurn(place, probed.refusal);
    // Judged again: other commands may have been carried out while the HR system was asked.
    if (revocations !== this.revocations) return refuseTurn(place, REVOKED_MEANWHILE);
    const step = legalStep(this.state, asked.command);
    if ('refused' in step) return refuseTurn(place, step.refused);
    const imports = asked.command === 'upload' && this.state === 'published';
    const reply = await this.step(asked, step.to, !imports);
    if (!imports || reply.outcome === 'refused') return reply;
    return this.lanes.import('on-demand', asked.operation, asked.operation, 'wait');
  }

  /** The answer is out already; what is left is to tell those whom the lost access was told. */
  private async afterAuthorization(): Promise<void> {
    const wasLost = isAccessCode(this.needsAttention);
    await this.lookAgain();
    if (wasLost && !isAccessCode(this.needsAttention)) await letMailsGo(this.ref, 'Tell that it works again');
  }

  /** An integration that keeps failing imports less often, until an import comes through. */
  private async lookAgain(): Promise<void> {
    const wasSlowed = this.slowed;
    const { ended } = await this.refresh();
    if (this.slowed !== wasSlowed && isLive(this.state)) await putSchedule(this.ref);
    // Once a day: what is held of it waits for a decision, and is not asked for again and again.
    if (ended != null) await this.lanes.remove(ended, 'schedule');
  }

  private async step(turn: CommandTurn, to: IntegrationState, settles: boolean): Promise<CommandReply> {
    const { command, operation } = turn;
    const result = await takeTurn.executeWithOptions({ summary: `Carry out: ${command}` }, [
      { ...this.ref, operation, command, revision: this.revision, to, settles },
    ]);
    this.state = result.state as IntegrationState;
    this.revision = result.revision;
    if (result.kind === 'taken') return result.reply;
    const again = legalStep(this.state, command);
    if ('refused' in again) return refuseTurn({ ...this.ref, operation }, again.refused);
    return this.step(turn, again.to, settles);
  }

  private async importBySignal(requestId: string): Promise<void> {
    const step = legalStep(this.state, 'importNow');
    if ('refused' in step) this.note = `importNow was ignored: ${step.refused.detail}`;
    else await this.lanes.import('on-demand', requestId);
  }

  private show(): void {
    const { state, needsAttention, note } = this;
    this.standing.show({ state, needsAttention, running: this.lanes.view(), note });
  }
}

const isLive = (state: IntegrationState): boolean => state === 'published' || state === 'paused';
