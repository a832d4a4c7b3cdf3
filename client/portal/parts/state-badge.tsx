import { Badge } from '@mantine/core';
import type { IntegrationState } from '../api/integrations.js';
import { useText } from '../app/text.js';
import type { ChangeKind, ImportState } from '../api/imports.js';

const INTEGRATION: Readonly<Record<IntegrationState, string>> = {
  draft: 'gray',
  'set-up': 'gray',
  authorized: 'gray',
  mapped: 'gray',
  published: 'green',
  paused: 'yellow',
  revoked: 'orange',
  removed: 'gray',
};

const IMPORT: Readonly<Record<ImportState, string>> = {
  running: 'blue',
  'waiting-for-approval': 'orange',
  completed: 'green',
  'completed-with-errors': 'yellow',
  failed: 'red',
  cancelled: 'gray',
};

const KIND: Readonly<Record<ChangeKind, string>> = {
  created: 'green',
  adopted: 'teal',
  reactivated: 'teal',
  transferred: 'cyan',
  updated: 'blue',
  leaver: 'orange',
  revoked: 'orange',
  vanished: 'orange',
  error: 'red',
};

/** The colour only repeats what the word says. */
function StateBadge({ color, children }: { color: string; children: string }) {
  return (
    <Badge
      variant="light"
      color={color}
      radius="sm"
      tt="none"
      fw={600}
      style={{ flexShrink: 0, minWidth: 'max-content' }}
    >
      {children}
    </Badge>
  );
}

export function IntegrationBadge({ state }: { state: IntegrationState }) {
  const t = useText();
  return <StateBadge color={INTEGRATION[state]}>{t(`shell.state.${state}`)}</StateBadge>;
}

export function ImportBadge({ state }: { state: ImportState }) {
  const t = useText();
  return <StateBadge color={IMPORT[state]}>{t(`shell.import.${state}`)}</StateBadge>;
}

export function KindBadge({ kind }: { kind: ChangeKind }) {
  const t = useText();
  return <StateBadge color={KIND[kind]}>{t(`shell.kind.${kind}`)}</StateBadge>;
}
