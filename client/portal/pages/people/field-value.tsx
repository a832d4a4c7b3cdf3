import type { ReactNode } from 'react';
import { useIntl } from 'react-intl';
import { MEMBER_FIELDS } from '../../../api/contract/member-fields.js';
import { CalendarDate } from '../../parts/moment.js';

const KINDS = new Map<string, string>(MEMBER_FIELDS.map(({ id, kind }) => [id, kind]));
const DATE = /^\d{4}-\d\d-\d\d$/;
const MONTH_DAY = /^\d\d-\d\d$/;

/** A field's value as the viewer writes dates; everything else as it is. */
export function useFieldValue(): (field: string, value: string) => ReactNode {
  const intl = useIntl();
  return (field, value) => {
    const kind = KINDS.get(field);
    if (kind === 'date' && DATE.test(value)) return <CalendarDate date={value} />;
    if (kind !== 'month-day' || !MONTH_DAY.test(value)) return value;
    // A birthday has no year; this one has a 29 February.
    const birthday = new Date(`2024-${value}T00:00:00Z`);
    return intl.formatDate(birthday, { day: 'numeric', month: 'long', timeZone: 'UTC' });
  };
}
