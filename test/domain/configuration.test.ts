import { describe, expect, test } from '@jest/globals';
import { cadenceSchema, completeCadence, isTimeZone, type Cadence } from '../../domain/cadence.js';
import { setupSchema, splitSetup } from '../../domain/configuration.js';
import { programmeSchema } from '../../domain/programme.js';
import { canonicalText, describeRule, EVERYBODY, segmentSchema } from '../../domain/segment.js';

interface Checked {
  safeParse(value: unknown): {
    error?: { issues: readonly { path: readonly PropertyKey[]; message: string }[] } | undefined;
  };
}
const faults = (schema: Checked, value: unknown): [string, string][] =>
  (schema.safeParse(value).error?.issues ?? []).map((issue) => [issue.path.join('.'), issue.message]);

describe('a setup', () => {
  test('may be empty: every default is filled in', () => {
    expect(setupSchema.parse({})).toEqual({
      leadDays: 0,
      welcomeEmail: true,
      preference: 'create-and-update',
      recordType: 'user',
      installation: 'cloud',
      removalLimit: { share: 0.1, count: 100 },
      reportTo: [],
      reportOn: 'always',
    });
  });

  test('tells all its faults at once', () => {
    const found = faults(setupSchema, {
      cadence: { every: 'day', at: '24:00' },
      dateFormat: 'DD.MM.YYYY',
      dataTimeZone: 'Mars/Olympus',
      leadDays: 366,
      preference: 'all',
      removalLimit: { share: 2, count: -1 },
      reportTo: ['ines.admin@acme.example', 'nobody'],
      extra: 1,
    });
    const said = new Map(found);
    expect([...said.keys()].sort()).toEqual(
      [
        '',
        'cadence.at',
        'dataTimeZone',
        'dateFormat',
        'leadDays',
        'preference',
        'removalLimit.count',
        'removalLimit.share',
        'reportTo.1',
      ].sort(),
    );
    expect(said.get('dataTimeZone')).toBe('must be an IANA time zone like "Europe/Berlin"');
    expect(said.get('dateFormat')).toBe('must hold yyyy, MM and dd once each, like "dd/MM/yyyy"');
    expect(said.get('reportTo.1')).toBe('must be an e-mail address');
  });

  test.each(['dd/MM/yyyy', 'MM/dd/yyyy', 'yyyy.MM.dd', 'dd-MM-yyyy', 'yyyyMMdd', 'dd MM yyyy'])(
    'the date format %s is understood',
    (dateFormat) => {
      expect(faults(setupSchema, { dateFormat })).toEqual([]);
    },
  );

  test.each(['dd/mm/yyyy', 'dd/MM/yy', 'dd/MM', 'd/M/yyyy', 'dd/MMM/yyyy', 'dd/MM/yyyy HH:mm', "dd'x'MM/yyyy", ''])(
    'the date format %j is refused',
    (dateFormat) => {
      expect(faults(setupSchema, { dateFormat }).map(([path]) => path)).toEqual(['dateFormat']);
    },
  );

  test('is split into what is live at once and what waits for publishing', () => {
    const cadence: Cadence = { every: 'day', at: '03:00', timeZone: 'Europe/London' };
    const { live, versioned } = splitSetup(setupSchema.parse({ leadDays: 3, reportOn: 'problems' }), cadence);
    expect(Object.keys(live).sort()).toEqual(['cadence', 'removalLimit', 'reportOn', 'reportTo', 'welcomeEmail']);
    expect(live).toMatchObject({ cadence, reportOn: 'problems' });
    expect(versioned).toEqual({
      dateFormat: null,
      dataTimeZone: null,
      leadDays: 3,
      preference: 'create-and-update',
      recordType: 'user',
      installation: 'cloud',
    });
  });
});

describe('a cadence', () => {
  test.each([
    { every: 'hour' },
    { every: 'hour', interval: 24 },
    { every: 'day', at: '23:59', timeZone: 'Australia/Sydney' },
    { every: 'week', weekday: 7 },
    { every: 'month', dayOfMonth: 28 },
    { every: 'month', dayOfMonth: 'last' },
    { cron: '0 3 * * 1-5' },
    { cron: ' */15  * * * * ', timeZone: 'UTC' },
  ])('%j is accepted', (cadence) => {
    expect(faults(cadenceSchema, cadence)).toEqual([]);
  });

  test.each([
    { every: 'minute' },
    { every: 'hour', interval: 0 },
    { every: 'hour', interval: 25 },
    { every: 'day', interval: 2 },
    { every: 'day', weekday: 1 },
    { every: 'week', dayOfMonth: 1 },
    { every: 'week', weekday: 0 },
    { every: 'month', dayOfMonth: 29 },
    { every: 'day', at: '3:00' },
    { every: 'day', timeZone: 'Nowhere' },
    { cron: '0 3 * *' },
    { cron: '0 0 3 * * 1' },
    { every: 'day', cron: '0 3 * * *' },
    {},
  ])('%j is refused', (cadence) => {
    expect(cadenceSchema.safeParse(cadence).success).toBe(false);
  });

  test('is completed with a minute of the integration’s own, the same each time', () => {
    const id = '01890a5d-ac96-774b-bcce-b302099a8057';
    const complete = completeCadence(undefined, id, 'Europe/London');
    expect(complete).toEqual({ every: 'day', at: expect.stringMatching(/^03:[0-5]\d$/), timeZone: 'Europe/London' });
    expect(completeCadence(undefined, id, 'Europe/London')).toEqual(complete);
    expect(completeCadence({ every: 'hour' }, id, 'UTC')).toMatchObject({ interval: 1 });
    expect(completeCadence({ every: 'week' }, id, 'UTC')).toMatchObject({ weekday: 1 });
    expect(completeCadence({ every: 'month' }, id, 'UTC')).toMatchObject({ dayOfMonth: 1 });
    expect(completeCadence({ cron: '0 3 * * *' }, id, 'UTC')).toEqual({ cron: '0 3 * * *', timeZone: 'UTC' });
    const given: Cadence = { every: 'day', at: '07:30', timeZone: 'Asia/Tokyo' };
    expect(completeCadence(given, id, 'UTC')).toEqual(given);
  });

  test.each([
    ['Europe/Berlin', true],
    ['UTC', true],
    ['Australia/Lord_Howe', true],
    ['Europe/Atlantis', false],
    ['', false],
    ['../etc', false],
  ])('the time zone %j is known: %p', (zone, known) => {
    expect(isTimeZone(zone)).toBe(known);
  });
});

describe('a segment', () => {
  test('revokes those outside unless it says otherwise', () => {
    expect(segmentSchema.parse({ rule: null })).toEqual(EVERYBODY);
    const rule = { field: 'team', op: 'oneOf', values: ['Sales'] };
    expect(segmentSchema.parse({ outside: 'leave-alone', rule })).toEqual({ outside: 'leave-alone', rule });
  });

  test.each([
    ['no rule at all', {}, 'rule'],
    ['an operator that is not there', { rule: { field: 'team', op: 'like', values: ['x'] } }, 'rule.op'],
    ['no values', { rule: { field: 'team', op: 'oneOf', values: [] } }, 'rule.values'],
    ['no field', { rule: { field: '', op: 'oneOf', values: ['x'] } }, 'rule.field'],
    ['an unknown wish for those outside', { outside: 'delete', rule: null }, 'outside'],
  ])('is refused with %s', (_, segment, path) => {
    expect(faults(segmentSchema, segment).map(([at]) => at)).toEqual([path]);
  });

  test('compares text trimmed, composed and without case, and is told in words', () => {
    expect(canonicalText('  Größe ')).toBe('größe');
    expect(canonicalText('ZOE\u0308')).toBe(canonicalText('zo\u00eb'));
    expect(describeRule({ field: 'team', op: 'oneOf', values: ['Sales', 'Ops'] })).toBe('team is one of Sales, Ops');
  });
});

describe('a programme', () => {
  test('needs a name and a zone', () => {
    expect(programmeSchema.parse({ name: ' Acme ', timeZone: 'Europe/London' })).toEqual({
      name: 'Acme',
      timeZone: 'Europe/London',
      graceDays: 60,
      invitationsPerHour: 20_000,
      roles: ['member'],
      signInUrl: null,
    });
    expect(programmeSchema.parse({ name: 'A', timeZone: 'UTC', graceDays: 0 }).graceDays).toBe(0);
  });

  test('tells all its faults at once', () => {
    const wrong = { name: ' ', timeZone: 'x', graceDays: -1, roles: ['a', 'a'], signInUrl: 'javascript:alert(1)' };
    expect(faults(programmeSchema, wrong).map(([path]) => path)).toEqual([
      'name',
      'timeZone',
      'graceDays',
      'roles',
      'signInUrl',
    ]);
  });
});
