import { Alert } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { memberCountQuery } from '../../api/members.js';
import type { Programme } from '../../api/programme.js';
import { useText } from '../../app/text.js';

const CLOSING_DOWN = { state: ['closing-down'] };

/** Whose dates move with another grace period: said before it is saved. */
export function GraceNotice({ settings, graceDays }: { settings: Programme; graceDays: number | string }) {
  const t = useText();
  const isOther = typeof graceDays === 'number' && graceDays !== settings.graceDays;
  const closing = useQuery({ ...memberCountQuery(settings.id, CLOSING_DOWN), enabled: isOther });
  if (!isOther || closing.data === undefined) return null;
  const isShorter = graceDays < settings.graceDays;
  const count = closing.data.total;
  return (
    <Alert color={isShorter && count > 0 ? 'orange' : 'gray'} role="status">
      {t(isShorter ? 'admin.programme.shorter' : 'admin.programme.longer', {
        count,
        days: Math.abs(graceDays - settings.graceDays),
      })}
    </Alert>
  );
}
