import { recordAudit } from '../../database/audit-log.js';
import { newestImportRecords } from '../../database/import-views.js';
import {
  insertIntegration,
  listIntegrationRecords,
  versionsOf,
  type ConfigurationPart,
  type IntegrationRecord,
  type IntegrationStateName,
  type SeenByProbe,
} from '../../database/integration-views.js';
import { REMEDIES, type Incident } from '../../domain/attention.js';
import type { LiveSettings, VersionedSetup } from '../../domain/configuration.js';
import { integrationSchema } from '../../domain/integration.js';
import type { Mapping } from '../../domain/mapping.js';
import type { Segment } from '../../domain/segment.js';
import { findProvider, PROVIDERS } from '../../providers/registry.js';
import {
  enter,
  pageById,
  requireProgramme,
  toList,
  type Call,
  type Context,
  type List,
  type PageRequest,
} from './context.js';
import { once } from './idempotency.js';
import type { ImportView } from './imports.js';
import { requireIntegration, type Place } from './places.js';
import { readBody, Refusal } from './refusals.js';

export interface IntegrationView {
  readonly id: string;
  readonly provider: string;
  readonly name: string;
  readonly state: IntegrationStateName;
  readonly setup: (LiveSettings & VersionedSetup) | null;
  readonly mapping: Mapping | null;
  readonly segment: Segment | null;
  readonly versions: Readonly<Record<ConfigurationPart, string>>;
  readonly unpublished: boolean;
  readonly lastImport: ImportView | null;
  readonly nextImportAt: string | null;
  readonly needsAttention: (Incident & { readonly remedy: string }) | null;
  readonly warnings: string[];
  readonly seen: SeenByProbe | null;
  readonly pauseNote: string | null;
  readonly createdAt: string;
}

export async function createIntegration(
  call: Call,
  programme: string,
  body: unknown,
  key?: string,
): Promise<IntegrationView> {
  requireProgramme(call, programme, 'write');
  const { provider, name } = readBody(integrationSchema, body);
  if (findProvider(provider) === undefined) {
    const allowed = PROVIDERS.map((known) => `"${known.id}"`).join(', ');
    const fault = { pointer: '/provider', detail: `is "${provider}"; allowed are ${allowed}` };
    throw new Refusal('invalid-body', `${fault.pointer} ${fault.detail}.`, [fault]);
  }
  const scope = { programme, subject: programme, command: 'createIntegration' };
  return enter(call, programme, 'write', (trx) =>
    once(call, trx, scope, { body, key }, async () => {
      const id = await insertIntegration(trx, { programme, provider, name, createdBy: call.actor.name });
      await recordAudit(trx, { programme, actor: call.actor.name, action: 'integration-created', subject: id });
      return view(await requireIntegration(trx, id), null, null);
    }),
  );
}

export async function listIntegrations(
  call: Call,
  programme: string,
  page: PageRequest,
): Promise<List<IntegrationView>> {
  const { limit, after } = pageById(page);
  const { records, imports } = await enter(call, programme, 'read', async (trx) => {
    const rows = await listIntegrationRecords(trx, { limit: limit + 1, after });
    return {
      records: toList(rows, limit, (last) => last.id),
      imports: await newestImportRecords(
        trx,
        rows.map((row) => row.id),
      ),
    };
  });
  const items = await Promise.all(
    records.items.map(async (record) => {
      return view(record, imports.get(record.id) ?? null, await nextImportAt(call.context, record));
    }),
  );
  return { items, next: records.next };
}

export async function getIntegration(call: Call, { programme, integration }: Place): Promise<IntegrationView> {
  const { record, newest } = await enter(call, programme, 'read', async (trx) => {
    const found = await requireIntegration(trx, integration);
    return { record: found, newest: (await newestImportRecords(trx, [found.id])).get(found.id) };
  });
  return view(record, newest ?? null, await nextImportAt(call.context, record));
}

function nextImportAt(context: Context, record: IntegrationRecord): Promise<string | null> {
  return record.state === 'published' ? context.temporal.nextImportAt(record.id) : Promise.resolve(null);
}

function view(record: IntegrationRecord, lastImport: ImportView | null, nextImport: string | null): IntegrationView {
  return {
    id: record.id,
    provider: record.provider,
    name: record.name,
    state: record.state,
    setup: record.setup,
    mapping: record.mapping,
    segment: record.segment,
    versions: versionsOf(record),
    unpublished: record.unpublished,
    lastImport,
    nextImportAt: nextImport,
    needsAttention: withRemedy(record.needsAttention),
    warnings: warnings(record),
    seen: shown(record.seen),
    pauseNote: record.pauseNote,
    createdAt: record.createdAt.toISOString(),
  };
}

function shown(seen: SeenByProbe | null): IntegrationView['seen'] {
  if (seen === null) return null;
  const { people, exact, fields } = seen;
  return { people, exact, fields };
}

const withRemedy = (incident: Incident | null): IntegrationView['needsAttention'] =>
  incident === null ? null : { ...incident, remedy: REMEDIES[incident.code] };

function warnings({ setup, slowed }: IntegrationRecord): string[] {
  const texts: string[] = [];
  if (setup?.removalLimit === null) {
    texts.push('The removal limit is switched off: an import may remove any number of members without asking.');
  }
  if (slowed) texts.push('Its last imports failed: it imports once a day at most, until an import comes through.');
  return texts;
}
