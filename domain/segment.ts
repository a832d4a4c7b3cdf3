import { z } from 'zod';

/** Who is eligible among the employed: everybody, or those whose value in one field is in a list. */
export const segmentRuleSchema = z.strictObject({
  field: z.string().min(1).max(256),
  op: z.literal('oneOf', { error: 'only the operator "oneOf" is available so far' }),
  values: z.array(z.string().max(256)).min(1).max(1000),
});
export type SegmentRule = z.infer<typeof segmentRuleSchema>;

export const segmentSchema = z.strictObject({
  outside: z.enum(['revoke', 'leave-alone']).default('revoke'),
  rule: segmentRuleSchema.nullable(),
});
export type Segment = z.infer<typeof segmentSchema>;

export const EVERYBODY: Segment = { outside: 'revoke', rule: null };

/** Text of a rule is compared trimmed and without case. */
export function canonicalText(text: string): string {
  return text.trim().normalize('NFC').toLowerCase().normalize('NFC');
}

/** The rule in words, for the reasons that people read. */
export function describeRule(rule: SegmentRule): string {
  return `${rule.field} is one of ${rule.values.join(', ')}`;
}
