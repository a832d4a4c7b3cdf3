import { randomUUID } from 'node:crypto';
import type { Database } from '../../database/connection.js';
import { messageIdSql } from '../../database/outbox.js';
import { inProgramme } from '../../database/transaction.js';

/** A programme with one published integration and a run, for what concerns mails; each world is a tenant of its own. */
export interface MailWorld {
  readonly programme: string;
  readonly integration: string;
  readonly import: string;
}

export async function createWorld(
  db: Database,
  some: { readonly signInUrl?: string; readonly createdBy?: string; readonly live?: object } = {},
): Promise<MailWorld> {
  const programme = randomUUID();
  const integration = randomUUID();
  const world = { programme, integration, import: randomUUID() };
  await inProgramme(db, programme, async (trx) => {
    await trx('programmes').insert({
      id: programme,
      name: 'Acme Rewards',
      time_zone: 'Europe/London',
      sign_in_url: some.signInUrl ?? null,
      erasure_key: Buffer.alloc(32),
    });
    await trx('integrations').insert({
      programme_id: programme,
      id: integration,
      provider: 'sage-hr',
      name: 'Sage HR London',
      state: 'published',
      live: JSON.stringify(some.live ?? {}),
      created_by: some.createdBy ?? 'ines.admin@acme.example',
    });
  });
  await createRun(db, world, { state: 'running', phase: 'notify' });
  return world;
}

/** Another run of the same integration; the columns say what became of it. */
export async function createRun(db: Database, world: MailWorld, columns: Record<string, unknown>): Promise<void> {
  const config = randomUUID();
  await inProgramme(db, world.programme, async (trx) => {
    await trx('integration_configs').insert({
      programme_id: world.programme,
      id: config,
      integration_id: world.integration,
      version: trx.raw('(select count(*) + 1 from integration_configs where integration_id = ?)', [world.integration]),
      setup: '{}',
      digest: 'x',
    });
    await trx('import_runs').insert({
      programme_id: world.programme,
      id: world.import,
      integration_id: world.integration,
      kind: 'import',
      lane: 'write',
      trigger: 'schedule',
      config_id: config,
      started_at: trx.raw('now()'),
      ended_at: columns.state === 'running' ? null : trx.raw('now()'),
      ...columns,
    });
  });
}

export async function endRun(db: Database, world: MailWorld, columns: Record<string, unknown>): Promise<void> {
  await inProgramme(db, world.programme, (trx) =>
    trx('import_runs')
      .where({ id: world.import })
      .update({ phase: 'done', ended_at: trx.raw('now()'), ...columns }),
  );
}

/** As provisioning does it: accounts and their invitations in two statements. Person n is `person<n>@acme.example`. */
export async function inviteMembers(db: Database, world: MailWorld, people: number): Promise<void> {
  await inProgramme(db, world.programme, async (trx) => {
    const bindings = { ...world, people };
    await trx.raw(
      `insert into members (programme_id, id, state, email, first_name, integration_id, provider_person_id, sync_key, employee_id)
       select :programme, gen_random_uuid(), 'active', 'person' || n || '@acme.example', 'Person ' || n, :integration, 'p' || n, 'p' || n, 'E' || n
       from generate_series(1, :people) n`,
      bindings,
    );
    await trx.raw(
      `insert into outbox (programme_id, id, integration_id, import_id, member_id, kind, dedupe_key, recipient, message_id)
       select :programme, gen_random_uuid(), :integration, :import, m.id, 'invitation', 'invitation:' || m.id, m.email,
         ${messageIdSql(`'invitation:' || m.id`)}
       from members m where m.integration_id = :integration
       on conflict (programme_id, dedupe_key) do nothing`,
      bindings,
    );
  });
}

export interface OutboxRow {
  id: string;
  kind: string;
  state: string;
  recipient: string;
  attempts: number;
  message_id: string;
  last_problem: string | null;
  member_id: string | null;
  sent_at: Date | null;
}

export function outboxOf(db: Database, world: MailWorld): Promise<OutboxRow[]> {
  return inProgramme(db, world.programme, (trx) => trx<OutboxRow>('outbox').select('*').orderBy('recipient'));
}

export function rowsOf(db: Database, world: MailWorld, table: string): Promise<Record<string, unknown>[]> {
  return inProgramme(db, world.programme, (trx) => trx<Record<string, unknown>>(table).select('*'));
}

export function change(
  db: Database,
  world: MailWorld,
  table: string,
  where: Record<string, unknown>,
  set: Record<string, unknown>,
): Promise<number> {
  return inProgramme(db, world.programme, (trx) => trx(table).where(where).update(set));
}
