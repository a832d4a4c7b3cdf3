import { z } from 'zod';
import { recordAudit } from '../../database/audit-log.js';
import { isId } from '../../database/ids.js';
import { inviteAgain } from '../../database/invite-again.js';
import { insertAccount } from '../../database/member-accounts.js';
import { customFieldNames, listMemberValues as readValues, type MemberValue } from '../../database/member-values.js';
import {
  findMember,
  listMembers as readMembers,
  pageOfMembers,
  protectMember,
  type MemberFilter,
  type MemberRecord,
} from '../../database/member-views.js';
import { accountSchema } from '../../domain/account.js';
import { enter, pageById, requireProgramme, toList, type Call, type List, type PageRequest } from './context.js';
import { eachOf } from './every-page.js';
import { once, type Asked } from './idempotency.js';
import { isFilterField, readMemberQuery } from './member-filters.js';
import { notFound, readBody, readQuery, Refusal } from './refusals.js';

export type MemberView = MemberRecord;

export const memberPatchSchema = z.strictObject({ protected: z.boolean() });

export async function listMembers(
  call: Call,
  programme: string,
  query: unknown,
): Promise<List<MemberView> & { total: number }> {
  requireProgramme(call, programme, 'read');
  const { filter, page } = readMemberQuery(query);
  return findMembers(call, programme, filter, page);
}

/** Those who match, page by page, and how many they are. */
export async function findMembers(
  call: Call,
  programme: string,
  filter: MemberFilter,
  page: PageRequest,
): Promise<List<MemberView> & { total: number }> {
  const { limit, after } = pageById(page);
  return enter(call, programme, 'read', async (trx) => {
    const { items, total } = await readMembers(trx, filter, { limit: limit + 1, after });
    return { ...toList(items, limit, (last) => last.id), total };
  });
}

/** The same for a file: without counting at each page, and with the custom fields that anybody has. */
export async function exportMembers(
  call: Call,
  programme: string,
  filter: MemberFilter,
): Promise<{ custom: string[]; rows: AsyncGenerator<MemberView> }> {
  const custom = await enter(call, programme, 'read', customFieldNames);
  const read = (page: PageRequest) => {
    const { limit, after } = pageById(page);
    return enter(call, programme, 'read', async (trx) =>
      toList(await pageOfMembers(trx, filter, { limit: limit + 1, after }), limit, (last) => last.id),
    );
  };
  return { custom, rows: eachOf(read) };
}

const valuesSchema = z.strictObject({
  field: z.string().refine(isFilterField, 'must be a field of members, such as department or custom.tShirt'),
  search: z.string().max(200).optional(),
  limit: z
    .string()
    .regex(/^\d{1,4}$/, 'must be a whole number from 1 to 1000')
    .transform(Number)
    .pipe(z.int().min(1).max(1000))
    .optional(),
});
const USUAL_VALUES = 50;

/** What members have in a field, the most frequent first; for whoever chooses a filter. */
export async function listMemberValues(
  call: Call,
  programme: string,
  query: unknown,
): Promise<{ items: MemberValue[]; next: null; total: number }> {
  requireProgramme(call, programme, 'read');
  const { field, search, limit } = readQuery(valuesSchema, query);
  const wanted = {
    filter: readMemberQuery({}).filter,
    search: search === undefined || search.trim() === '' ? null : search.trim(),
    limit: limit ?? USUAL_VALUES,
  };
  return enter(call, programme, 'read', async (trx) => ({
    ...(await readValues(trx, field, wanted)),
    next: null,
  }));
}

export function getMember(call: Call, programme: string, memberId: string): Promise<MemberView> {
  return enter(call, programme, 'read', async (trx) => {
    const member = isId(memberId) ? await findMember(trx, memberId) : null;
    if (member === null) throw notFound('member');
    return member;
  });
}

/** An account made by hand: nobody's but the programme's, until an import recognises the person. */
export async function createMember(call: Call, programme: string, body: unknown, key?: string): Promise<MemberView> {
  requireProgramme(call, programme, 'write');
  const account = readBody(accountSchema, body);
  const scope = { programme, subject: programme, command: 'createMember' };
  return enter(call, programme, 'write', (trx, { roles }) =>
    once(call, trx, scope, { body, key }, async () => {
      const role = account.role ?? roles[0] ?? null;
      if (role !== null && !roles.includes(role)) {
        const fault = { pointer: '/role', detail: `is "${role}"; the programme's roles are ${roles.join(', ')}` };
        throw new Refusal('invalid-body', `${fault.pointer} ${fault.detail}.`, [fault]);
      }
      const made = await insertAccount(trx, programme, { account, role });
      if ('taken' in made) throw new Refusal('already-exists', TAKEN[made.taken]);
      await recordAudit(trx, { programme, actor: call.actor.name, action: 'member-created', subject: made.id });
      const member = await findMember(trx, made.id);
      if (member === null) throw notFound('member');
      return member;
    }),
  );
}

const TAKEN = {
  email: 'Another account of the programme has this e-mail address; change that one, or use another address.',
  employeeId: 'Another account of the programme has this employee ID; look it up by ?employeeId=, or leave the ID out.',
} as const;

export async function changeMember(
  call: Call,
  programme: string,
  memberId: string,
  body: unknown,
): Promise<MemberView> {
  requireProgramme(call, programme, 'write');
  const patch = readBody(memberPatchSchema, body);
  await enter(call, programme, 'write', async (trx) => {
    if (!isId(memberId) || (await findMember(trx, memberId)) === null) throw notFound('member');
    await protectMember(trx, memberId, patch.protected);
    const action = patch.protected ? 'member-protected' : 'member-unprotected';
    await recordAudit(trx, { programme, actor: call.actor.name, action, subject: memberId });
  });
  return getMember(call, programme, memberId);
}

/** Once more, with a new link: for who lost it, or whose invitation nobody knows the fate of. Links of before open nothing. */
export async function inviteMemberAgain(
  call: Call,
  programme: string,
  member: string,
  asked: Asked,
): Promise<MemberView> {
  const place = await enter(call, programme, 'write', async (trx, { id: owner }) => {
    readBody(z.strictObject({}), asked.body ?? {});
    const scope = { programme: owner, subject: member, command: 'inviteAgain' };
    if (!isId(member) || (await findMember(trx, member)) === null) throw notFound('member');
    return once(call, trx, scope, asked, async () => {
      const invited = await inviteAgain(trx, member);
      if (invited === null) throw notFound('member');
      if ('refused' in invited) throw new Refusal('illegal-state', invited.refused);
      await recordAudit(trx, { programme: owner, actor: call.actor.name, action: 'invited-again', subject: member });
      return invited;
    });
  });
  await call.context.temporal.letMailsGo({ programme, integration: place.integration });
  return getMember(call, programme, member);
}
