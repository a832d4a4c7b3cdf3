import { z } from 'zod';
import { EMPLOYEE_ID, MAPPABLE_FIELDS, type MappableField } from './member.js';
import { parseFrom } from './paths.js';
import { isSensitivePath } from './privacy.js';

/** A mapping as the admin gives it: which provider value stands for which member field. */
export const MAX_CUSTOM_FIELDS = 10;

const from = z.string().check((context) => {
  const parsed = parseFrom(context.value);
  // Continued, so that the faults of the whole mapping are told with those of its parts.
  if (!parsed.ok) {
    context.issues.push({ code: 'custom', input: context.value, message: parsed.detail, continue: true });
  }
  if (parsed.ok && parsed.from.kind === 'path' && isSensitivePath(parsed.from.steps)) {
    context.issues.push({
      code: 'custom',
      input: context.value,
      message: `${context.value} is sensitive data, which is never read`,
      continue: true,
    });
  }
});

const customField = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][A-Za-z0-9]{0,39}$/, 'must begin with a small letter and have at most 40 letters and digits'),
  label: z.string().trim().min(1).max(80),
  from,
  unique: z.boolean().default(false),
});

export const mappingSchema = z
  .strictObject({
    fields: z.array(
      z.strictObject({
        member: z.enum(MAPPABLE_FIELDS as [MappableField, ...MappableField[]]),
        from,
        whenEmpty: z.enum(['keep', 'erase']).default('keep'),
      }),
    ),
    custom: z.array(customField).default([]),
    role: z.union([z.strictObject({ fixed: z.string().min(1) }), z.strictObject({ from })]).optional(),
    status: z
      .strictObject({ from, employed: z.array(z.string().min(1)).min(1), left: z.array(z.string().min(1)) })
      .optional(),
    syncKey: z.string().default(EMPLOYEE_ID),
  })
  .check((context) => {
    const mapping = context.value;
    const fault = (path: (string | number)[], message: string) =>
      context.issues.push({ code: 'custom', path, input: mapping, message });
    if (!mapping.fields.some((field) => field.member === 'email')) fault(['fields'], 'must map "email"');
    repeated(mapping.fields.map((field) => field.member)).forEach(({ index, value }) =>
      fault(['fields', index, 'member'], `"${value}" is mapped twice`),
    );
    repeated(mapping.custom.map((field) => field.name)).forEach(({ index, value }) =>
      fault(['custom', index, 'name'], `"${value}" is there twice`),
    );
    const allowed = syncKeys(mapping.custom);
    if (!allowed.includes(mapping.syncKey)) {
      fault(['syncKey'], `is "${mapping.syncKey}"; allowed are ${allowed.map((key) => `"${key}"`).join(', ')}`);
    }
  });

export type Mapping = z.infer<typeof mappingSchema>;

function syncKeys(custom: readonly { name: string; unique: boolean }[]): string[] {
  return [EMPLOYEE_ID, 'email', ...custom.filter((field) => field.unique).map((field) => `custom.${field.name}`)];
}

function repeated(values: readonly string[]): { index: number; value: string }[] {
  return values.flatMap((value, index) => (values.indexOf(value) < index ? [{ index, value }] : []));
}

/** The custom fields of a mapping in a form that can be compared: which are there, from what, and which are unique. */
export function customFieldsDigest(mapping: Mapping | null): string {
  const custom = mapping?.custom ?? [];
  return JSON.stringify(
    custom
      .map(({ name, label, from, unique }) => [name, label, from, unique])
      .sort((a, b) => (String(a) < String(b) ? -1 : 1)),
  );
}

/**
 * True when a run must read custom fields, which cost a request a person at some vendors.
 *
 * @param segmentFields the fields of the segment's rule.
 * @param isCustom tells them by the first name of their path.
 */
export function usesCustomFields(
  mapping: Mapping,
  segmentFields: readonly string[],
  isCustom: (name: string) => boolean,
): boolean {
  const texts = [
    ...mapping.fields.map((field) => field.from),
    ...mapping.custom.map((field) => field.from),
    mapping.role && 'from' in mapping.role ? mapping.role.from : '',
    mapping.status?.from ?? '',
    ...segmentFields,
  ];
  return texts.some((text) => {
    const parsed = parseFrom(text);
    return parsed.ok && parsed.from.kind === 'path' && isCustom(String(parsed.from.steps[0]));
  });
}
