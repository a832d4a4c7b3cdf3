import { z } from 'zod';
import {
  deleteAudience as remove,
  findAudience,
  insertAudience,
  listAudiences as readAudiences,
  updateAudience,
  type Audience,
} from '../../database/audiences.js';
import { recordAudit } from '../../database/audit-log.js';
import { isId } from '../../database/ids.js';
import { countMembers } from '../../database/member-views.js';
import type { Transaction } from '../../database/transaction.js';
import { enter, pageById, requireProgramme, toList, type Call, type List, type PageRequest } from './context.js';
import { once, type Asked } from './idempotency.js';
import { readSavedFilter, toSavedFilter } from './member-filters.js';
import { exportMembers, findMembers, type MemberView } from './members.js';
import { notFound, readBody, Refusal } from './refusals.js';

/** Saved searches: who is in one is worked out whenever somebody asks. */
export interface AudienceView extends Audience {
  readonly count: number;
}

const name = z.string().trim().min(1, 'must not be empty').max(200);
export const audienceSchema = z.strictObject({ name, filter: z.unknown() });
export const audiencePatchSchema = z.strictObject({ name, filter: z.unknown() }).partial();

export async function listAudiences(call: Call, programme: string, page: PageRequest): Promise<List<AudienceView>> {
  const { limit, after } = pageById(page);
  return enter(call, programme, 'read', async (trx) => {
    const list = toList(await readAudiences(trx, { limit: limit + 1, after }), limit, (last) => last.id);
    const items: AudienceView[] = [];
    for (const audience of list.items) items.push(await view(trx, audience));
    return { ...list, items };
  });
}

export function getAudience(call: Call, programme: string, id: string): Promise<AudienceView> {
  return enter(call, programme, 'read', async (trx) => view(trx, await require(trx, id)));
}

export async function createAudience(call: Call, programme: string, asked: Asked): Promise<AudienceView> {
  requireProgramme(call, programme, 'write');
  const body = readBody(audienceSchema, asked.body);
  const audience = { name: body.name, filter: readSavedFilter(body.filter ?? {}) };
  const scope = { programme, subject: programme, command: 'create-audience' };
  return enter(call, programme, 'write', (trx) =>
    once(call, trx, scope, asked, async () => {
      const id = await insertAudience(trx, programme, { ...audience, createdBy: call.actor.name });
      if (id === null) throw taken(audience.name);
      await recordAudit(trx, { programme, actor: call.actor.name, action: 'audience-created', subject: id });
      return view(trx, { id, ...audience });
    }),
  );
}

export async function changeAudience(call: Call, programme: string, id: string, body: unknown): Promise<AudienceView> {
  requireProgramme(call, programme, 'write');
  const patch = readBody(audiencePatchSchema, body);
  const filter = patch.filter === undefined ? null : readSavedFilter(patch.filter);
  return enter(call, programme, 'write', async (trx) => {
    const found = await require(trx, id);
    const changed = { id: found.id, name: patch.name ?? found.name, filter: filter ?? found.filter };
    if (!(await updateAudience(trx, changed))) throw taken(changed.name);
    await recordAudit(trx, { programme, actor: call.actor.name, action: 'audience-changed', subject: found.id });
    return view(trx, changed);
  });
}

export function deleteAudience(call: Call, programme: string, id: string): Promise<void> {
  return enter(call, programme, 'write', async (trx) => {
    const found = await require(trx, id);
    await remove(trx, found.id);
    await recordAudit(trx, { programme, actor: call.actor.name, action: 'audience-deleted', subject: found.id });
  });
}

export async function listAudienceMembers(
  call: Call,
  programme: string,
  id: string,
  page: PageRequest,
): Promise<List<MemberView> & { total: number }> {
  pageById(page);
  const { filter } = await enter(call, programme, 'read', (trx) => require(trx, id));
  return findMembers(call, programme, toSavedFilter(filter), page);
}

export async function exportAudience(
  call: Call,
  programme: string,
  id: string,
): Promise<Awaited<ReturnType<typeof exportMembers>>> {
  const { filter } = await enter(call, programme, 'read', (trx) => require(trx, id));
  return exportMembers(call, programme, toSavedFilter(filter));
}

async function require(trx: Transaction, id: string): Promise<Audience> {
  const found = isId(id) ? await findAudience(trx, id) : null;
  if (found === null) throw notFound('audience');
  return found;
}

async function view(trx: Transaction, audience: Audience): Promise<AudienceView> {
  const { id, name: called, filter } = audience;
  return { id, name: called, filter, count: await countMembers(trx, toSavedFilter(filter)) };
}

function taken(called: string): Refusal {
  return new Refusal('already-exists', `The programme has an audience “${called}” already; choose another name.`);
}
