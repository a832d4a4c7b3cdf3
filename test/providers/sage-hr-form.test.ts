import { describe, expect, test } from '@jest/globals';
import { form } from '../../providers/sage-hr/form.js';
import { PROVIDERS, findProvider } from '../../providers/registry.js';

const key = '7c2f0e6b1d9a48350e6f';
const faultsOf = (input: Record<string, unknown>) => {
  const result = form.parse(input);
  return result.ok ? [] : result.faults;
};

describe('the subdomain', () => {
  test.each([
    ['acme', 'acme'],
    [' Acme ', 'acme'],
    ['ACME.sage.hr', 'acme'],
    ['acme.sage.hr/', 'acme'],
    ['https://acme.sage.hr', 'acme'],
    ['https://acme.sage.hr/', 'acme'],
    ['http://Acme.Sage.HR/employees?page=2#top', 'acme'],
    ['acme-2', 'acme-2'],
    ['7', '7'],
  ])('%j is understood as %s', (given, subdomain) => {
    expect(form.parse({ subdomain: given, apiKey: key })).toEqual({ ok: true, credential: { subdomain, apiKey: key } });
  });

  test.each([
    'acme.example',
    'acme.sage.hr.evil.example',
    'https://evil.example/acme.sage.hr',
    'https://acme.sage.hr@evil.example',
    'https://evil.example#.sage.hr',
    'evil.example\\.sage.hr',
    'a.b.sage.hr',
    '.sage.hr',
    'sage.hr',
    'https://acme.sage.hr:8443',
    'ftp://acme.sage.hr',
    '-acme',
    'acme-',
    'ac me',
    'a_b',
    'größe',
    'x'.repeat(64),
    '127.0.0.1',
    '{subdomain}',
    '../x',
  ])('%j is refused, with what is allowed', (subdomain) => {
    expect(faultsOf({ subdomain, apiKey: key })).toEqual([
      { field: 'subdomain', detail: expect.stringContaining('such as acme of https://acme.sage.hr') },
    ]);
  });
});

describe('the key', () => {
  test('loses blanks around it', () => {
    expect(form.parse({ subdomain: 'acme', apiKey: ` ${key}\n` })).toMatchObject({ credential: { apiKey: key } });
  });

  test.each(['', '   ', 'two words', 'line\r\nx-header: 1', 'schlüssel', 'x'.repeat(513), 12, null, undefined])(
    '%j is refused and not repeated in the sentence',
    (apiKey) => {
      const faults = faultsOf({ subdomain: 'acme', apiKey });
      expect(faults).toMatchObject([{ field: 'apiKey' }]);
      if (typeof apiKey === 'string' && apiKey.trim() !== '') expect(faults[0]?.detail).not.toContain(apiKey.trim());
    },
  );
});

test('every fault is told at once, unknown properties too', () => {
  const faults = faultsOf({ subdomain: 4, password: 'x', constructor: 1 });
  expect(faults.map((fault) => fault.field)).toEqual(['password', 'constructor', 'subdomain', 'apiKey']);
  expect(faults[0]?.detail).toContain('subdomain and apiKey');
});

test('help says where things are found, and only the key is secret', () => {
  expect(form.fields.map((field) => [field.name, field.secret])).toEqual([
    ['subdomain', false],
    ['apiKey', true],
  ]);
  expect(form.fields.every((field) => field.help.startsWith('How do I find my'))).toBe(true);
});

test('the registry finds by id and nothing else', () => {
  expect(findProvider('sage-hr')?.name).toBe('Sage HR');
  expect(findProvider('Sage HR')).toBeUndefined();
  expect(new Set(PROVIDERS.map((provider) => provider.id)).size).toBe(PROVIDERS.length);
});
