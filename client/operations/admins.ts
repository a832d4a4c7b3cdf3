import { z } from 'zod';
import {
  admitAdmin,
  changeRole,
  ensureAdmin,
  findAdmin,
  findAdminByEmail,
  listOperators as readOperators,
  listProgrammeAdmins,
  lockProgrammeAdmins,
  removeAdmin as remove,
  setOperator,
  type ProgrammeAdmin,
} from '../../database/admins.js';
import { recordAudit } from '../../database/audit-log.js';
import { isId } from '../../database/ids.js';
import { insertInvite } from '../../database/sign-in-links.js';
import { acrossProgrammes, inAccounts, openAccounts } from '../../database/transaction.js';
import { enter, requireOperator, requireProgramme, type Call } from './context.js';
import { once, type Asked } from './idempotency.js';
import { notFound, readBody, Refusal } from './refusals.js';

/** Who looks after a programme: invited by mail, changed and removed by an admin of it or by an operator. */
export interface AdminView {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: 'admin' | 'viewer';
  readonly lastSignInAt: string | null;
  readonly invitedAt: string;
}

const role = z.enum(['admin', 'viewer']);
const name = z.string().trim().min(1, 'must not be empty').max(200);
export const adminSchema = z.strictObject({ email: z.email(), name, role });
export const adminPatchSchema = z.strictObject({ role });
export const operatorSchema = z.strictObject({ email: z.email(), name });

export function listAdmins(call: Call, programme: string): Promise<{ items: AdminView[]; next: null }> {
  return enter(call, programme, 'read', async (trx) => ({
    items: (await listProgrammeAdmins(trx)).map(view),
    next: null,
  }));
}

/** Invites somebody, or once more who has never signed in; whoever has an account elsewhere keeps it. */
export async function inviteAdmin(call: Call, programme: string, asked: Asked): Promise<AdminView> {
  requireProgramme(call, programme, 'write');
  const wanted = readBody(adminSchema, asked.body);
  const scope = { programme, subject: programme, command: 'invite-admin' };
  const invited = await enter(call, programme, 'write', (trx, { name: programmeName }) =>
    once(call, trx, scope, asked, async () => {
      await openAccounts(trx);
      const { id } = await ensureAdmin(trx, wanted);
      const known = (await lockProgrammeAdmins(trx)).find((one) => one.id === id);
      if (known?.lastSignInAt) {
        throw new Refusal(
          'already-exists',
          `This address has access already, as ${known.role}. Change the role, or let them ask for a link on the sign-in page.`,
        );
      }
      const admin = await admitAdmin(trx, programme, { ...wanted, admin: id });
      await insertInvite(trx, id, { programmeName, role: wanted.role });
      await recordAudit(trx, { programme, actor: call.actor.name, action: 'admin-invited', subject: id });
      return view(admin);
    }),
  );
  await call.context.temporal.letAccountMailsGo();
  return invited;
}

export async function changeAdmin(call: Call, programme: string, id: string, body: unknown): Promise<AdminView> {
  requireProgramme(call, programme, 'write');
  const patch = readBody(adminPatchSchema, body);
  return enter(call, programme, 'write', async (trx) => {
    const all = await lockProgrammeAdmins(trx);
    const found = find(all, id);
    if (patch.role === 'viewer') requireAnother(call, all, found, 'Make somebody else an admin first.');
    await changeRole(trx, found.id, patch.role);
    await recordAudit(trx, { programme, actor: call.actor.name, action: 'admin-role-changed', subject: found.id });
    return view({ ...found, role: patch.role });
  });
}

/** @param options.last removes also the last admin, by their own wish. */
export async function removeAdmin(
  call: Call,
  programme: string,
  id: string,
  options: { readonly last: boolean },
): Promise<void> {
  requireProgramme(call, programme, 'write');
  await enter(call, programme, 'write', async (trx) => {
    const all = await lockProgrammeAdmins(trx);
    const found = find(all, id);
    const remedy = 'Invite somebody else first, or say that it is meant: ?last=true.';
    if (!options.last) requireAnother(call, all, found, remedy);
    await remove(trx, found.id);
    await recordAudit(trx, { programme, actor: call.actor.name, action: 'admin-removed', subject: found.id });
  });
}

/** An operator can always let somebody in again; the last admin who locks themselves out by mistake cannot. */
function requireAnother(call: Call, all: readonly ProgrammeAdmin[], found: ProgrammeAdmin, remedy: string): void {
  if (call.actor.role === 'operator' || found.role !== 'admin') return;
  if (all.some((one) => one.id !== found.id && one.role === 'admin')) return;
  throw new Refusal('last-admin', `This is the last admin of the programme; nobody could change anything. ${remedy}`);
}

function find(all: readonly ProgrammeAdmin[], id: string): ProgrammeAdmin {
  const found = all.find((one) => one.id === id.toLowerCase());
  if (found === undefined) throw notFound('admin');
  return found;
}

export interface OperatorView {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly lastSignInAt: string | null;
}

export async function listOperators(call: Call): Promise<OperatorView[]> {
  requireOperator(call);
  return (await acrossProgrammes(call.context.db, readOperators)).map(({ id, email, name: called, lastSignInAt }) => ({
    id,
    email,
    name: called,
    lastSignInAt: lastSignInAt?.toISOString() ?? null,
  }));
}

export async function inviteOperator(call: Call, body: unknown): Promise<OperatorView> {
  requireOperator(call);
  const wanted = readBody(operatorSchema, body);
  const admin = await inAccounts(call.context.db, async (trx) => {
    const found = await ensureAdmin(trx, wanted);
    await setOperator(trx, found.id, true);
    await insertInvite(trx, found.id, { programmeName: null, role: 'operator' });
    return found;
  });
  await call.context.temporal.letAccountMailsGo();
  return { id: admin.id, email: admin.email, name: admin.name, lastSignInAt: null };
}

/** Roles in programmes stay; whatever sessions there are lose the rest with their next request. */
export async function removeOperator(call: Call, idOrEmail: string): Promise<void> {
  requireOperator(call);
  await inAccounts(call.context.db, async (trx) => {
    const admin = await (isId(idOrEmail) ? findAdmin(trx, idOrEmail) : findAdminByEmail(trx, idOrEmail));
    if (admin?.operator !== true) throw notFound('operator');
    await setOperator(trx, admin.id, false);
  });
}

function view(admin: ProgrammeAdmin): AdminView {
  return {
    id: admin.id,
    email: admin.email,
    name: admin.name,
    role: admin.role,
    lastSignInAt: admin.lastSignInAt?.toISOString() ?? null,
    invitedAt: admin.invitedAt.toISOString(),
  };
}
