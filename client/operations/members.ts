import { z } from 'zod';
import { recordAudit } from '../../database/audit-log.js';
import { isId } from '../../database/ids.js';
import { insertAccount } from '../../database/member-accounts.js';
import {
  findMember,
  listMembers as readMembers,
  protectMember,
  type MemberFilter,
  type MemberRecord,
} from '../../database/member-views.js';
import { accountSchema } from '../../domain/account.js';
import { MAPPABLE_FIELDS, MEMBER_STATES } from '../../domain/member.js';
import { enter, pageById, requireProgramme, toList, type Call, type List, type PageRequest } from './context.js';
import { once } from './idempotency.js';
import { notFound, readBody, readQuery, Refusal } from './refusals.js';

export type MemberView = MemberRecord;

const repeated = <T extends z.ZodType>(one: T) =>
  z.union([z.array(one), one]).transform((given) => (Array.isArray(given) ? given : [given]) as z.output<T>[]);
const id = z.string().refine(isId, 'must be the id of an integration');
const whole = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,6}$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .pipe(z.int().min(min).max(max));

const known = z
  .strictObject({
    limit: whole(1, 1000),
    after: z.string(),
    integration: repeated(id),
    state: repeated(z.enum(MEMBER_STATES)),
    joinedWithinDays: whole(0, 36_500),
    birthdayMonth: repeated(whole(1, 12)),
    search: z.string().max(200),
  })
  .partial();
type Known = z.output<typeof known>;
const values = z.record(z.string(), repeated(z.string().max(1000)));
const CUSTOM = /^custom\.[a-z][A-Za-z0-9]{0,39}$/;
const FILTERS: readonly string[] = [...MAPPABLE_FIELDS, 'role'];
type FilterField = MemberFilter['fields'][number]['field'];

export const memberPatchSchema = z.strictObject({ protected: z.boolean() });

export async function listMembers(
  call: Call,
  programme: string,
  query: unknown,
): Promise<List<MemberView> & { total: number }> {
  requireProgramme(call, programme, 'read');
  const { given, fields } = readMemberQuery(query);
  const page: PageRequest = { limit: given.limit, after: given.after };
  const { limit, after } = pageById(page);
  return enter(call, programme, 'read', async (trx) => {
    const { items, total } = await readMembers(trx, toFilter(given, fields), { limit: limit + 1, after });
    return { ...toList(items, limit, (last) => last.id), total };
  });
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

/** Filters are the field names themselves; whatever is neither a field nor another parameter is refused by its name. */
function readMemberQuery(query: unknown): { given: Known; fields: Record<string, string[]> } {
  const entries = Object.entries(query ?? {}) as [string, unknown][];
  const isFilter = (name: string) => FILTERS.includes(name) || CUSTOM.test(name);
  return {
    given: readQuery(known, Object.fromEntries(entries.filter(([name]) => !isFilter(name)))),
    fields: readQuery(values, Object.fromEntries(entries.filter(([name]) => isFilter(name)))),
  };
}

function toFilter(given: Known, fields: Record<string, string[]>): MemberFilter {
  const { integration, state, joinedWithinDays, birthdayMonth, search } = given;
  return {
    fields: Object.entries(fields).map(([field, wanted]) => ({ field: field as FilterField, values: wanted })),
    integrations: integration ?? [],
    states: state ?? ['active', 'closing-down'],
    joinedWithinDays: joinedWithinDays ?? null,
    birthdayMonths: birthdayMonth ?? [],
    search: search === undefined || search.trim() === '' ? null : search.trim(),
  };
}
