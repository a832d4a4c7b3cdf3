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

export function integrationDetails(view: {
  state: string;
  running: Readonly<Record<string, string>>;
  needsAttention: string | null;
  note: string;
}): string {
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
