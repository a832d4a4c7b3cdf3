import { z } from 'zod';
import { ATTENTION_CODES } from '../../../domain/attention.js';
import { setupSchema as setupInputSchema } from '../../../domain/configuration.js';
import {
  authorizeInviteSchema,
  emptySchema,
  integrationSchema as newIntegrationSchema,
  pauseSchema,
  publishSchema,
  reviewSchema,
} from '../../../domain/integration.js';
import { mappingSchema as mappingInputSchema } from '../../../domain/mapping.js';
import { OPERATORS, segmentSchema as segmentInputSchema, type SegmentRule } from '../../../domain/segment.js';
import { importSchema } from './imports.js';
import { listOf, time } from './list.js';

/**
 * What is answered is described apart from what is accepted: a setting that was once accepted is shown as it is kept,
 * even after the rules for new ones have changed.
 */
const cadence = z.union([
  z.object({
    every: z.enum(['hour', 'day', 'week', 'month']),
    interval: z.int().optional(),
    at: z.string().optional(),
    weekday: z.int().optional(),
    dayOfMonth: z.union([z.int(), z.literal('last')]).optional(),
    timeZone: z.string().optional(),
  }),
  z.object({ cron: z.string(), timeZone: z.string().optional() }),
]);

const setup = z
  .object({
    cadence,
    dateFormat: z.string().nullable(),
    dataTimeZone: z.string().nullable(),
    leadDays: z.int(),
    welcomeEmail: z.boolean(),
    preference: z.enum(['create-and-update', 'create-only', 'update-only']),
    recordType: z.enum(['user', 'user-and-saas-user']),
    installation: z.enum(['cloud', 'local']),
    removalLimit: z.object({ share: z.number(), count: z.int() }).nullable(),
    reportTo: z.array(z.string()).readonly(),
    reportOn: z.enum(['always', 'changes', 'problems']),
  })
  .meta({ id: 'Setup' });

const mapping = z
  .object({
    fields: z.array(z.object({ member: z.string(), from: z.string(), whenEmpty: z.enum(['keep', 'erase']) })),
    custom: z.array(z.object({ name: z.string(), label: z.string(), from: z.string(), unique: z.boolean() })),
    role: z.union([z.object({ fixed: z.string() }), z.object({ from: z.string() })]).optional(),
    status: z.object({ from: z.string(), employed: z.array(z.string()), left: z.array(z.string()) }).optional(),
    syncKey: z.string(),
  })
  .meta({ id: 'Mapping' });

const rule: z.ZodType<SegmentRule> = z
  .lazy(() =>
    z.union([
      z.object({ all: z.array(rule) }),
      z.object({ any: z.array(rule) }),
      z.object({ not: rule }),
      z.object({ field: z.string(), op: z.enum(OPERATORS), values: z.array(z.string()) }),
    ]),
  )
  .meta({ id: 'SegmentRule' });

const segment = z
  .object({
    outside: z.enum(['revoke', 'leave-alone']),
    rule: rule.nullable(),
  })
  .meta({ id: 'Segment' });

export const seenSchema = z.object({ people: z.int(), exact: z.boolean(), fields: z.array(z.string()).readonly() });

const shape = {
  id: z.string(),
  provider: z.string(),
  name: z.string(),
  state: z.enum(['draft', 'set-up', 'authorized', 'mapped', 'published', 'paused', 'revoked', 'removed']),
  setup: setup.nullable(),
  mapping: mapping.nullable(),
  segment: segment.nullable(),
  versions: z
    .object({ setup: z.string(), mapping: z.string(), segment: z.string() })
    .describe('Of what is shown; for `If-Match` when one of them is replaced'),
  unpublished: z.boolean().describe('Edited since it was published'),
  lastImport: importSchema.nullable(),
  nextImportAt: time.nullable(),
  needsAttention: z
    .object({
      code: z.enum(ATTENTION_CODES),
      detail: z.string(),
      remedy: z.string().describe('What to do about it'),
      since: time,
    })
    .nullable(),
  warnings: z.array(z.string()),
  seen: seenSchema.nullable().describe('What the last good authorization saw'),
  pauseNote: z.string().nullable(),
  createdAt: time,
};

export const integrationSchema = z.object(shape).meta({ id: 'Integration' });
export const integrationListSchema = listOf(integrationSchema, 'IntegrationList');
export const publishedIntegrationSchema = z
  .object({ ...shape, firstImport: importSchema })
  .meta({ id: 'PublishedIntegration' });

export const integrationBodySchema = newIntegrationSchema.meta({ id: 'IntegrationBody' });
export const setupBodySchema = setupInputSchema.meta({ id: 'SetupBody' });
export const mappingBodySchema = mappingInputSchema.meta({ id: 'MappingBody' });
export const segmentBodySchema = segmentInputSchema.meta({ id: 'SegmentBody' });
export const reviewBodySchema = reviewSchema.meta({ id: 'ReviewBody' });
const samplePerson = z.object({
  employeeId: z.string().nullable(),
  name: z.string().nullable().describe('Null where the kept directory does not have it'),
  email: z.string().nullable(),
});
export const segmentPreviewQuerySchema = z.strictObject({
  names: z
    .string()
    .regex(/^\d{1,3}$/, 'must be a whole number from 0 to 100')
    .transform(Number)
    .pipe(z.int().max(100))
    .optional()
    .describe('So many people of each kind are named; none when absent'),
});
export const segmentPreviewSchema = z
  .object({
    sentence: z.string().describe('The rule in words'),
    employed: z.int(),
    inside: z.int(),
    outside: z.int(),
    members: z.int().describe('Members with an active account who would be outside'),
    unknown: z
      .array(
        z.object({
          pointer: z.string(),
          field: z.string(),
          value: z.string().describe('Nobody has it'),
          didYouMean: z.array(z.object({ value: z.string(), people: z.int() })).readonly(),
        }),
      )
      .readonly(),
    people: z
      .object({
        inside: z.array(samplePerson).readonly(),
        outside: z.array(samplePerson).readonly(),
        members: z.array(samplePerson).readonly().describe('Members with an active account who would be outside'),
      })
      .optional()
      .describe('Some of each, where `names` asks for them'),
    import: z.string().describe('The import or review whose directory was counted'),
    at: time,
  })
  .meta({ id: 'SegmentPreview' });
export const segmentValueListSchema = z
  .object({
    items: z.array(z.object({ value: z.string(), people: z.int() })).readonly(),
    next: z.null(),
    total: z.int().describe('Different values, also those that are not among the items'),
    withoutValue: z.int(),
    at: time,
  })
  .meta({ id: 'SegmentValueList' });
/** For the document: the operation itself reads them, once it is known that whoever asks may. */
export const segmentValueQuerySchema = z
  .object({ field: z.string().optional(), search: z.string().optional(), limit: z.string().optional() })
  .catchall(z.unknown());
export const publishBodySchema = publishSchema.meta({ id: 'PublishBody' });
export const pauseBodySchema = pauseSchema.meta({ id: 'PauseBody' });
export const emptyBodySchema = emptySchema.meta({ id: 'EmptyBody' });
export const linkSchema = z
  .object({
    linkToken: z.string().describe('For the linking page; good for one use'),
    url: z.string().nullable().describe('The linking page itself, where the vendor gives one'),
    script: z.url().describe('The script that opens the linking page within a page of ours'),
  })
  .meta({ id: 'Link' });
export const authorizeInviteBodySchema = authorizeInviteSchema.meta({ id: 'AuthorizeInviteBody' });
export const authorizeBodySchema = z
  .record(z.string(), z.string())
  .describe("The fields of the provider's form, or { credential: id } of one that the programme has")
  .meta({ id: 'AuthorizeBody' });

const datesSchema = z
  .object({
    values: z.int(),
    iso: z.int(),
    forms: z.array(z.object({ format: z.string(), fits: z.int(), only: z.int() })).readonly(),
    ambiguous: z.int().describe('Values that read as two dates'),
    none: z.int(),
    detail: z.string(),
  })
  .meta({ id: 'ProviderDates' });

export const fieldSchema = z
  .object({
    path: z.string(),
    label: z.string(),
    samples: z.array(z.string()),
    filled: z.number().min(0).max(1),
    dates: datesSchema.optional().describe('Where the values read as dates that are not ISO 8601'),
  })
  .meta({ id: 'ProviderField' });
export const fieldListSchema = listOf(fieldSchema, 'ProviderFieldList');

export const suggestionSchema = z
  .object({ member: z.string(), from: z.string(), confidence: z.number().min(0).max(1), reason: z.string() })
  .meta({ id: 'Suggestion' });
export const suggestionListSchema = listOf(suggestionSchema, 'SuggestionList');

export const mappingPreviewSchema = z
  .object({
    people: z.int().describe('People who were looked at: those whom the last authorization saw'),
    errors: z.int().describe('People with an error'),
    warnings: z.int(),
    empty: z
      .array(z.object({ field: z.string(), people: z.int() }))
      .readonly()
      .describe('Mapped fields in which somebody has no value'),
    items: z
      .array(
        z.object({
          employeeId: z.string().nullable(),
          standing: z.enum(['employed', 'not-yet', 'left', 'unknown', 'error']),
          values: z.record(z.string(), z.string().nullable()),
          problems: z
            .array(
              z.object({
                severity: z.enum(['error', 'warning']),
                field: z.string().nullable(),
                received: z.string().nullable(),
                allowed: z.string().nullable(),
                detail: z.string(),
              }),
            )
            .readonly(),
        }),
      )
      .readonly()
      .describe('At most 20 of them, errors first, then warnings, then empty values'),
  })
  .meta({ id: 'MappingPreview' });

export const credentialSchema = z
  .object({
    id: z.string(),
    provider: z.string(),
    name: z.string(),
    usedBy: z.array(z.string()),
    lastUsedAt: time.nullable(),
  })
  .meta({ id: 'Credential' });
export const credentialListSchema = listOf(credentialSchema, 'CredentialList');

/** What a file that stands for the authorization is answered with. */
export const uploadedSchema = integrationSchema
  .extend({
    badLines: z
      .object({ count: z.int(), items: z.array(z.object({ place: z.string(), detail: z.string() })).readonly() })
      .nullable()
      .describe('Lines from which nobody could be read, the first of them; null when the file was sent before'),
  })
  .meta({ id: 'UploadedIntegration' });
