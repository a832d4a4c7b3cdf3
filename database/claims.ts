import type { RunContext } from './run-context.js';
import { peopleTable } from './staging.js';
import type { Transaction } from './transaction.js';

/**
 * Claims: which member holds an address, a unique custom value or a sync key. A run may move them, swap them or rotate
 * them among many people; what is wanted and still held by somebody who keeps it becomes an error row of whoever
 * wanted it, and of whoever wanted what that one then keeps, to the end of the chain.
 */
export interface ClaimKind {
  /** The kind in `member_keys`; null for the sync key, which stands in the member's own row. */
  readonly kind: string | null;
  /** The field an error row names. */
  readonly field: string;
  readonly code: 'email-taken' | 'key-taken' | 'value-taken';
  /** SQL over `s` for the value wanted. */
  readonly wanted: string;
}

/** The kinds that live in `member_keys`. */
export function heldKinds(run: RunContext): (ClaimKind & { kind: string })[] {
  const unique = run.configuration.mapping?.custom.filter((field) => field.unique) ?? [];
  return [
    { kind: 'email', field: 'email', code: 'email-taken', wanted: 's.email_key' },
    ...unique.map((field) => ({
      kind: `custom:${field.name}`,
      field: `custom.${field.name}`,
      code: 'value-taken' as const,
      wanted: `s.custom->>'${field.name}'`,
    })),
  ];
}

/** Kinds of changes that may move a claim of a member who exists; an adopted account keeps its address. */
export function changingKinds({ kind }: Pick<ClaimKind, 'kind'>): string {
  return kind === 'email'
    ? `'updated', 'reactivated', 'transferred'`
    : `'updated', 'reactivated', 'transferred', 'adopted'`;
}

function allKinds(run: RunContext): ClaimKind[] {
  const key: ClaimKind = {
    kind: null,
    field: run.configuration.mapping?.syncKey ?? 'employeeId',
    code: 'key-taken',
    wanted: 's.sync_key',
  };
  return [...heldKinds(run), key];
}

/**
 * Turns planned changes whose claims somebody else keeps into error rows, and marks those that must go first.
 *
 * @param isOfMembers false: all that is planned is new members
 */
export async function settleClaims(trx: Transaction, run: RunContext, isOfMembers = true): Promise<void> {
  const kinds = allKinds(run);
  await trx.raw(
    `create temporary table wishes (ordinal bigint, member_id uuid, field text, code text, value text, holder uuid, denied boolean) on commit drop`,
  );
  for (const kind of kinds) await collectWishes(trx, run, kind);
  await trx.raw('analyze wishes');
  // Who is refused an address keeps their key as well, and the other way round: until no kind denies any more.
  for (let denied = true; denied;) {
    denied = false;
    for (const kind of kinds) if (await denyWishes(trx, run, kind)) denied = true;
  }
  await refuseDenied(trx, run);
  await warnOfMovedAddresses(trx, run);
  if (isOfMembers) await putIdentityFirst(trx, run);
}

/** Only what somebody else holds is a wish: on most runs there is none. */
async function collectWishes(trx: Transaction, run: RunContext, claim: ClaimKind): Promise<void> {
  const holder =
    claim.kind === null
      ? `members k on k.integration_id = :integration and k.sync_key = ${claim.wanted}`
      : `member_keys k on k.kind = :kind and k.value = ${claim.wanted}`;
  const holderId = claim.kind === null ? 'k.id' : 'k.member_id';
  await trx.raw(
    `insert into wishes
     select c.ordinal, c.member_id, :field, :code, ${claim.wanted}, ${holderId}, false
     from changes c
     join ${peopleTable(run.import)} s on s.provider_person_id = c.person
     join ${holder}
     where c.import_id = :import and c.kind in ('created', ${changingKinds(claim)}) and c.outcome is null
       and ${holderId} <> c.member_id`,
    { import: run.import, integration: run.integration, kind: claim.kind ?? '', field: claim.field, code: claim.code },
  );
}

/**
 * A holder lets go when they are removed by this run, or change to another value themselves and get it; one who is closing
 * down, unless they are to be back with that value: also a comeback that is refused is that of somebody who has it. Repeated
 * until nothing more is denied: each round can only deny more, so it ends.
 */
async function denyWishes(trx: Transaction, run: RunContext, claim: ClaimKind): Promise<boolean> {
  const people = peopleTable(run.import);
  for (let rounds = 0; ; rounds += 1) {
    const denied = await trx.raw<{ rowCount: number }>(
      `update wishes w set denied = true
       where w.field = :field and w.code = :code and not w.denied
         and not exists (select from members h where h.id = w.holder and h.state = 'closing-down' and :isHeldApart
           and not exists (select from changes c join ${people} s on s.provider_person_id = c.person
             where c.import_id = :import and c.member_id = h.id and c.outcome is null
               and c.kind in ('reactivated', 'transferred') and coalesce(${claim.wanted}, w.value) = w.value))
         and not exists (select from changes c where c.import_id = :import and c.member_id = w.holder and c.outcome is null
           and c.kind in ('leaver', 'revoked', 'vanished') and :isHeldApart)
         and not exists (select from changes c join ${people} s on s.provider_person_id = c.person
           where c.import_id = :import and c.member_id = w.holder and c.outcome is null
             and c.kind in (${changingKinds(claim)}) and ${claim.wanted} <> w.value
             and not exists (select from wishes o where o.ordinal = c.ordinal and o.denied))`,
      { import: run.import, field: claim.field, code: claim.code, isHeldApart: claim.kind !== null },
    );
    if (denied.rowCount === 0) return rounds > 0;
  }
}

/**
 * By way of a table of this plan's own: run_problems have just been written and no statistics know them, so that a join with
 * them compared everybody with everybody, two minutes for twenty thousand.
 */
async function refuseDenied(trx: Transaction, run: RunContext): Promise<void> {
  const denied = await trx.raw<{ rowCount: number }>(
    `create temporary table denied on commit drop as
     select w.ordinal, w.field, w.code, w.value,
       'The value of "' || w.field || '" belongs to another active member' ||
         case when h.integration_id is null then ', an account made by hand'
              when h.integration_id <> :integration then ' of the integration "' || i.name || '"'
              else ' of this integration (employee ID ' || coalesce(h.employee_id, 'unknown') || ')' end || '.' as detail
     from wishes w join members h on h.id = w.holder left join integrations i on i.id = h.integration_id
     where w.denied`,
    { integration: run.integration },
  );
  if (denied.rowCount === 0) return;
  await trx.raw('analyze denied');
  await trx.raw(
    `insert into run_problems (programme_id, import_id, phase, severity, code, person, employee_id, field, received, allowed, detail, fixed_by)
     select c.programme_id, c.import_id, 'plan', 'error', d.code, c.person, c.employee_id, d.field, d.value,
       'a value that no other active member has', d.detail, 'hr'
     from denied d join changes c on c.import_id = :import and c.ordinal = d.ordinal order by d.ordinal, d.field`,
    { import: run.import },
  );
  await trx.raw(
    `update changes c set kind = 'error', reason_code = 'problem', before = null, after = null,
       reason_values = jsonb_build_object('code', d.code, 'detail', d.detail),
       member_id = case when c.kind = 'created' then null else c.member_id end
     from (select distinct on (ordinal) * from denied order by ordinal, field) d
     where c.import_id = :import and c.ordinal = d.ordinal`,
    { import: run.import },
  );
}

/**
 * A newcomer has the address of somebody whose account is closing: nothing else of it becomes theirs. Whoever goes on with
 * another address is somebody else, of whom nothing is to be said.
 */
async function warnOfMovedAddresses(trx: Transaction, run: RunContext): Promise<void> {
  await trx.raw(
    `insert into run_problems (programme_id, import_id, phase, severity, code, person, employee_id, field, received, allowed, detail, fixed_by)
     select c.programme_id, c.import_id, 'plan', 'warning', 'address-moved', c.person, c.employee_id, 'email', w.value,
       'an address that nobody had before',
       'The address belonged to another account, which is closing (employee ID ' || coalesce(h.employee_id, 'unknown') ||
         '). Nothing else says that it is the same person, so there is a new account; if it is, give both the same employee ID or birthday.',
       'admin'
     from wishes w join changes c on c.import_id = :import and c.ordinal = w.ordinal and c.kind = 'created'
     join members h on h.id = w.holder
     where w.code = 'email-taken' and not w.denied
       and not exists (select from changes g where g.import_id = :import and g.member_id = h.id
         and g.kind in (${changingKinds({ kind: 'email' })}))`,
    { import: run.import },
  );
}

/**
 * Whoever changes an address or key, and whoever loses one to them, is provisioned in the first slice, a single
 * transaction: a swap across two slices would break half-way. A negative ordinal says so.
 */
async function putIdentityFirst(trx: Transaction, run: RunContext): Promise<void> {
  const identity = ['email', 'employeeId', ...heldKinds(run).map((kind) => kind.field)];
  await trx.raw(
    `update changes set ordinal = -ordinal
     where import_id = :import and outcome is null
       and ((kind in ('updated', 'reactivated') and cast(after as jsonb) \\?| :identity)
         or (kind in ('adopted', 'transferred')
           and (cast(after as jsonb) \\?| :held or ordinal in (select ordinal from wishes where not denied)))
         or (kind in ('leaver', 'revoked', 'vanished') and member_id in (select holder from wishes where not denied)))`,
    { import: run.import, identity, held: heldKinds(run).map((kind) => kind.field) },
  );
}
