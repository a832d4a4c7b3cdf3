import type { z } from 'zod';
import type { integrationSchema } from '../../api/contract/integrations.js';

/** What mappings and segments look like, for whatever works on them without asking the API. */
type Integration = z.infer<typeof integrationSchema>;
export type Mapping = NonNullable<Integration['mapping']>;
export type MappedField = Mapping['fields'][number];
export type CustomField = Mapping['custom'][number];

export type Segment = NonNullable<Integration['segment']>;
export type SegmentRule = NonNullable<Segment['rule']>;
export type Condition = Extract<SegmentRule, { op: string }>;
export type Operator = Condition['op'];
