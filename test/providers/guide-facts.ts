import type { Provider } from '../../providers/provider.js';

/** What a guide says of a provider, in Markdown; each sentence as the portal shows it. */
export function guideFacts({ name, form, permissions, neverRead, systems = [] }: Provider): string {
  return [
    ...(form.fields.length === 0 ? [] : [`### What you are asked for`, form.fields.map(field).join('\n')]),
    '### What Rollcall asks to read',
    list(permissions),
    '### What it never reads',
    list(neverRead),
    ...(systems.length === 0 ? [] : [`### HR systems behind ${name}`, `${systems.join(', ')}.`]),
  ].join('\n\n');
}

function field({ label, help, secret, example }: Provider['form']['fields'][number]): string {
  const hidden = secret ? ' It is kept encrypted, and nobody can read it again.' : '';
  return `- **${label}**, such as \`${example}\`. ${help}${hidden}`;
}

const list = (facts: readonly string[]): string => facts.map((fact) => `- ${fact}`).join('\n');
