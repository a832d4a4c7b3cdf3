import { z } from 'zod';
import type { IntegrationRecord } from '../../database/integration-views.js';
import type { Programme } from '../../database/programmes.js';
import {
  fieldsLacking,
  findSnapshot,
  groupsOf,
  somePeopleOf,
  type Group,
  type SamplePerson,
  type Snapshot,
} from '../../database/snapshots.js';
import type { Transaction } from '../../database/transaction.js';
import {
  canonicalText,
  compileRule,
  describeRule,
  fieldsOf,
  segmentSchema,
  type RuleOptions,
  type SegmentRule,
} from '../../domain/segment.js';
import { ruleFaults } from '../../domain/segment-field.js';
import {
  countSegment,
  countValues,
  unknownValues,
  type SegmentCounts,
  type UnknownValue,
} from '../../domain/segment-preview.js';
import { readDate } from '../../domain/values.js';
import { enter, type Call, type Need } from './context.js';
import { requireIntegration, type Place } from './places.js';
import { faultsDetail, readBody, readQuery, Refusal } from './refusals.js';
import { todayIn } from './today.js';

/**
 * What a segment would mean, from the directory as the last run saw it: nobody waits for the HR system while editing.
 * What publishing does is told by a review.
 */
export interface SegmentPreview extends SegmentCounts {
  readonly sentence: string;
  /** Values that nobody has. */
  readonly unknown: readonly UnknownValue[];
  /** Some of each, where they are asked for. */
  readonly people?: {
    readonly inside: readonly SamplePerson[];
    readonly outside: readonly SamplePerson[];
    readonly members: readonly SamplePerson[];
  };
  readonly import: string;
  readonly at: string;
}

export interface SegmentValues {
  readonly items: readonly { readonly value: string; readonly people: number }[];
  readonly next: null;
  /** Different values, also those that are not among the items. */
  readonly total: number;
  readonly withoutValue: number;
  readonly at: string;
}

export function previewSegment(
  call: Call,
  place: Place,
  body: unknown,
  { names = 0 }: { names?: number | undefined } = {},
): Promise<SegmentPreview> {
  return look(call, place, 'write', async (sight) => {
    const { trx, integration, snapshot } = sight;
    const { rule } = readBody(segmentSchema, body);
    const groups = await grouped(trx, integration, snapshot, rule);
    const from = { import: snapshot.import, at: snapshot.at.toISOString() };
    const isInside = rule === null ? null : compileRule(rule, await readingOf(sight));
    const [inside, outside] = split(groups, isInside);
    const some = async (of: readonly Group[], only: 'members' | 'people') =>
      somePeopleOf(trx, integration.id, snapshot, { fields: fieldsOf(rule), groups: of, only, limit: names });
    const people =
      names === 0
        ? {}
        : {
            people: {
              inside: await some(inside, 'people'),
              outside: await some(outside, 'people'),
              members: await some(outside, 'members'),
            },
          };
    if (rule === null) {
      const employed = groups.reduce((sum, group) => sum + group.people, 0);
      const everybody = { employed, inside: employed, outside: 0, members: 0 };
      return { sentence: 'everybody who is employed', ...everybody, unknown: [], ...people, ...from };
    }
    const counts = countSegment(rule, groups, await readingOf(sight));
    const unknown = unknownValues(rule, groups).map((one) => ({ ...one, pointer: `/rule${one.pointer}` }));
    return { sentence: describeRule(rule), ...counts, unknown, ...people, ...from };
  });
}

function split(groups: readonly Group[], isInside: ReturnType<typeof compileRule> | null): [Group[], Group[]] {
  const held = (group: Group) => isInside === null || isInside((field) => group.values[field] ?? null);
  return [groups.filter(held), groups.filter((group) => !held(group))];
}

async function readingOf({ trx, programme, snapshot }: Sight): Promise<RuleOptions> {
  const { dataTimeZone, dateFormat } = snapshot.configuration.setup;
  const zone = dataTimeZone ?? programme.timeZone;
  return {
    today: await todayIn(trx, zone),
    readDate: (text) => {
      const date = readDate(text, { dateFormat, zone });
      return date.ok ? date.value : null;
    },
  };
}

/** What people have in a field, most frequent first. */
export function listSegmentValues(call: Call, place: Place, given: unknown): Promise<SegmentValues> {
  return look(call, place, 'read', async ({ trx, integration, snapshot }) => {
    const query = readQuery(valueQuery, given);
    const rule: SegmentRule = { field: query.field, op: 'isNotEmpty', values: [] };
    const groups = await grouped(trx, integration, snapshot, rule);
    const wanted = canonicalText(query.search ?? '');
    const values = [...countValues(groups, 0)]
      .filter(([key]) => key.includes(wanted))
      .map(([, { value, people }]) => ({ value, people }));
    const withoutValue = groups.find(({ values: [value] }) => value === null)?.people ?? 0;
    const items = values.sort((a, b) => b.people - a.people || (a.value < b.value ? -1 : 1)).slice(0, query.limit);
    return { items, next: null, total: values.length, withoutValue, at: snapshot.at.toISOString() };
  });
}

const valueQuery = z.strictObject({
  field: z.string().min(1).max(256),
  search: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});

interface Sight {
  readonly trx: Transaction;
  readonly programme: Programme;
  readonly integration: IntegrationRecord;
  readonly snapshot: Snapshot;
}

function look<T>(call: Call, place: Place, need: Need, work: (sight: Sight) => Promise<T>): Promise<T> {
  return enter(call, place.programme, need, async (trx, programme) => {
    const integration = await requireIntegration(trx, place.integration);
    const snapshot = await findSnapshot(trx, integration.id);
    if (snapshot === null) {
      throw new Refusal(
        'illegal-state',
        'No directory is kept yet: a review or an import that reads all of it makes one, for eight days.',
      );
    }
    return work({ trx, programme, integration, snapshot });
  });
}

async function grouped(
  trx: Transaction,
  integration: IntegrationRecord,
  snapshot: Snapshot,
  rule: SegmentRule | null,
): Promise<Group[]> {
  const faults = ruleFaults(rule, integration.mapping).map((fault) => ({ ...fault, pointer: `/rule${fault.pointer}` }));
  if (faults.length > 0) throw new Refusal('invalid-body', faultsDetail(faults), faults);
  const fields = fieldsOf(rule);
  const lacking = fieldsLacking(snapshot, fields);
  if (lacking.length > 0) {
    throw new Refusal(
      'illegal-state',
      `The kept directory does not have ${lacking.map((field) => `"${field}"`).join(', ')} of everybody: of people outside ` +
        'the segment only what its rule uses is kept. Make a review with this segment (POST …/review), which reads the HR system.',
    );
  }
  return groupsOf(trx, integration.id, snapshot, fields);
}
