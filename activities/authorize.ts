import { createHash } from 'node:crypto';
import { Context } from '@temporalio/activity';
import type { Database } from '../database/connection.js';
import { findIntegration } from '../database/integrations.js';
import { inProgramme } from '../database/transaction.js';
import type { Refusal } from '../domain/commands.js';
import type { JsonRecord, JsonValue } from '../domain/employee.js';
import { formatPath } from '../domain/paths.js';
import { isSensitive } from '../domain/privacy.js';
import type { IntegrationRef } from '../domain/references.js';
import { UNKEEPABLE } from '../domain/values.js';
import { ProviderError } from '../providers/errors.js';
import type { Provider } from '../providers/provider.js';
import type { Account, OpenAccount } from './accounts.js';

/**
 * Asks the real HR system whether a candidate credential is good and what can be seen with it. What it saw is kept
 * with the operation; nothing of it crosses into a history.
 */
export type ProbeResult = { readonly ok: true } | { readonly ok: false; readonly refusal: Refusal };

/** Stands for the account of a vendor that does not name any. */
const NAMELESS = '';
const LONGEST_PROBE_MS = 60_000;
const DEEPEST_FIELD = 4;

export function createAuthorize({ db, openAccount }: { db: Database; openAccount: OpenAccount }) {
  return async function probe(ref: IntegrationRef & { operation: string }): Promise<ProbeResult> {
    const { credential, fingerprint: known } = await inProgramme(db, ref.programme, async (trx) => {
      const operation = await trx('operations')
        .where({ id: ref.operation })
        .first<{ body: { credential: string } } | undefined>('body');
      if (operation === undefined) throw new Error(`There is no operation ${ref.operation}.`);
      const integration = await findIntegration(trx, ref.integration);
      return { credential: operation.body.credential, fingerprint: integration?.accountFingerprint ?? null };
    });
    let account: Account | null = null;
    try {
      account = await openAccount(ref, credential);
      const { provider, client } = account;
      const signal = AbortSignal.any([Context.current().cancellationSignal, AbortSignal.timeout(LONGEST_PROBE_MS)]);
      const seen = await client.probe(signal);
      const records = seen.records.map(keepableRecord);
      const fingerprint = createHash('sha256')
        .update(`${provider.id}:${seen.account ?? NAMELESS}`)
        .digest('hex');
      if (known !== null && known !== fingerprint) return { ok: false, refusal: OTHER_ACCOUNT };
      if (seen.account === null && (await knowsNobody(db, ref, provider, seen.records))) {
        return { ok: false, refusal: OTHER_ACCOUNT };
      }
      if (seen.interface !== undefined) await account.useInterface(seen.interface);
      const probed = {
        fingerprint,
        people: seen.people,
        exact: seen.exact,
        fields: fieldPaths(records),
        labels: labelsByPath(seen.labels ?? {}),
        records,
      };
      await inProgramme(db, ref.programme, async (trx) => {
        await trx('operations')
          .where({ id: ref.operation })
          .update({ body: JSON.stringify({ credential, probe: probed }) });
      });
      return { ok: true };
    } catch (error) {
      if (error instanceof ProviderError) {
        return { ok: false, refusal: { code: 'credentials-refused', detail: error.message } };
      }
      throw error;
    } finally {
      await account?.client.close();
    }
  };
}

/** Where a vendor does not name its accounts, another one is told by its people: not one of them is a member. */
async function knowsNobody(
  db: Database,
  { programme, integration }: IntegrationRef,
  provider: Provider,
  records: readonly JsonRecord[],
): Promise<boolean> {
  const [list = ''] = provider.lists;
  const people = records.flatMap((record) => provider.readEmployment(record, list, 'utc').personId ?? []);
  if (people.length === 0) return false;
  return inProgramme(db, programme, async (trx) => {
    const { rows } = await trx.raw<{ rows: { members: number; known: number }[] }>(
      `select count(*) as members, count(*) filter (where provider_person_id = any(cast(:people as text[]))) as known
       from members where integration_id = :integration and provider_person_id is not null`,
      { integration, people },
    );
    return (rows[0]?.members ?? 0) > 0 && rows[0]?.known === 0;
  });
}

export const OTHER_ACCOUNT: Refusal = {
  code: 'different-account',
  detail:
    'These credentials open another account of the HR system. Its employee IDs would collide with other people; connect it as an integration of its own.',
};

function labelsByPath(labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(labels).map(([name, label]) => [formatPath([name]), keepableText(label)]));
}

const EVERY_UNKEEPABLE = new RegExp(UNKEEPABLE, 'gu');
const REPLACEMENT = '\ufffd';

/** The samples are kept as jsonb, which refuses what import makes an error row of: one odd name would bar a company. */
function keepableRecord(record: JsonRecord): JsonRecord {
  const entries = Object.entries(record).map(([name, value]) => [keepable(name), keepable(value)] as const);
  return Object.fromEntries(entries) as JsonRecord;
}

function keepable(value: JsonValue | undefined): JsonValue | undefined {
  if (typeof value === 'string') return keepableText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return value.map((item) => keepable(item) ?? null);
  return keepableRecord(value);
}

const keepableText = (text: string): string => text.replace(EVERY_UNKEEPABLE, REPLACEMENT);

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** Every path at which some record has a value; sensitive names are never among them. */
export function fieldPaths(records: readonly JsonRecord[]): string[] {
  const paths = new Set<string>();
  for (const record of records) collectPaths(record, [], paths);
  const all = [...paths];
  // What is null in one record and an object in another is a group, not a field.
  return all.filter((path) => !all.some((other) => other.startsWith(`${path}.`))).sort();
}

function collectPaths(value: JsonValue | undefined, steps: readonly string[], into: Set<string>): void {
  if (value === undefined) return;
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && steps.length < DEEPEST_FIELD) {
    for (const [key, inner] of Object.entries(value)) {
      if (!isSensitive(key)) collectPaths(inner, [...steps, key], into);
    }
    return;
  }
  if (steps.length > 0) into.add(formatPath(steps));
}
