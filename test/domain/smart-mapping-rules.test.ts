import { describe, expect, test } from '@jest/globals';
import { countDate, dateForms } from '../../domain/date-forms.js';
import { fieldLabel, type DiscoveredField } from '../../domain/fields.js';
import { parseFrom } from '../../domain/paths.js';
import { suggestMapping } from '../../domain/smart-mapping.js';
import type { MappableField } from '../../domain/member.js';

/** Each sign by which a field is known or ruled out, alone; how often they are right together: smart-mapping.test.ts. */
function field(path: string, ...samples: string[]): DiscoveredField {
  const parsed = parseFrom(`{{response.${path}}}`);
  if (!parsed.ok || parsed.from.kind !== 'path') throw new Error(`${path} is no path`);
  return {
    path: `response.${path}`,
    label: fieldLabel(parsed.from.steps),
    samples,
    filled: samples.length > 0 ? 1 : 0,
  };
}
const called = (label: string, ...samples: string[]): DiscoveredField => ({
  path: 'response.x',
  label,
  samples,
  filled: 1,
});
const of = (member: MappableField, fields: readonly DiscoveredField[], id = '{{response.id}}') =>
  suggestMapping(fields, id).find((one) => one.member === member);
const source = (member: MappableField, ...fields: DiscoveredField[]) => of(member, fields)?.from ?? null;
const sure = (member: MappableField, one: DiscoveredField) => of(member, [one])?.confidence ?? 0;
const X = '{{response.x}}';

describe('an e-mail address', () => {
  test.each(['Emails', 'Emailkontakt', 'E-Mail', 'Workmail', 'Mail', 'Bedrijfsmailadres', 'Mailadresse', 'Courriel'])(
    'may be called %s',
    (label) => {
      expect(of('email', [called(label)])).toMatchObject({
        from: X,
        confidence: 0.92,
        reason: `"${label}" names an e-mail address.`,
      });
      expect(of('email', [called(label, 'ada@acme.example')])?.confidence).toBe(0.98);
      expect(source('personalEmail', called(label))).toBeNull();
    },
  );

  test.each(['Private e-mail', 'Home mail', 'Correo particular', 'Privates E-Mail'])(
    'called %s is a private one',
    (label) => {
      expect(of('personalEmail', [called(label)])).toMatchObject({
        from: X,
        reason: `"${label}" names an e-mail address, a private one.`,
      });
      expect(source('email', called(label))).toBeNull();
    },
  );

  test('is known by its values where every one is one', () => {
    expect(of('email', [called('Contact', 'ada@acme.example', 'ben@acme.example')])).toMatchObject({
      from: X,
      confidence: 0.6,
      reason: 'Its values look like e-mail addresses.',
    });
    expect(source('email', called('Contact', 'ada@acme.example', 'ben'))).toBeNull();
    expect(source('email', called('Contact'))).toBeNull();
    expect(source('email', called('Female', 'yes'))).toBeNull();
    expect(source('personalEmail', called('Private e-mail', 'yes'))).toBeNull();
  });

  test.each(['to ada@acme.example', 'ada@acme.example, ben@acme.example', 'ada', 'ada@acme'])(
    'is none with the value %s, whatever it is called',
    (sample) => {
      expect(source('email', called('E-mail', 'ben@acme.example', sample))).toBeNull();
    },
  );
});

describe('a value that speaks against a name', () => {
  test.each<[MappableField, string, string, boolean]>([
    ['employmentType', 'Employment type', 'Active', false],
    ['employmentType', 'Employment type', 'inactive', false],
    ['employmentType', 'Employment type', 'Current', false],
    ['employmentType', 'Employment type', 'Staff', false],
    ['employmentType', 'Employment type', 'Permanent staff', true],
    ['employmentType', 'Employment type', 'Proactive', true],
    ['employmentType', 'Employment type', 'Actively hired', true],
    ['jobTitle', 'Title', 'Mr', false],
    ['jobTitle', 'Title', 'Dr.', false],
    ['jobTitle', 'Title', 'Drummer', true],
    ['jobTitle', 'Title', 'Chief Miss', true],
    ['username', 'Login', 'Ada Park', false],
    ['username', 'Login', 'apark', true],
    ['username', 'Login', 'ada@acme.example', true],
    ['team', 'Team', 'ada@acme.example', false],
    ['team', 'Team', 'Active', true],
    ['team', 'Team', 'Mr', true],
    ['team', 'Team', 'Blue Team', true],
    ['managerId', 'Manager', 'ada@acme.example', true],
  ])('%s called %s with %s: %s', (member, label, sample, isProposed) => {
    expect(source(member, called(label, sample))).toBe(isProposed ? X : null);
  });

  test('does so only where there is one', () => {
    expect(source('jobTitle', called('Title'))).toBe(X);
    expect(source('username', called('Login', ''))).toBe(X);
  });
});

describe('how sure a proposal is', () => {
  test('a name of ours is surer than a synonym, and one high in the list than one below', () => {
    expect(sure('username', called('User name', 'apark'))).toBe(0.98);
    expect(sure('username', called('username', 'apark'))).toBe(0.98);
    expect(of('username', [called('username', 'apark')])?.reason).toBe('Both are called "username".');
    expect(sure('firstName', called('Given name', 'Ada'))).toBe(0.916);
    expect(sure('firstName', called('Forename', 'Ada'))).toBe(0.912);
    expect(of('firstName', [called('Forename', 'Ada')])?.reason).toBe('"Forename" is another word for "First name".');
  });

  test('the end of a path is a weaker sign than the whole, and the best of all its signs counts', () => {
    expect(sure('city', field('work.town', 'Leeds'))).toBe(0.889);
    expect(sure('city', field('town', 'Leeds'))).toBe(0.916);
    expect(sure('city', field('x.address.city', 'Leeds'))).toBe(0.892);
  });

  test('an empty field and one of several are weaker', () => {
    expect(sure('team', field('team', 'Blue'))).toBe(0.98);
    expect(sure('team', field('team'))).toBe(0.882);
    expect(sure('team', field('team[0]', 'Blue'))).toBe(0.784);
    expect(sure('team', field('team[12]', 'Blue'))).toBe(0.784);
    expect(sure('team', field('team[0]'))).toBe(0.706);
  });

  test('accents, signs, digits and little words make no difference', () => {
    expect(source('startDate', called("Date d'entrée", '2026-01-01'))).toBe(X);
    expect(source('addressLine1', called('Straße', 'Ring 1'))).toBe(X);
    expect(source('addressLine2', called('address2', 'Hof'))).toBe(X);
    expect(source('startDate', called('Date  of -- joining!', '2026-01-01'))).toBe(X);
  });

  test('which dates they are is told with a field of dates, and not with others', () => {
    const tally: Record<string, number> = {};
    countDate(tally, '25/04/2026');
    const dates = dateForms(tally);
    const reason = (member: MappableField, label: string) =>
      of(member, [{ ...called(label, '25/04/2026'), dates }])?.reason;
    expect(reason('startDate', 'Start date')).toBe('Both are called "Start date". 1 of 1 values fit dd/MM/yyyy.');
    expect(reason('birthday', 'Birthday')).toBe('Both are called "Birthday". 1 of 1 values fit dd/MM/yyyy.');
    expect(reason('team', 'Team')).toBe('Both are called "Team".');
    expect(of('startDate', [called('Start date', '2026-04-25')])?.reason).toBe('Both are called "Start date".');
  });
});

describe('the names of a path', () => {
  test('what has a name is called like it, at any depth; its id is something else', () => {
    expect(source('department', field('department.name', 'Sales'))).toBe('{{response.department.name}}');
    expect(source('department', field('org.unit.department.Name', 'Sales'))).not.toBeNull();
    expect(source('department', field('org.business.unit.name', 'Sales'))).not.toBeNull();
    expect(source('team', field('org.squad.name', 'Blue'))).not.toBeNull();
    expect(sure('jobTitle', field('hr.job.position.title.name', 'Engineer'))).toBe(0.889);
    expect(source('jobTitle', field('hr.positionTitle', 'Engineer'))).not.toBeNull();
    expect(source('postalCode', field('office.postal.code', 'LS1'))).not.toBeNull();
    expect(source('department', field('department.id', '7'))).toBeNull();
    expect(source('fullName', field('profile.name', 'Ada Park'))).toBeNull();
    expect(source('fullName', field('name', 'Ada Park'))).not.toBeNull();
    expect(source('fullName', field('profile.display.name', 'Ada Park'))).not.toBeNull();
  });
});

describe('the id of a manager', () => {
  const ids = [field('manager.id', '17'), field('manager.remote_id', 'r17')];

  test('is the one that people are known by', () => {
    expect(of('managerId', ids, '{{response.remote_id}}')).toEqual({
      member: 'managerId',
      from: '{{response.manager.remote_id}}',
      confidence: 0.99,
      reason: 'It is the id of the manager that people are known by.',
    });
    expect(of('managerId', ids, '{{response.id}}')?.from).toBe('{{response.manager.id}}');
  });

  test('may stand as deep as one likes, as may that of the person', () => {
    const deep = [field('line.manager.key', '17')];
    expect(of('managerId', deep, '{{response.person.remote.key}}')?.confidence).toBe(0.99);
    expect(of('managerId', deep, '{{response.key.remote.id}}')?.confidence).not.toBe(0.99);
    expect(of('managerId', [field('office.remote_id', '17')], '{{response.remote_id}}')).toBeUndefined();
  });
});

describe('no field', () => {
  test('is proposed beside the employee ID that it is', () => {
    expect(of('username', [field('username', 'apark')], '{{response.username}}')).toBeUndefined();
  });

  test('with a sensitive label is proposed, whatever its path ends with', () => {
    expect(source('team', field('payroll.team', 'Blue'))).toBeNull();
  });

  test('is proposed for two, nor two for one', () => {
    const suggestions = suggestMapping([field('name', 'Ada'), field('full_name', 'Ada Park')], '{{response.id}}');
    expect(suggestions.map(({ member, from }) => [member, from])).toEqual([
      ['employeeId', '{{response.id}}'],
      ['fullName', '{{response.full_name}}'],
    ]);
    expect(suggestions[0]?.reason).toBe("The HR system's own id of the person never changes.");
  });
});
