import { createHash } from 'node:crypto';
import type { Attention } from '../domain/attention.js';
import type { LiveSettings, VersionedSetup } from '../domain/configuration.js';
import type { Mapping } from '../domain/mapping.js';
import { EVERYBODY, type Segment } from '../domain/segment.js';
import { newId } from './ids.js';
import type { Transaction } from './transaction.js';

/** Integrations and the versions of their configuration: the writing side, which the integration's workflow uses. */
export interface Integration {
  readonly programme: string;
  readonly id: string;
  readonly provider: string;
  readonly name: string;
  readonly state: string;
  readonly revision: number;
  readonly epoch: number;
  readonly live: LiveSettings;
  readonly credential: string | null;
  readonly publishedConfig: string | null;
  readonly draftConfig: string | null;
  readonly accountFingerprint: string | null;
  readonly pauseNote: string | null;
  readonly needsAttention: Attention | null;
  /** It kept failing: it imports once a day, whatever its cadence says. */
  readonly slowed: boolean;
}

export interface Configuration {
  readonly id: string;
  readonly version: number;
  readonly setup: VersionedSetup;
  readonly mapping: Mapping | null;
  readonly segment: Segment;
  readonly digest: string;
  readonly publishedAt: Date | null;
}

interface IntegrationRow {
  programme_id: string;
  id: string;
  provider: string;
  name: string;
  state: string;
  revision: number;
  epoch: number;
  live: LiveSettings;
  credential_id: string | null;
  published_config_id: string | null;
  draft_config_id: string | null;
  account_fingerprint: string | null;
  pause_note: string | null;
  needs_attention: Attention | null;
  slowed_since: Date | null;
}

interface ConfigurationRow {
  id: string;
  integration_id: string;
  version: number;
  setup: VersionedSetup;
  mapping: Mapping | null;
  segment: Segment | null;
  digest: string;
  published_at: Date | null;
}

const toIntegration = (row: IntegrationRow): Integration => ({
  programme: row.programme_id,
  id: row.id,
  provider: row.provider,
  name: row.name,
  state: row.state,
  revision: row.revision,
  epoch: row.epoch,
  live: row.live,
  credential: row.credential_id,
  publishedConfig: row.published_config_id,
  draftConfig: row.draft_config_id,
  accountFingerprint: row.account_fingerprint,
  pauseNote: row.pause_note,
  needsAttention: row.needs_attention,
  slowed: row.slowed_since !== null,
});

const toConfiguration = (row: ConfigurationRow): Configuration => ({
  id: row.id,
  version: row.version,
  setup: row.setup,
  mapping: row.mapping,
  segment: row.segment ?? EVERYBODY,
  digest: row.digest,
  publishedAt: row.published_at,
});

export async function findIntegration(trx: Transaction, id: string): Promise<Integration | null> {
  const row = await trx<IntegrationRow>('integrations').where({ id }).first();
  return row === undefined ? null : toIntegration(row);
}

/** Those after that id, in the order of their ids; in a sweep: of all programmes, removed ones too. */
export async function listIntegrations(
  trx: Transaction,
  page: { after: string | null; limit: number },
): Promise<Integration[]> {
  const query = trx<IntegrationRow>('integrations').orderBy('id').limit(page.limit);
  const rows = await (page.after === null ? query : query.where('id', '>', page.after));
  return rows.map(toIntegration);
}

/**
 * Integrations are never deleted, so one that a workflow speaks of and that is not here is another Rollcall's: this
 * worker polls a server that is not its own.
 */
export class UnknownIntegration extends Error {
  override readonly name = 'UnknownIntegration';
  constructor() {
    super('This database has no such integration: the worker polls the server of another Rollcall.');
  }
}

/**
 * Locks the row until the transaction ends: a command's turn and the opening of a run are serial. Whoever writes of an
 * integration locks its row first (a run shares it, see inRun) and everything else behind it, so nobody waits for somebody
 * who waits for them: docs/decisions/041-one-order-of-locks.md.
 */
export async function lockIntegration(trx: Transaction, id: string): Promise<Integration> {
  const row = await trx<IntegrationRow>('integrations').where({ id }).forUpdate().first();
  if (row === undefined) throw new UnknownIntegration();
  return toIntegration(row);
}

/** In a sweep of one programme, which looks at all of them: in the order of their ids, before anything else. */
export async function lockIntegrations(trx: Transaction): Promise<void> {
  await trx('integrations').orderBy('id').forUpdate().select('id');
}

export interface IntegrationChanges {
  readonly live?: LiveSettings;
  readonly publishedConfig?: string | null;
  readonly draftConfig?: string | null;
  readonly accountFingerprint?: string | null;
  readonly seen?: unknown;
  readonly pauseNote?: string | null;
  readonly needsAttention?: unknown;
  readonly removed?: boolean;
}

/** One step of the life: state and whatever the command changed, behind the revision that was judged. */
export async function stepIntegration(
  trx: Transaction,
  integration: Integration,
  changes: IntegrationChanges & { readonly state: string },
): Promise<number> {
  const set = {
    state: changes.state,
    revision: integration.revision + 1,
    live: changes.live === undefined ? undefined : JSON.stringify(changes.live),
    published_config_id: changes.publishedConfig,
    draft_config_id: changes.draftConfig,
    account_fingerprint: changes.accountFingerprint,
    seen: asJson(changes.seen),
    pause_note: changes.pauseNote,
    needs_attention: asJson(changes.needsAttention),
    removed_at: changes.removed === true ? trx.raw('rollcall_now()') : undefined,
  };
  const given = Object.fromEntries(Object.entries(set).filter(([, value]) => value !== undefined));
  await trx('integrations').where({ id: integration.id, revision: integration.revision }).update(given);
  return integration.revision + 1;
}

/** Nothing and null are not the text "null". */
function asJson(value: unknown): string | null | undefined {
  return value === undefined || value === null ? value : JSON.stringify(value);
}

export async function findConfiguration(trx: Transaction, id: string): Promise<Configuration> {
  const row = await trx<ConfigurationRow>('integration_configs').where({ id }).first();
  if (row === undefined) throw new Error(`There is no configuration ${id} in this programme.`);
  return toConfiguration(row);
}

/** The configuration an edit starts from: the draft if there is one, else what is published. */
export async function baseConfiguration(trx: Transaction, integration: Integration): Promise<Configuration | null> {
  const id = integration.draftConfig ?? integration.publishedConfig;
  return id === null ? null : findConfiguration(trx, id);
}

/** Writes the next version; the same content as the base makes none. */
export async function writeConfiguration(
  trx: Transaction,
  integration: Integration,
  content: { setup: VersionedSetup; mapping: Mapping | null; segment: Segment },
): Promise<Configuration> {
  const digest = createHash('sha256').update(JSON.stringify(content)).digest('hex');
  const base = await baseConfiguration(trx, integration);
  if (base?.digest === digest) return base;
  const newest = await trx('integration_configs')
    .where({ integration_id: integration.id })
    .max<{ version: number | null }>('version as version')
    .first();
  const rows = await trx<ConfigurationRow>('integration_configs')
    .insert({
      programme_id: integration.programme,
      id: newId(),
      integration_id: integration.id,
      version: (newest?.version ?? 0) + 1,
      setup: JSON.stringify(content.setup),
      mapping: content.mapping === null ? null : JSON.stringify(content.mapping),
      segment: JSON.stringify(content.segment),
      digest,
    } as never)
    .returning('*');
  const row = rows[0];
  if (row === undefined) throw new Error('The configuration was not written.');
  return toConfiguration(row);
}

export async function publishConfiguration(trx: Transaction, id: string, publishedBy: string): Promise<void> {
  await trx('integration_configs')
    .where({ id })
    .whereNull('published_at')
    .update({ published_at: trx.raw('rollcall_now()'), published_by: publishedBy });
}

/**
 * What earlier published versions mapped and this one does not: such fields are cleared by the next import
 * (interfaces.md, rule 3), while fields that no version ever mapped are not Rollcall's to touch.
 */
export async function clearedFields(
  trx: Transaction,
  integration: string,
  current: Configuration,
): Promise<{ fields: string[]; custom: string[] }> {
  const earlier = await trx<ConfigurationRow>('integration_configs')
    .where({ integration_id: integration })
    .whereNotNull('published_at')
    .whereNot({ id: current.id });
  const mappings = earlier.flatMap((row) => (row.mapping === null ? [] : [row.mapping]));
  const now = new Set<string>(current.mapping?.fields.map((field) => field.member));
  const nowCustom = new Set(current.mapping?.custom.map((field) => field.name));
  const fields: string[] = mappings.flatMap((mapping) => mapping.fields.map((field) => field.member));
  const custom = mappings.flatMap((mapping) => mapping.custom.map((field) => field.name));
  return {
    fields: [...new Set(fields)].filter((name) => !now.has(name)),
    custom: [...new Set(custom)].filter((name) => !nowCustom.has(name)),
  };
}
