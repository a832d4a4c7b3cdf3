import { describe, expect, test } from '@jest/globals';
import { intelliHr } from '../../providers/intellihr/index.js';
import { personio } from '../../providers/personio/index.js';
import { PROVIDERS } from '../../providers/registry.js';
import { sagePeople } from '../../providers/sage-people/index.js';

/** Where files are uploaded there is nothing to type. */
const WITH_FORMS = PROVIDERS.filter(({ files }) => files === undefined);

describe.each(WITH_FORMS.map((provider) => [provider.name, provider] as const))('the form of %s', (_, { form }) => {
  const good = Object.fromEntries(form.fields.map(({ name, example }) => [name, example]));

  test('takes its own examples', () => {
    expect(form.parse(good)).toMatchObject({ ok: true });
  });

  test('names every fault at once, and quotes no secret', () => {
    const bad = Object.fromEntries(form.fields.map(({ name }) => [name, 'two words\n']));
    const parsed = form.parse({ ...bad, extra: 1 });
    if (parsed.ok) throw new Error('It was taken.');
    expect(parsed.faults.map(({ field }) => field).sort()).toEqual(
      ['extra', ...form.fields.map(({ name }) => name)].sort(),
    );
    const secrets = form.fields.filter(({ secret }) => secret).map(({ name }) => name);
    for (const { field, detail } of parsed.faults)
      if (secrets.includes(field)) expect(detail).not.toContain('two words');
  });

  test('says what is missing, and that numbers are no text', () => {
    for (const empty of [{}, Object.fromEntries(form.fields.map(({ name }) => [name, 12]))]) {
      const parsed = form.parse(empty);
      expect(parsed).toMatchObject({ ok: false, faults: { length: form.fields.length } });
    }
  });

  test('explains each field', () => {
    for (const { help, label } of form.fields) {
      expect(label).not.toBe('');
      expect(help.length).toBeGreaterThan(40);
    }
  });
});

test.each([
  ['acme', 'acme'],
  [' ACME ', 'acme'],
  ['https://acme.intellihr.net/people?x=1', 'acme'],
  ['acme.intellihr.net', 'acme'],
  ['acme.evil.example', null],
  ['https://acme.intellihr.net:8443', null],
  ['https://eve@acme.intellihr.net', null],
  ['a_b', null],
])('intelliHR understands %j as %j', (subdomain, expected) => {
  const parsed = intelliHr.form.parse({ subdomain, apiKey: 'key' });
  expect(parsed.ok ? parsed.credential.subdomain : null).toBe(expected);
});

test.each([
  ['acme.my.salesforce.com', 'acme.my.salesforce.com'],
  ['https://Acme.my.salesforce.com/lightning', 'acme.my.salesforce.com'],
  ['acme--uat.sandbox.my.salesforce.com', 'acme--uat.sandbox.my.salesforce.com'],
  ['acme.lightning.force.com', null],
  ['login.salesforce.com', null],
  ['acme.my.salesforce.com.evil.example', null],
  ['evil.example/acme.my.salesforce.com', null],
  ['https://acme.my.salesforce.com:444', null],
])('Sage People understands %j as %j', (hostname, expected) => {
  const parsed = sagePeople.form.parse({ hostname, consumerKey: 'id', consumerSecret: 'secret' });
  expect(parsed.ok ? parsed.credential.hostname : null).toBe(expected);
});

test('Personio trims what was pasted with blanks around it', () => {
  expect(personio.form.parse({ clientId: ' papi-1 ', clientSecret: 'papi-2\n' })).toEqual({
    ok: true,
    credential: { clientId: 'papi-1', clientSecret: 'papi-2' },
  });
});
