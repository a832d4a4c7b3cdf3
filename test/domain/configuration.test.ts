import { describe, expect, test } from '@jest/globals';
import { cadenceSchema, completeCadence, isTimeZone, type Cadence } from '../../domain/cadence.js';
import { setupSchema, splitSetup } from '../../domain/configuration.js';
import { programmeSchema } from '../../domain/programme.js';
import { canonicalText, describeRule, EVERYBODY, segmentSchema } from '../../domain/segment.js';
import { faultsOf, faultyPaths } from './schema-faults.js';

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
    const found = faultsOf(setupSchema, {
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
      expect(faultsOf(setupSchema, { dateFormat })).toEqual([]);
    },
  );

  test.each(['dd/mm/yyyy', 'dd/MM/yy', 'dd/MM', 'd/M/yyyy', 'dd/MMM/yyyy', 'dd/MM/yyyy HH:mm', "dd'x'MM/yyyy", ''])(
    'the date format %j is refused',
    (dateFormat) => {
      expect(faultyPaths(setupSchema, { dateFormat })).toEqual(['dateFormat']);
    },
  );

  test.each(['xxdd/MM/yyyy', 'dd/MM/yyyyy', 'dd/MM/yyyydd', 'dddd/MM/yyyy'])(
    'the date format %s is refused',
    (dateFormat) => {
      expect(faultyPaths(setupSchema, { dateFormat })).toEqual(['dateFormat']);
    },
  );

  test.each([
    { preference: 'create-and-update' },
    { preference: 'create-only' },
    { preference: 'update-only' },
    { recordType: 'user' },
    { recordType: 'user-and-saas-user' },
    { installation: 'cloud' },
    { installation: 'local' },
    { reportOn: 'always' },
    { reportOn: 'changes' },
    { reportOn: 'problems' },
  ])('may say %j', (choice) => {
    expect(setupSchema.parse(choice)).toMatchObject(choice);
  });

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
    expect(faultsOf(cadenceSchema, cadence)).toEqual([]);
    expect(cadenceSchema.parse(cadence)).toEqual(cadence);
  });

  test.each([
    { every: 'minute' },
    { every: 'hour', interval: 0 },
    { every: 'hour', interval: 25 },
    { every: 'day', interval: 2 },
    { every: 'day', weekday: 1 },
    { every: 'week', dayOfMonth: 1 },
    { every: 'week', weekday: 0 },
    { every: 'week', weekday: 8 },
    { every: 'day', at: '103:00' },
    { every: 'day', at: '03:000' },
    { every: 'day', at: '1x:00' },
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

  test('says in words what it does not take', () => {
    const said = (cadence: object) => faultsOf(setupSchema, { cadence });
    expect(said({ every: 'day', interval: 2 })).toEqual([['cadence.interval', 'is only for every "hour", not "day"']]);
    expect(said({ every: 'day', weekday: 1, dayOfMonth: 'last' })).toEqual([
      ['cadence.weekday', 'is only for every "week", not "day"'],
      ['cadence.dayOfMonth', 'is only for every "month", not "day"'],
    ]);
    expect(said({ every: 'day', at: '3:00', timeZone: 'Mars' })).toEqual([
      ['cadence.at', 'must be a time of day like "03:00"'],
      ['cadence.timeZone', 'must be an IANA time zone like "Europe/Berlin"'],
    ]);
    expect(said({ cron: '61 3 * * *' })).toEqual([['cadence.cron', 'has "61" as minute; allowed are 0 to 59']]);
  });

  test('is completed with a minute of the integration’s own, the same each time', () => {
    const id = '01890a5d-ac96-774b-bcce-b302099a8057';
    const complete = completeCadence(undefined, id, 'Europe/London');
    expect(complete).toEqual({ every: 'day', at: '03:39', timeZone: 'Europe/London' });
    expect(completeCadence(undefined, '01890a5d-ac96-774b-bcce-b30209000041', 'UTC')).toMatchObject({ at: '03:05' });
    expect(completeCadence(undefined, id, 'Europe/London')).toEqual(complete);
    expect(completeCadence({ every: 'hour' }, id, 'UTC')).toMatchObject({ interval: 1 });
    expect(completeCadence({ every: 'week' }, id, 'UTC')).toMatchObject({ weekday: 1 });
    expect(completeCadence({ every: 'month' }, id, 'UTC')).toMatchObject({ dayOfMonth: 1 });
    expect(completeCadence({ cron: '0 3 * * *' }, id, 'UTC')).toEqual({ cron: '0 3 * * *', timeZone: 'UTC' });
    const own = { timeZone: 'Asia/Tokyo', at: '07:30' };
    expect(completeCadence({ cron: '0 3 * * *', timeZone: 'Asia/Tokyo' }, id, 'UTC')).toMatchObject({
      timeZone: 'Asia/Tokyo',
    });
    expect(completeCadence({ every: 'hour', interval: 6, ...own }, id, 'UTC')).toEqual({
      every: 'hour',
      interval: 6,
      ...own,
    });
    expect(completeCadence({ every: 'week', weekday: 7, ...own }, id, 'UTC')).toMatchObject({ weekday: 7 });
    expect(completeCadence({ every: 'month', dayOfMonth: 'last', ...own }, id, 'UTC')).toMatchObject({
      dayOfMonth: 'last',
    });
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
    expect(faultyPaths(segmentSchema, segment)).toEqual([path]);
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

  test('says in words what it does not take', () => {
    const wrong = { name: ' ', timeZone: 'x', roles: ['a', 'a'], signInUrl: 'javascript:alert(1)' };
    expect(faultsOf(programmeSchema, wrong)).toEqual([
      ['name', 'must not be empty'],
      ['timeZone', 'must be an IANA time zone like "Europe/Berlin"'],
      ['roles', 'must not name a role twice'],
      ['signInUrl', 'must be an address like "https://app.acme.example"'],
    ]);
    expect(faultsOf(programmeSchema, { name: 'A', timeZone: 'UTC', roles: [] })).toEqual([
      ['roles', 'must name at least one role'],
    ]);
  });

  test('tells all its faults at once', () => {
    const wrong = { name: ' ', timeZone: 'x', graceDays: -1, roles: ['a', 'a'], signInUrl: 'javascript:alert(1)' };
    expect(faultyPaths(programmeSchema, wrong)).toEqual(['name', 'timeZone', 'graceDays', 'roles', 'signInUrl']);
  });
});
