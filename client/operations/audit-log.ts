import { namesOf, listAudit, type AuditRecord } from '../../database/audit-log.js';
import { operatorNames } from '../../database/admins.js';
import { isId } from '../../database/ids.js';
import { acrossProgrammes } from '../../database/transaction.js';
import {
  auditSentence,
  findTelling,
  type AuditAction,
  type AuditOutcome,
  type AuditSubject,
} from '../../domain/audit.js';
import { enter, pageById, requireProgramme, toList, type Call, type List, type PageRequest } from './context.js';

/** Who did what when, in words. Ids are kept; names are looked up when somebody reads. */
export interface AuditView {
  readonly id: string;
  readonly at: string;
  readonly actor: { readonly id: string; readonly kind: ActorKind; readonly name: string };
  readonly action: string;
  readonly outcome: AuditOutcome;
  readonly subject: { readonly id: string; readonly kind: AuditSubject | null; readonly name: string | null };
  readonly sentence: string;
}

export type ActorKind = 'admin' | 'token' | 'operator' | 'system' | 'temporal';

interface Names {
  readonly admins: ReadonlyMap<string, string>;
  readonly operators: ReadonlyMap<string, string>;
  readonly tokens: ReadonlyMap<string, string>;
}

export async function listAuditLog(
  call: Call,
  programme: string,
  asked: PageRequest & {
    readonly actor?: string | undefined;
    readonly subject?: string | undefined;
    readonly action?: string | undefined;
  },
): Promise<List<AuditView>> {
  requireProgramme(call, programme, 'read');
  const { limit, after } = pageById(asked);
  const filter = {
    actors: asked.actor === undefined ? null : [asked.actor, `admin:${asked.actor}`, `token:${asked.actor}`],
    subject: asked.subject ?? null,
    action: asked.action ?? null,
  };
  const { rows, admins, tokens, subjects } = await enter(call, programme, 'read', async (trx) => {
    const found = await listAudit(trx, filter, { limit: limit + 1, after });
    const byKind = new Map<AuditSubject, Map<string, string>>();
    for (const [kind, ids] of idsByKind(found)) byKind.set(kind, await namesOf(trx, kind, ids));
    return {
      rows: found,
      subjects: byKind,
      admins: await namesOf(trx, 'admin', actorsOf(found, 'admin')),
      tokens: await namesOf(trx, 'token', actorsOf(found, 'token')),
    };
  });
  const others = actorsOf(rows, 'admin').filter((id) => !admins.has(id));
  const operators = await acrossProgrammes(call.context.db, (trx) => operatorNames(trx, others));
  const list = toList(rows, limit, (last) => last.id);
  return { ...list, items: list.items.map((row) => view(row, { admins, operators, tokens }, subjects)) };
}

/** Tries that were refused are looked over, so many of them. */
const LOOKED_BACK = 50;

/** Who did that to it last; null: it is longer ago than is looked back, or a part of the product did it by itself. */
export async function lastDone(
  call: Call,
  programme: string,
  { subject, action }: { readonly subject: string; readonly action: AuditAction },
): Promise<AuditView | null> {
  const { items } = await listAuditLog(call, programme, { subject, action, limit: LOOKED_BACK });
  return items.find(({ outcome }) => outcome === 'done') ?? null;
}

function view(
  row: AuditRecord,
  names: Names,
  subjects: ReadonlyMap<AuditSubject, ReadonlyMap<string, string>>,
): AuditView {
  const kind = findTelling(row.action)?.subject ?? null;
  const name = kind === null ? null : (subjects.get(kind)?.get(row.subject) ?? null);
  const actor = actorOf(row.actor, names);
  return {
    id: row.id,
    at: row.at.toISOString(),
    actor,
    action: row.action,
    outcome: row.outcome,
    subject: { id: row.subject, kind, name },
    sentence: auditSentence({ action: row.action, outcome: row.outcome, actor: actor.name }, name),
  };
}

/** Who somebody was, from what was written down of them. */
function actorOf(text: string, { admins, operators, tokens }: Names): AuditView['actor'] {
  const [, prefix, id] = /^(admin|token):(.+)$/.exec(text) ?? [];
  if (id !== undefined && prefix === 'token') {
    const hint = tokens.get(id);
    return { id, kind: 'token', name: hint === undefined ? 'An API token' : `The API token ${hint}` };
  }
  if (id !== undefined) {
    const operator = operators.get(id);
    if (operator !== undefined) return { id, kind: 'operator', name: operator };
    return { id, kind: 'admin', name: admins.get(id) ?? 'Somebody' };
  }
  if (text === 'operator (Temporal UI)') return { id: text, kind: 'temporal', name: 'An operator in Temporal' };
  if (text.startsWith('operator')) return { id: text, kind: 'operator', name: 'An operator on the command line' };
  if (text.startsWith('invited to authorize')) return { id: text, kind: 'system', name: 'A colleague by a link' };
  return { id: text, kind: 'system', name: text };
}

function actorsOf(rows: readonly AuditRecord[], kind: 'admin' | 'token'): string[] {
  const ids = rows.flatMap(({ actor }) => (actor.startsWith(`${kind}:`) ? [actor.slice(kind.length + 1)] : []));
  return [...new Set(ids)].filter(isId);
}

function idsByKind(rows: readonly AuditRecord[]): Map<AuditSubject, string[]> {
  const ids = new Map<AuditSubject, string[]>();
  for (const { action, subject } of rows) {
    const kind = findTelling(action)?.subject;
    if (kind !== undefined && isId(subject)) ids.set(kind, [...(ids.get(kind) ?? []), subject]);
  }
  return ids;
}
