import type { AuditAction, AuditOutcome, AuditSubject } from '../domain/audit.js';
import { newId } from './ids.js';
import type { Transaction } from './transaction.js';

/** Who did what to what, append-only. Ids and digests only: it is never erased, so it may hold nobody's data. */
export interface AuditEntry {
  readonly programme: string;
  readonly actor: string;
  readonly action: AuditAction;
  readonly subject: string;
  /** Of a command whose outcome is not known yet when it is written down. */
  readonly operation?: string;
}

export interface AuditRecord {
  readonly id: string;
  readonly at: Date;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly outcome: AuditOutcome;
}

export async function recordAudit(trx: Transaction, entry: AuditEntry): Promise<void> {
  await trx('audit_log').insert({
    programme_id: entry.programme,
    id: newId(),
    actor: entry.actor,
    action: entry.action,
    subject: entry.subject,
    operation_id: entry.operation ?? null,
  });
}

/** Newest first, from the entry before `after` on. */
export async function listAudit(
  trx: Transaction,
  filter: {
    readonly actors: readonly string[] | null;
    readonly subject: string | null;
    readonly action: string | null;
  },
  page: { readonly limit: number; readonly after: string | null },
): Promise<AuditRecord[]> {
  const query = trx('audit_log as a')
    .leftJoin('operations as o', (join) => join.on('o.programme_id', 'a.programme_id').andOn('o.id', 'a.operation_id'))
    .select<AuditRecord[]>('a.id', 'a.at', 'a.actor', 'a.action', 'a.subject')
    .select(
      trx.raw(`case o.state when 'failed' then 'refused' when 'running' then 'pending' else 'done' end as outcome`),
    )
    .where('a.programme_id', trx.raw('rollcall_programme()'))
    .orderBy('a.id', 'desc')
    .limit(page.limit);
  if (page.after !== null) void query.where('a.id', '<', page.after);
  if (filter.subject !== null) void query.where('a.subject', filter.subject);
  if (filter.action !== null) void query.where('a.action', filter.action);
  if (filter.actors !== null) void query.whereIn('a.actor', [...filter.actors]);
  return query;
}

/** Where a name stands; a member's is looked up when somebody asks, never written into the log. */
const NAMES: Readonly<Record<AuditSubject, readonly [table: string, id: string, name: string]>> = {
  programme: ['programmes', 'id', 'name'],
  integration: ['integrations', 'id', 'name'],
  credential: ['credentials', 'id', 'name'],
  member: ['members', 'id', `coalesce(full_name, nullif(concat_ws(' ', first_name, last_name), ''), email)`],
  admin: ['programme_admins', 'admin_id', 'name'],
  token: ['api_tokens', 'id', `'…' || hint`],
  audience: ['audiences', 'id', 'name'],
};

/** The names of subjects of one kind, by id; what was erased or deleted has none. */
export async function namesOf(
  trx: Transaction,
  kind: AuditSubject,
  ids: readonly string[],
): Promise<Map<string, string>> {
  const [table, id, name] = NAMES[kind];
  const rows = (await trx(table)
    .select(trx.raw(`${id} as id, ${name} as name`))
    .whereIn(id, [...ids])) as { id: string; name: string | null }[];
  return new Map(rows.flatMap((row) => (row.name === null ? [] : [[row.id, row.name]])));
}
