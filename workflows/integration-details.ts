import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import { SEARCH_ATTRIBUTES } from './messages.js';

/** What an operator reads of an integration in the Temporal UI. */
const NEXT: Readonly<Record<string, string>> = {
  draft: 'Waits for its initial setup.',
  'set-up': 'Waits to be authorized at the HR system.',
  authorized: 'Waits for its mapping.',
  mapped: 'Waits to be published.',
  published: 'Imports on its schedule; send the signal `importNow` to import at once.',
  paused: 'Imports nothing until it is resumed.',
  revoked: 'Imports nothing: its access was revoked.',
  removed: 'Was removed.',
};

interface View {
  readonly state: string;
  readonly running: Readonly<Record<string, string>>;
  readonly needsAttention: string | null;
  readonly note: string;
}

export class Standing {
  private attributes = '';

  show(view: View): void {
    setCurrentDetails(details(view));
    // Each upsert is an event of the history, so one that says nothing new is left out.
    const attributes = `${view.state}/${String(view.needsAttention !== null)}`;
    if (attributes === this.attributes) return;
    this.attributes = attributes;
    upsertSearchAttributes([
      { key: SEARCH_ATTRIBUTES.phase, value: view.state },
      { key: SEARCH_ATTRIBUTES.needsAttention, value: view.needsAttention !== null },
    ]);
  }
}

function details(view: View): string {
  const lines = [`**${view.state}** – ${NEXT[view.state] ?? ''}`];
  const running = Object.values(view.running)[0];
  if (running !== undefined) lines.push('', `Import \`${running}\` is running; see the child workflow.`);
  if (view.needsAttention !== null) {
    lines.push(
      '',
      `**Needs attention: ${view.needsAttention}**. The API and \`rollcall integrations show\` say what to do.`,
    );
  }
  if (view.note !== '') lines.push('', view.note);
  return lines.join('\n');
}
