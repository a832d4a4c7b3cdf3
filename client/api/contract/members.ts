import { z } from 'zod';
import { accountSchema } from '../../../domain/account.js';
import { MAPPABLE_FIELDS, MEMBER_STATES, type MappableField } from '../../../domain/member.js';
import { date, time } from './list.js';

const text = z.string().nullable();
const standard = Object.fromEntries(MAPPABLE_FIELDS.map((field) => [field, text])) as Record<
  MappableField,
  typeof text
>;

export const memberSchema = z
  .object({
    ...standard,
    id: z.string().describe('The same for life'),
    integration: z.string().nullable().describe('The integration that owns the member; null: made by hand'),
    state: z.enum(MEMBER_STATES),
    role: z.string().nullable(),
    custom: z.record(z.string(), z.string()),
    saasUser: z.object({ id: text, role: text, status: text, lastActivityAt: text }).nullable(),
    protected: z.boolean(),
    manager: z.string().nullable().describe('The member whom managerId means; null: nobody, or no member'),
    closeDown: z.object({ reason: z.string(), startedOn: date, endsOn: date }).nullable(),
    joinedAt: time,
  })
  .meta({ id: 'Member' });

export const memberListSchema = z
  .object({ items: z.array(memberSchema), next: z.string().nullable(), total: z.int() })
  .meta({ id: 'MemberList' });

const anyOf = z.union([z.string(), z.array(z.string())]).optional();

/** For the document: the operation itself reads the filters and refuses what is unknown. */
export const memberQuerySchema = z
  .object({
    limit: z.string().optional(),
    after: z.string().optional(),
    integration: anyOf,
    state: anyOf.describe(`${MEMBER_STATES.join(', ')}; active and closing-down when absent`),
    joinedWithinDays: z.string().optional(),
    birthdayMonth: anyOf,
    search: z.string().optional(),
    role: anyOf,
    ...(Object.fromEntries(MAPPABLE_FIELDS.map((field) => [field, anyOf])) as Record<MappableField, typeof anyOf>),
  })
  .catchall(z.union([z.string(), z.array(z.string())]));

export const memberBodySchema = accountSchema.meta({ id: 'MemberBody' });
export const memberPatchBodySchema = z.strictObject({ protected: z.boolean() }).meta({ id: 'MemberPatch' });

export const memberFileResponse = {
  200: { content: { 'text/csv': { schema: z.string().describe('RFC 4180, UTF-8 with BOM, CRLF') } } },
};
export const memberValueListSchema = z
  .object({
    items: z.array(
      z.object({
        value: z.string().describe('For the filter'),
        label: z.string().nullable().describe('Whom an id means; null for everything that speaks for itself'),
        members: z.int(),
      }),
    ),
    next: z.null(),
    total: z.int().describe('Different values that match, also those that are not among the items'),
  })
  .meta({ id: 'MemberValueList' });
/** For the document: the operation itself reads them, once it is known that whoever asks may. */
export const memberValueQuerySchema = z
  .object({ field: z.string().optional(), search: z.string().optional(), limit: z.string().optional() })
  .catchall(z.unknown());
