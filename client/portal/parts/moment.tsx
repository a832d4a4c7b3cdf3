import { useIntl } from 'react-intl';

const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;
/** Further away than this a date says more than "40 days ago". */
const RELATIVE_DAYS = 14;

/** A moment as the viewer would say it ("in 3 hours"); the exact one stands in the title. */
export function Moment({ at }: { at: string }) {
  const intl = useIntl();
  const date = new Date(at);
  const exact = intl.formatDate(date, { dateStyle: 'full', timeStyle: 'short' });
  return (
    <time dateTime={at} title={exact}>
      {relative(date, intl) ?? intl.formatDate(date, { dateStyle: 'medium', timeStyle: 'short' })}
    </time>
  );
}

function relative(date: Date, intl: ReturnType<typeof useIntl>): string | null {
  const seconds = (date.getTime() - Date.now()) / 1000;
  if (Math.abs(seconds) > RELATIVE_DAYS * UNITS[0][1]) return null;
  const [unit, size] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1];
  if (unit === 'second') return intl.formatRelativeTime(0, 'minute', { numeric: 'auto' });
  return intl.formatRelativeTime(Math.round(seconds / size), unit, { numeric: 'auto' });
}

/** The day of a moment, in the viewer's own zone. */
export function Day({ at }: { at: string }) {
  const intl = useIntl();
  return <time dateTime={at}>{intl.formatDate(at, { dateStyle: 'long' })}</time>;
}

/** A calendar date (`YYYY-MM-DD`), which no time zone may move. */
export function CalendarDate({ date }: { date: string }) {
  const intl = useIntl();
  return (
    <time dateTime={date}>
      {intl.formatDate(new Date(`${date}T00:00:00Z`), { dateStyle: 'medium', timeZone: 'UTC' })}
    </time>
  );
}
