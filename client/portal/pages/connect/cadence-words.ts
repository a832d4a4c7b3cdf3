import { useIntl } from 'react-intl';
import type { Integration } from '../../api/integrations.js';
import { useText } from '../../app/text.js';

type Cadence = NonNullable<Integration['setup']>['cadence'];

/** A Monday; the days after it follow. */
const MONDAY = Date.UTC(2024, 0, 1);
const DAY_MS = 86_400_000;

/** When an integration imports, as one says it: "every day at 03:17 (Europe/London)". */
export function useCadenceWords(): (cadence: Cadence) => string {
  const t = useText();
  const intl = useIntl();
  return (cadence) => {
    const zone = cadence.timeZone ?? '';
    if ('cron' in cadence) return t('connect.cadence.cron', { cron: cadence.cron, zone });
    const at = cadence.at ?? '';
    switch (cadence.every) {
      case 'hour':
        return t('connect.cadence.hour', { interval: cadence.interval ?? 1, minute: at.slice(3), zone });
      case 'day':
        return t('connect.cadence.day', { at, zone });
      case 'week': {
        const date = MONDAY + ((cadence.weekday ?? 1) - 1) * DAY_MS;
        return t('connect.cadence.week', {
          day: intl.formatDate(date, { weekday: 'long', timeZone: 'UTC' }),
          at,
          zone,
        });
      }
      case 'month':
        return cadence.dayOfMonth === 'last'
          ? t('connect.cadence.lastDay', { at, zone })
          : t('connect.cadence.month', { day: cadence.dayOfMonth ?? 1, at, zone });
    }
  };
}
