import { createHash } from 'node:crypto';
import type { Incident } from '../domain/attention.js';
import type { LiveSettings, VersionedSetup } from '../domain/configuration.js';
import type { Mapping } from '../domain/mapping.js';
import { EVERYBODY, type Segment } from '../domain/segment.js';
import { newId } from './ids.js';
import type { Transaction } from './transaction.js';

/** Integrations as people see them. The configuration shown is the one an edit would start from: draft, else published. */
export interface IntegrationRecord {
  readonly id: string;
  readonly programme: string;
  readonly provider: string;
  readonly name: string;
  readonly state: IntegrationStateName;
  readonly setup: (LiveSettings & VersionedSetup) | null;
  readonly mapping: Mapping | null;
  readonly segment: Segment | null;
  readonly unpublished: boolean;
  readonly publishedMapping: Mapping | null;
  readonly seen: SeenByProbe | null;
  readonly pauseNote: string | null;
  readonly needsAttention: Incident | null;
  readonly slowed: boolean;
  readonly createdAt: Date;
}

export interface SeenByProbe {
  readonly people: number;
  readonly exact: boolean;
  readonly fields: readonly string[];
  /** What the customer calls fields that are known by another name, by path. */
  readonly labels?: Readonly<Record<string, string>>;
}

export type IntegrationStateName =
  | 'draft'
  | 'set-up'
  | 'authorized'
  | 'mapped'
  | 'published'
  | 'paused'
  | 'revoked'
  | 'removed';

interface IntegrationRow {
  id: string;
  programme_id: string;
  provider: string;
  name: string;
  state: IntegrationStateName;
  live: LiveSettings;
  seen: SeenByProbe | null;
  pause_note: string | null;
  needs_attention: Incident | null;
  slowed: boolean;
  created_at: Date;
  config_setup: VersionedSetup | null;
  config_mapping: Mapping | null;
  config_segment: Segment | null;
  published_mapping: Mapping | null;
  unpublished: boolean;
}

const mapper = {
  fromRow: (row: IntegrationRow): IntegrationRecord => ({
    id: row.id,
    programme: row.programme_id,
    provider: row.provider,
    name: row.name,
    state: row.state,
    setup: row.config_setup === null ? null : { ...row.live, ...row.config_setup },
    mapping: row.config_mapping,
    segment: row.config_setup === null ? null : (row.config_segment ?? EVERYBODY),
    unpublished: row.unpublished,
    publishedMapping: row.published_mapping,
    seen: row.seen,
    pauseNote: row.pause_note,
    needsAttention: row.needs_attention === null ? null : shown(row.needs_attention),
    slowed: row.slowed,
    createdAt: row.created_at,
  }),
};

/** Without what is kept beside it. */
const shown = ({ code, detail, since }: Incident): Incident => ({
  code,
  detail,
  since: new Date(since).toISOString(),
});

export async function insertIntegration(
  trx: Transaction,
  integration: { programme: string; provider: string; name: string; createdBy: string },
): Promise<string> {
  const id = newId();
  await trx('integrations').insert({
    programme_id: integration.programme,
    id,
    provider: integration.provider,
    name: integration.name,
    created_by: integration.createdBy,
  });
  return id;
}

export async function findIntegrationRecord(trx: Transaction, id: string): Promise<IntegrationRecord | null> {
  const rows = await select(trx, { id, limit: 1 });
  return rows[0] === undefined ? null : mapper.fromRow(rows[0]);
}

/** Oldest first, without removed ones. */
export async function listIntegrationRecords(
  trx: Transaction,
  page: { limit: number; after: string | null },
): Promise<IntegrationRecord[]> {
  return (await select(trx, page)).map(mapper.fromRow);
}

/** What is edited by itself: two people who edit different parts do not meet. */
export type ConfigurationPart = 'setup' | 'mapping' | 'segment';

/** The version of a part is its content: whoever has seen the same has seen this one. */
export function versionsOf({ setup, mapping, segment }: IntegrationRecord): Record<ConfigurationPart, string> {
  return { setup: versionOf(setup), mapping: versionOf(mapping), segment: versionOf(segment) };
}

/** Enough that no two contents that somebody has ever saved share it. */
const VERSION_LENGTH = 32;

function versionOf(content: unknown): string {
  const text = JSON.stringify(inOrder(content));
  return createHash('sha256').update(text).digest('hex').slice(0, VERSION_LENGTH);
}

/** Postgres keeps properties in an order of its own. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, inner]) => [name, inOrder(inner)]));
}

async function select(
  trx: Transaction,
  wanted: { id?: string; limit: number; after?: string | null },
): Promise<IntegrationRow[]> {
  const query = trx('integrations as i')
    .leftJoin('integration_configs as edited', (join) =>
      join
        .on('edited.programme_id', 'i.programme_id')
        .andOn('edited.id', trx.raw('coalesce(i.draft_config_id, i.published_config_id)')),
    )
    .leftJoin('integration_configs as published', (join) =>
      join.on('published.programme_id', 'i.programme_id').andOn('published.id', 'i.published_config_id'),
    )
    .select('i.id', 'i.programme_id', 'i.provider', 'i.name', 'i.state', 'i.live', 'i.seen', 'i.pause_note')
    .select('i.needs_attention', 'i.created_at', 'published.mapping as published_mapping')
    .select(trx.raw('(i.slowed_since is not null) as slowed'))
    .select('edited.setup as config_setup', 'edited.mapping as config_mapping', 'edited.segment as config_segment')
    .select(trx.raw('(published.id is not null and edited.digest <> published.digest) as unpublished'))
    .orderBy('i.id')
    .limit(wanted.limit);
  if (wanted.id !== undefined) void query.where('i.id', wanted.id);
  else void query.where('i.state', '<>', 'removed');
  if (wanted.after != null) void query.where('i.id', '>', wanted.after);
  return (await query) as IntegrationRow[];
}

/** The programme of a published integration of that provider, whichever it is. */
export async function findHome(trx: Transaction, id: string, provider: string): Promise<string | null> {
  const row = await trx('integrations')
    .where({ id, provider, state: 'published' })
    .first<{ programme_id: string } | undefined>('programme_id');
  return row?.programme_id ?? null;
}
