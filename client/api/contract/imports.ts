import { z } from 'zod';
import {
  CHANGE_KINDS,
  CHANGE_OUTCOMES,
  COUNTED,
  HOLD_CAUSES,
  HOLD_DECISIONS,
  IMPORT_KINDS,
  IMPORT_PHASES,
  IMPORT_STATES,
  IMPORT_TRIGGERS,
} from '../../../domain/import.js';
import { decisionSchema } from '../../../domain/decision.js';
import { MAIL_KINDS, MAIL_STATES } from '../../../domain/mail.js';
import { undoSchema } from '../../../domain/undo.js';
import { after, date, limit, listOf, search, time } from './list.js';

const count = z.int().min(0);
const importShape = {
  id: z.string(),
  kind: z.enum(IMPORT_KINDS),
  trigger: z.enum(IMPORT_TRIGGERS),
  state: z.enum(IMPORT_STATES),
  phase: z.enum(IMPORT_PHASES),
  progress: z
    .object({
      done: z.number().nullable(),
      total: z.number().nullable(),
      perSecond: z.number().nullable(),
      secondsLeft: z.number().nullable(),
    })
    .describe('Of the present phase; null while unknown'),
  complete: z
    .object({ proven: z.boolean(), code: z.string(), reason: z.string() })
    .nullable()
    .describe(
      'Whether the directory was proven to be read completely; without that nobody is removed for being absent',
    ),
  counts: z.object(
    Object.fromEntries(COUNTED.map((kind) => [kind, count])) as Record<(typeof COUNTED)[number], typeof count>,
  ),
  impact: z.object({ membersBefore: count.nullable(), membersAfter: count.nullable() }),
  held: z
    .object({
      count,
      causes: z.object(
        Object.fromEntries(HOLD_CAUSES.map((cause) => [cause, count])) as Record<
          (typeof HOLD_CAUSES)[number],
          typeof count
        >,
      ),
      planDigest: z.string(),
      question: z.string().nullable(),
      expiresAt: time.nullable(),
      decision: z.enum(HOLD_DECISIONS).nullable(),
    })
    .nullable(),
  undo: z
    .object({ import: z.string(), only: z.literal('removals').nullable(), review: z.boolean() })
    .nullable()
    .describe('The import whose changes this run puts back, or would put back; null: it is no undo'),
  undoneBy: z.string().nullable().describe('The newest run that has put back what this one did'),
  failure: z.object({ code: z.string(), detail: z.string() }).nullable(),
  startedAt: time,
  endedAt: time.nullable(),
  detailsDeletedAt: time
    .nullable()
    .describe('Since when errors, warnings and what its changes were in detail are gone; null: they are kept'),
};

export const importSchema = z.object(importShape).meta({ id: 'Import' });
export const joinedImportSchema = z.object({ ...importShape, joined: z.boolean() }).meta({ id: 'JoinedImport' });
export const reviewImportSchema = z
  .object({
    ...importShape,
    current: z.boolean().describe('It looked at the configuration as it is now: publishing does what it shows'),
    edited: z
      .array(z.enum(['setup', 'mapping', 'segment']))
      .readonly()
      .nullable()
      .describe('In what the configuration as it is now differs from what is live; null: nothing is'),
  })
  .meta({ id: 'ReviewImport' });
export const importListSchema = listOf(importSchema, 'ImportList');
export const importQuerySchema = z.strictObject({
  kind: z.enum(IMPORT_KINDS).optional(),
  state: z.enum(IMPORT_STATES).optional(),
  limit,
  after,
});

export const changeSchema = z
  .object({
    kind: z.enum(CHANGE_KINDS),
    outcome: z.enum(CHANGE_OUTCOMES).nullable(),
    member: z.string().nullable(),
    name: z.string().nullable().describe('As the member is called now, else as the HR system called them then'),
    employeeId: z.string().nullable(),
    email: z.string().nullable(),
    reason: z.string(),
    fields: z
      .array(z.object({ name: z.string(), before: z.string().nullable(), after: z.string().nullable() }))
      .readonly(),
  })
  .meta({ id: 'Change' });
export const explanationSchema = z
  .object({
    items: z.array(changeSchema.extend({ at: time, import: z.string() })).readonly(),
    now: z.object({
      employee: z.record(z.string(), z.string()).nullable().describe('What the HR system said, as it was mapped'),
      decision: z.enum(['eligible', 'outside', 'left', 'not-yet', 'unknown', 'error', 'absent', 'unread']),
      reason: z.string(),
      at: time.nullable().describe('When the HR system was read'),
    }),
    invitation: z
      .object({ state: z.enum(MAIL_STATES), sentAt: time.nullable(), problem: z.string().nullable() })
      .nullable()
      .describe('The newest invitation; null: there was none'),
  })
  .meta({ id: 'Explanation' });
export const undoBodySchema = undoSchema.meta({ id: 'UndoBody' });
export const decisionBodySchema = decisionSchema.meta({ id: 'DecisionBody' });
export const decidedSchema = z
  .object({ decided: z.int(), stillHeld: z.int().describe('How many wait still') })
  .meta({ id: 'Decided' });
export const changeListSchema = listOf(changeSchema, 'ChangeList');
export const changeQuerySchema = z.strictObject({
  kind: z.enum(CHANGE_KINDS).optional(),
  outcome: z.enum(CHANGE_OUTCOMES).optional(),
  search: search.optional().describe('A part of a name, an address or an employee ID'),
  limit,
  after,
});

export const importOutcomesSchema = z
  .object({
    items: z.array(
      z.object({ kind: z.enum(CHANGE_KINDS), outcome: z.enum(CHANGE_OUTCOMES).nullable(), people: count }),
    ),
    next: z.null(),
  })
  .meta({ id: 'ImportOutcomes' });

export const importDaysQuerySchema = z.strictObject({
  days: z
    .string()
    .regex(/^\d{1,3}$/, 'must be a whole number from 1 to 366')
    .transform(Number)
    .pipe(z.int().min(1).max(366))
    .optional()
    .describe('How far back, 90 days when absent'),
});
export const importDayListSchema = z
  .object({
    items: z.array(
      z.object({
        date: date.describe('Where the programme lives; days without a run are left out'),
        members: count.nullable().describe('After the last run of the day that counted them'),
        joined: count,
        left: count,
        runs: count,
        failed: count,
      }),
    ),
    next: z.null(),
  })
  .meta({ id: 'ImportDayList' });

export const mailListSchema = z
  .object({
    items: z.array(
      z
        .object({
          id: z.string(),
          kind: z.enum(MAIL_KINDS),
          state: z.enum(MAIL_STATES).describe('unknown: it may have gone out, and is not sent again by itself'),
          member: z.string().nullable(),
          employeeId: z.string().nullable(),
          to: z.string(),
          sentAt: time.nullable(),
          attempts: z.int(),
          problem: z.string().nullable(),
          repeated: z.boolean().describe('Of an invitation: another one went to the same member later'),
        })
        .meta({ id: 'Mail' }),
    ),
    next: z.string().nullable(),
    counts: z.partialRecord(z.enum(MAIL_STATES), z.int()).describe('Of all mails of the import, by state'),
    nextWaveAt: time.nullable().describe('When the next wave of invitations goes, if some wait for it'),
  })
  .meta({ id: 'MailList' });
export const mailQuerySchema = z.strictObject({
  kind: z.enum(MAIL_KINDS).optional(),
  state: z.enum(MAIL_STATES).optional(),
  repeated: z.enum(['true', 'false']).optional(),
  limit,
  after,
});

export const importProblemSchema = z
  .object({
    code: z.string(),
    member: z.string().nullable().describe('Whom it concerns, where that is a member'),
    name: z.string().nullable(),
    employeeId: z.string().nullable(),
    field: z.string().nullable(),
    received: z.string().nullable(),
    allowed: z.string().nullable(),
    detail: z.string(),
    fixedBy: z.enum(['hr', 'admin', 'operator', 'provider']),
  })
  .meta({ id: 'ImportProblem' });
export const importProblemListSchema = listOf(importProblemSchema, 'ImportProblemList');
