import type { SetupBody } from '../../api/connecting.js';
import type { Integration } from '../../api/integrations.js';

/** The setup as a form holds it, and back. */
export type Frequency = 'hour' | 'day' | 'week' | 'month' | 'cron';

export interface SetupValues {
  readonly frequency: Frequency;
  readonly interval: number | string;
  /** `03:00`; empty: Rollcall chooses a minute after three. */
  readonly at: string;
  readonly weekday: string;
  readonly dayOfMonth: string;
  readonly cron: string;
  readonly timeZone: string;
  readonly dateFormat: string;
  readonly dataTimeZone: string;
  readonly leadDays: number | string;
  readonly welcomeEmail: boolean;
  readonly preference: 'create-and-update' | 'create-only' | 'update-only';
  readonly recordType: 'user' | 'user-and-saas-user';
  readonly isLimited: boolean;
  /** In per cent. */
  readonly limitShare: number | string;
  readonly limitCount: number | string;
  readonly reportTo: string[];
  readonly reportOn: 'always' | 'changes' | 'problems';
}

type Setup = NonNullable<Integration['setup']>;

const PER_CENT = 100;
const USUAL_LIMIT = { share: 0.1, count: 100 };

export function valuesOf(setup: Setup | null, programmeZone: string): SetupValues {
  const limit = setup === null ? USUAL_LIMIT : setup.removalLimit;
  return {
    ...cadenceValues(setup?.cadence ?? null, programmeZone),
    dateFormat: setup?.dateFormat ?? '',
    dataTimeZone: setup?.dataTimeZone ?? '',
    leadDays: setup?.leadDays ?? 0,
    welcomeEmail: setup?.welcomeEmail ?? true,
    preference: setup?.preference ?? 'create-and-update',
    recordType: setup?.recordType ?? 'user',
    isLimited: limit !== null,
    limitShare: Math.round((limit ?? USUAL_LIMIT).share * PER_CENT),
    limitCount: (limit ?? USUAL_LIMIT).count,
    reportTo: [...(setup?.reportTo ?? [])],
    reportOn: setup?.reportOn ?? 'always',
  };
}

function cadenceValues(cadence: Setup['cadence'] | null, programmeZone: string) {
  const usual = { interval: 4, at: '', weekday: '1', dayOfMonth: '1', cron: '' };
  if (cadence === null) return { ...usual, frequency: 'day' as const, timeZone: programmeZone };
  const timeZone = cadence.timeZone ?? programmeZone;
  if ('cron' in cadence) return { ...usual, frequency: 'cron' as const, cron: cadence.cron, timeZone };
  return {
    ...usual,
    frequency: cadence.every,
    interval: cadence.interval ?? 1,
    at: cadence.at ?? '',
    weekday: String(cadence.weekday ?? 1),
    dayOfMonth: String(cadence.dayOfMonth ?? 1),
    timeZone,
  };
}

export function toBody(values: SetupValues, isScheduled: boolean): SetupBody {
  const { dateFormat, dataTimeZone, leadDays, isLimited, limitShare, limitCount, ...rest } = values;
  return {
    ...(isScheduled ? { cadence: toCadence(values) } : {}),
    ...(dateFormat === '' ? {} : { dateFormat }),
    ...(dataTimeZone === '' ? {} : { dataTimeZone }),
    leadDays: Number(leadDays),
    welcomeEmail: rest.welcomeEmail,
    preference: rest.preference,
    recordType: rest.recordType,
    removalLimit: isLimited ? { share: Number(limitShare) / PER_CENT, count: Number(limitCount) } : null,
    reportTo: rest.reportTo,
    reportOn: rest.reportOn,
  };
}

function toCadence({ frequency, interval, at, weekday, dayOfMonth, cron, timeZone }: SetupValues) {
  const zone = timeZone === '' ? {} : { timeZone };
  if (frequency === 'cron') return { cron, ...zone };
  return {
    every: frequency,
    ...zone,
    ...(at === '' ? {} : { at }),
    ...(frequency === 'hour' ? { interval: Number(interval) } : {}),
    ...(frequency === 'week' ? { weekday: Number(weekday) } : {}),
    ...(frequency === 'month' ? { dayOfMonth: dayOfMonth === 'last' ? ('last' as const) : Number(dayOfMonth) } : {}),
  };
}

/** The field at which a fault of the body is told. */
const FIELDS: readonly (readonly [pointer: string, field: keyof SetupValues])[] = [
  ['/cadence/interval', 'interval'],
  ['/cadence/at', 'at'],
  ['/cadence/weekday', 'weekday'],
  ['/cadence/dayOfMonth', 'dayOfMonth'],
  ['/cadence/timeZone', 'timeZone'],
  ['/cadence/cron', 'cron'],
  ['/cadence', 'frequency'],
  ['/dateFormat', 'dateFormat'],
  ['/dataTimeZone', 'dataTimeZone'],
  ['/leadDays', 'leadDays'],
  ['/preference', 'preference'],
  ['/recordType', 'recordType'],
  ['/removalLimit/share', 'limitShare'],
  ['/removalLimit', 'limitCount'],
  ['/reportTo', 'reportTo'],
  ['/reportOn', 'reportOn'],
];

export const fieldOf = (pointer: string): keyof SetupValues | null =>
  FIELDS.find(([known]) => pointer === known || pointer.startsWith(`${known}/`))?.[1] ?? null;

/** Folded away until somebody needs them. */
export const ADVANCED: readonly (keyof SetupValues)[] = ['cron', 'dataTimeZone', 'leadDays', 'recordType'];
