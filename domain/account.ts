import { z } from 'zod';
import type { JsonValue } from './employee.js';
import { EMPLOYEE_ID, MEMBER_FIELDS, type MappableField, type MemberField } from './member.js';
import { readDate, readEmail, readKey, readMonthDay, readText, type Read } from './values.js';

/** An account that somebody makes by hand: the member's fields by name, each read as an import would read it. */
const CUSTOM_NAME = /^[a-z][A-Za-z0-9]{0,39}$/;
const MOST_CUSTOM = 10;
const ISO = { dateFormat: null, zone: 'utc' };

const READERS: Readonly<Record<MemberField['kind'], (value: JsonValue) => Read<string | null>>> = {
  text: readText,
  email: readEmail,
  date: (value) => readDate(value, ISO),
  'month-day': (value) => readMonthDay(value, ISO),
};

function valueSchema(read: (value: JsonValue) => Read<string | null>) {
  return z
    .string()
    .nullish()
    .transform((given, context) => {
      const value = read(given ?? null);
      if (value.ok) return value.value;
      context.issues.push({ code: 'custom', input: given, message: `must be ${value.allowed}` });
      return z.NEVER;
    });
}

const fields = Object.fromEntries([
  [EMPLOYEE_ID, valueSchema(readKey)],
  ...MEMBER_FIELDS.map(({ id, kind }) => [id, valueSchema(READERS[kind])] as const),
]) as Record<MappableField, ReturnType<typeof valueSchema>>;

export const accountSchema = z
  .strictObject({
    ...fields,
    role: z.string().min(1).optional(),
    custom: z.record(z.string().regex(CUSTOM_NAME), z.string().trim().min(1).max(1000)).optional(),
  })
  .check((context) => {
    const { email, custom = {} } = context.value;
    const fault = (path: string, message: string) =>
      context.issues.push({ code: 'custom', path: [path], input: context.value, message });
    if (email === null) fault('email', 'is missing; an account needs one');
    const names = Object.keys(custom).length;
    if (names > MOST_CUSTOM) fault('custom', `has ${names} fields; at most ${MOST_CUSTOM} are allowed`);
  });
export type Account = z.infer<typeof accountSchema>;
