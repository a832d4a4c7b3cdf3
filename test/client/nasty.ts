import fc from 'fast-check';

/** Values that break things, and values as a JSON schema of the API's document describes them, mixed. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
}

const deep = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`);
const nested = (depth: number): unknown => {
  let rule: unknown = { field: 'email', op: 'equals', values: ['x'] };
  for (let level = 0; level < depth; level += 1) rule = { not: rule };
  return rule;
};

export const NASTY_TEXTS: readonly string[] = [
  '',
  ' ',
  '\u0000',
  'null\u0000byte',
  '\ud800',
  'lone \udc00 surrogate',
  'x'.repeat(1_000_000),
  'x'.repeat(70_000),
  '\u202eright to left',
  '\ufeffmark',
  "'; drop table members; --",
  "x' or '1'='1",
  '$1',
  '?',
  ':integration',
  '%',
  '\\',
  'a@b.example\r\nBcc: everybody@acme.example',
  'line\nfeed',
  '=HYPERLINK("http://evil.example")',
  '@SUM(1)',
  '-1+1',
  '../../../../etc/passwd',
  '..%2f..%2fetc%2fpasswd',
  '__proto__',
  'constructor',
  'toString',
  '{{response.__proto__}}',
  '{{response.constructor.constructor("return process")()}}',
  '{{response["a"][99999999999]}}',
  '{{'.repeat(50),
  '(a+)+$',
  '9'.repeat(400),
  '1e400',
  '-0',
  'NaN',
  'true',
  'null',
  '2026-02-30',
  '0000-00-00',
  '99999-12-31',
  '00000000-0000-0000-0000-000000000000',
  '01890000-0000-7000-8000-000000000000',
  'http://169.254.169.254/latest/meta-data',
  'http://[::1]/',
  '<script>alert(1)</script>',
  '🧑‍🧑‍🧒‍🧒',
  'İıſß',
];

const NASTY_VALUES: readonly unknown[] = [
  ...NASTY_TEXTS,
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  Number.MAX_SAFE_INTEGER,
  2 ** 31,
  2 ** 63,
  5e-324,
  [],
  {},
  [null],
  [[]],
  { a: 1 },
  Array.from({ length: 5_000 }, () => 'x'),
  Object.fromEntries(Array.from({ length: 2_000 }, (_, number) => [`key${number}`, number])),
  deep(2_000),
  nested(500),
  { length: 1e9 },
  { toString: 'no function' },
];

export const nasty: fc.Arbitrary<unknown> = fc.constantFrom(...NASTY_VALUES);
export const nastyText: fc.Arbitrary<string> = fc.oneof(fc.constantFrom(...NASTY_TEXTS), fc.string({ unit: 'binary' }));

/** What is no JSON, and what is JSON that a parser may choke on. */
export const NASTY_BODIES: readonly string[] = [
  '{',
  '[',
  '"',
  '{"a":',
  '{"a":1,}',
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '{"a":1,"a":2}',
  '\u0000',
  'NaN',
  '1e999',
  '['.repeat(100_000),
  `${'['.repeat(50_000)}${']'.repeat(50_000)}`,
  `{"a":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}}`,
  JSON.stringify({ name: 'x'.repeat(1_100_000) }),
];

const DEEPEST = 5;
/** Most values fit, so that requests come past the first look at them. */
const FITTING = 8;

/** A body by its schema, in which any part may be something else. */
export function fitting(schema: Schema, schemas: Readonly<Record<string, Schema>>, depth = 0): fc.Arbitrary<unknown> {
  const inner = (of: Schema) => fitting(of, schemas, depth + 1);
  const right = (): fc.Arbitrary<unknown> => {
    if (schema.$ref !== undefined) return inner(schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {});
    if (schema.const !== undefined) return fc.constant(schema.const);
    if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
    const choices = schema.anyOf ?? schema.oneOf ?? schema.allOf;
    if (choices !== undefined) return fc.oneof(...choices.map(inner));
    const type = typeof schema.type === 'string' ? schema.type : schema.type?.[0];
    switch (type ?? '') {
      case 'object':
        return objectOf(schema, inner);
      case 'array':
        return fc.array(inner(schema.items ?? {}), { maxLength: 3 });
      case 'integer':
        return fc.integer({ min: Math.max(schema.minimum ?? -5, -1e9), max: Math.min(schema.maximum ?? 500, 1e9) });
      case 'number':
        return fc.double({ min: schema.minimum ?? -5, max: schema.maximum ?? 5, noNaN: true });
      case 'boolean':
        return fc.boolean();
      case 'string':
        return fc.oneof(fc.constantFrom(...PLAIN_TEXTS), fc.string({ maxLength: 12 }));
      default:
        return fc.jsonValue({ maxDepth: 2 });
    }
  };
  if (depth > DEEPEST) return nasty;
  return fc.oneof({ weight: FITTING, arbitrary: fc.constant(null).chain(right) }, { weight: 1, arbitrary: nasty });
}

const PLAIN_TEXTS = [
  'Acme',
  'email',
  'ada.park@acme.example',
  'Europe/London',
  'member',
  '{{response.email}}',
  '{{response.country}}',
  'employeeId',
  'yyyy-MM-dd',
  '03:00',
  'E1',
];

function objectOf(schema: Schema, inner: (of: Schema) => fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const { properties = {}, additionalProperties } = schema;
  const known = fc.record(Object.fromEntries(Object.entries(properties).map(([name, of]) => [name, inner(of)])), {
    requiredKeys: [...(schema.required ?? [])].filter((name) => name in properties),
  });
  const more = typeof additionalProperties === 'object' ? inner(additionalProperties) : nasty;
  const extra = fc.dictionary(fc.oneof(fc.constantFrom(...PLAIN_TEXTS), nastyText), more, { maxKeys: 2 });
  const strays =
    typeof additionalProperties === 'object' ? extra : fc.oneof({ weight: 6, arbitrary: fc.constant({}) }, extra);
  return fc.tuple(known, strays).map(([fields, others]) => ({ ...others, ...fields }));
}
