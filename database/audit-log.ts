import { newId } from './ids.js';
import type { Transaction } from './transaction.js';

/** Who did what to what, append-only. Ids and digests only: it is never erased, so it may hold nobody's data. */
export interface AuditEntry {
  readonly programme: string;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly digest?: string;
}

export async function recordAudit(trx: Transaction, entry: AuditEntry): Promise<void> {
  await trx('audit_log').insert({
    programme_id: entry.programme,
    id: newId(),
    actor: entry.actor,
    action: entry.action,
    subject: entry.subject,
    digest: entry.digest ?? null,
  });
}
