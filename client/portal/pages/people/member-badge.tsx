import { Badge } from '@mantine/core';
import type { MemberState } from '../../api/members.js';
import { useText } from '../../app/text.js';

const COLORS: Readonly<Record<MemberState, string>> = { active: 'green', 'closing-down': 'orange', deleted: 'gray' };

export function MemberBadge({ state }: { state: MemberState }) {
  const t = useText();
  return (
    <Badge variant="light" color={COLORS[state]} radius="sm" tt="none" fw={600} style={{ flexShrink: 0 }}>
      {t(`people.state.${state}`)}
    </Badge>
  );
}
