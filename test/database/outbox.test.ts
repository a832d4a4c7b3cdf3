import { describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import {
  claim,
  enqueue,
  recover,
  waiting,
  type ClaimedMail,
  type MailScope,
  type NewMail,
} from '../../database/outbox.js';
import { settle, type MailFate } from '../../database/outbox-fates.js';
import { inProgramme } from '../../database/transaction.js';
import { ownDatabase } from '../harness/own-database.js';
import { change, createWorld, inviteMembers, outboxOf, rowsOf, type MailWorld } from '../activities/mail-world.js';

const database = ownDatabase('outbox');

const scopeOf = (world: MailWorld): MailScope => ({
  integration: world.integration,
  import: world.import,
  kinds: null,
});

const take = (world: MailWorld, limit = 10, links = true): Promise<ClaimedMail[]> =>
  inProgramme(database.db, world.programme, (trx) => claim(trx, scopeOf(world), limit, links));
const settled = (world: MailWorld, fates: MailFate[]): Promise<void> =>
  inProgramme(database.db, world.programme, (trx) => settle(trx, fates));
const recovered = (world: MailWorld) =>
  inProgramme(database.db, world.programme, (trx) => recover(trx, scopeOf(world)));
const left = (world: MailWorld) => inProgramme(database.db, world.programme, (trx) => waiting(trx, scopeOf(world)));
const fate = (mail: ClaimedMail | undefined, what: MailFate['fate']): MailFate => ({
  mail: mail!,
  fate: what,
  problem: what === 'sent' ? null : 'The mail server said no (550).',
});

const reportTo = (world: MailWorld, recipient: string): NewMail => ({
  integration: world.integration,
  import: world.import,
  member: null,
  kind: 'report',
  dedupeKey: `report:${world.import}:${recipient}`,
  recipient,
  payload: { some: 'numbers' },
});

describe('putting mails into the outbox', () => {
  test('one key is one mail, whatever became of it', async () => {
    const world = await createWorld(database.db);
    const mails = [reportTo(world, 'a@acme.example'), reportTo(world, 'b@acme.example')];
    const put = () => inProgramme(database.db, world.programme, (trx) => enqueue(trx, mails));
    expect(await put()).toBe(2);
    const [first] = await take(world);
    await settled(world, [fate(first, 'sent')]);
    expect(await put()).toBe(0);
    expect((await outboxOf(database.db, world)).map((row) => row.state).sort()).toEqual(['sending', 'sent']);
  });

  test('a Message-ID is made of safe characters and follows from the key alone', async () => {
    const world = await createWorld(database.db);
    const mail = reportTo(world, 'a@acme.example');
    await inProgramme(database.db, world.programme, (trx) => enqueue(trx, [mail]));
    const digest = createHash('sha256').update(mail.dedupeKey).digest('hex');
    expect((await outboxOf(database.db, world))[0]?.message_id).toBe(`<${digest}@rollcall>`);
  });
});

describe('claiming an invitation', () => {
  test('makes its link, whose hash alone is kept, and says that the member is invited', async () => {
    const world = await createWorld(database.db);
    await inviteMembers(database.db, world, 1);
    const [mail] = await take(world);
    expect(mail).toMatchObject({
      kind: 'invitation',
      firstName: 'Person 1',
      recipient: 'person1@acme.example',
      attempt: 1,
    });
    expect(mail?.link?.token).toMatch(/^[\w-]{43}$/);
    const [invitation] = await rowsOf(database.db, world, 'invitations');
    expect(invitation?.token_hash).toEqual(
      createHash('sha256')
        .update(mail?.link?.token ?? '')
        .digest(),
    );
    const days = ((invitation!.expires_at as Date).getTime() - Date.now()) / 86_400_000;
    expect(Math.round(days)).toBe(14);
    expect((await rowsOf(database.db, world, 'members'))[0]?.first_invited_at).toBeInstanceOf(Date);
  });

  test('makes no link where the platform has its own sign-in', async () => {
    const world = await createWorld(database.db);
    await inviteMembers(database.db, world, 1);
    expect((await take(world, 10, false))[0]?.link).toBeNull();
    expect(await rowsOf(database.db, world, 'invitations')).toEqual([]);
  });

  test('goes to the address the member has now', async () => {
    const world = await createWorld(database.db);
    await inviteMembers(database.db, world, 1);
    await change(database.db, world, 'members', {}, { email: 'new@acme.example' });
    expect((await take(world))[0]?.recipient).toBe('new@acme.example');
    expect((await outboxOf(database.db, world))[0]?.recipient).toBe('new@acme.example');
  });

  test('is suppressed for a member who is closing down', async () => {
    const world = await createWorld(database.db);
    await inviteMembers(database.db, world, 2);
    const leaving = { state: 'closing-down', close_down_reason: 'leaver', close_down_ends_on: '2027-01-31' };
    await change(database.db, world, 'members', { employee_id: 'E1' }, leaving);
    expect((await take(world)).map((mail) => mail.recipient)).toEqual(['person2@acme.example']);
    expect((await outboxOf(database.db, world)).map((row) => row.state)).toEqual(['suppressed', 'sending']);
    expect(await rowsOf(database.db, world, 'invitations')).toHaveLength(1);
  });

  test('holds up a revoke until it is written down', async () => {
    const world = await createWorld(database.db);
    await inviteMembers(database.db, world, 1);
    await inProgramme(database.db, world.programme, async (trx) => {
      expect(await claim(trx, scopeOf(world), 10, true)).toHaveLength(1);
      const revoke = inProgramme(database.db, world.programme, async (other) => {
        await other.raw(`set local lock_timeout = '100ms'`);
        await other('integrations').where({ id: world.integration }).update({ state: 'revoked' });
      });
      await expect(revoke).rejects.toMatchObject({ code: '55P03' });
    });
  });

  test.each(['revoked', 'removed'])('is refused once the integration is %s, a report is not', async (state) => {
    const world = await createWorld(database.db);
    await inviteMembers(database.db, world, 1);
    await inProgramme(database.db, world.programme, (trx) => enqueue(trx, [reportTo(world, 'a@acme.example')]));
    await change(database.db, world, 'integrations', {}, { state });
    expect((await take(world)).map((mail) => mail.kind)).toEqual(['report']);
    expect(await left(world)).toEqual({ left: 0, dueIn: null, nextWaveIn: null });
    expect((await outboxOf(database.db, world)).map((row) => row.state)).toEqual(['sending', 'pending']);
  });

  test('two senders never take the same mail', async () => {
    const world = await createWorld(database.db);
    await inviteMembers(database.db, world, 20);
    const taken = await Promise.all([1, 2, 3, 4].map(() => take(world, 5)));
    expect(new Set(taken.flat().map((mail) => mail.id)).size).toBe(taken.flat().length);
  });
});

describe('a mail found in the hands of a sender that is gone', () => {
  test('stays unknown when it is an invitation and goes again under the same Message-ID when it is not', async () => {
    const world = await createWorld(database.db);
    await inviteMembers(database.db, world, 1);
    await inProgramme(database.db, world.programme, (trx) => enqueue(trx, [reportTo(world, 'a@acme.example')]));
    const before = await take(world);
    expect(await recovered(world)).toEqual({ unknown: 1, again: 1 });
    const after = await take(world);
    expect(after.map((mail) => mail.kind)).toEqual(['report']);
    expect(after[0]?.messageId).toBe(before.find((mail) => mail.kind === 'report')?.messageId);
    expect((await outboxOf(database.db, world)).map((row) => row.state)).toEqual(['sending', 'unknown']);
  });

  test('is told about by the old sender if it wakes, unless somebody else has it by then', async () => {
    const world = await createWorld(database.db);
    await inviteMembers(database.db, world, 1);
    await inProgramme(database.db, world.programme, (trx) => enqueue(trx, [reportTo(world, 'a@acme.example')]));
    const old = await take(world);
    await recovered(world);
    const [again] = await take(world);
    await settled(
      world,
      old.map((mail) => fate(mail, mail.kind === 'invitation' ? 'sent' : 'refused')),
    );
    expect((await outboxOf(database.db, world)).map((row) => row.state)).toEqual(['sending', 'sent']);
    await settled(world, [fate(again, 'sent')]);
    expect((await outboxOf(database.db, world)).map((row) => row.state)).toEqual(['sent', 'sent']);
  });

  test('is left alone when it belongs to an import that still runs and none is named', async () => {
    const world = await createWorld(database.db);
    await inviteMembers(database.db, world, 1);
    await take(world);
    const scope = { ...scopeOf(world), import: null };
    expect(await inProgramme(database.db, world.programme, (trx) => recover(trx, scope))).toEqual({
      unknown: 0,
      again: 0,
    });
  });
});

describe('writing down what became of a mail', () => {
  test('a refused invitation is a warning of that person, counted with the import, and its link is taken back', async () => {
    const world = await createWorld(database.db);
    await inviteMembers(database.db, world, 1);
    const [mail] = await take(world);
    await settled(world, [fate(mail, 'refused')]);
    await settled(world, [fate(mail, 'refused')]);
    const [row] = await outboxOf(database.db, world);
    expect(row).toMatchObject({ state: 'refused', last_problem: 'The mail server said no (550).', sent_at: null });
    expect(await rowsOf(database.db, world, 'run_problems')).toMatchObject([
      {
        phase: 'notify',
        severity: 'warning',
        code: 'mail-refused',
        employee_id: 'E1',
        field: 'email',
        received: 'person1@acme.example',
        fixed_by: 'hr',
      },
    ]);
    expect((await rowsOf(database.db, world, 'import_runs'))[0]?.counts).toEqual({ warnings: 1 });
    expect(await rowsOf(database.db, world, 'invitations')).toEqual([]);
    expect((await rowsOf(database.db, world, 'members'))[0]?.first_invited_at).toBeNull();
  });

  test('one that certainly did not go waits again at once, one for later waits longer each time', async () => {
    const world = await createWorld(database.db);
    await inviteMembers(database.db, world, 1);
    await settled(world, [fate((await take(world))[0], 'unreachable')]);
    expect(await left(world)).toEqual({ left: 1, dueIn: 0, nextWaveIn: null });
    expect(await rowsOf(database.db, world, 'invitations')).toEqual([]);
    await settled(world, [fate((await take(world))[0], 'deferred')]);
    expect((await left(world)).dueIn).toBe(60);
    expect(await take(world)).toEqual([]);
    await change(database.db, world, 'outbox', {}, { send_after: new Date(0) });
    await settled(world, [fate((await take(world))[0], 'deferred')]);
    expect((await left(world)).dueIn).toBe(120);
  });

  test('one that is put off too often is refused in the end', async () => {
    const world = await createWorld(database.db);
    await inviteMembers(database.db, world, 1);
    await change(database.db, world, 'outbox', {}, { payload: JSON.stringify({ deferrals: 10 }) });
    await settled(world, [fate((await take(world))[0], 'deferred')]);
    expect((await outboxOf(database.db, world))[0]?.state).toBe('refused');
  });

  test('an unknown invitation stays so, an unknown report is sent again', async () => {
    const world = await createWorld(database.db);
    await inviteMembers(database.db, world, 1);
    await inProgramme(database.db, world.programme, (trx) => enqueue(trx, [reportTo(world, 'a@acme.example')]));
    await settled(
      world,
      (await take(world)).map((mail) => fate(mail, 'unknown')),
    );
    expect((await outboxOf(database.db, world)).map((row) => row.state)).toEqual(['pending', 'unknown']);
    expect(await rowsOf(database.db, world, 'invitations')).toHaveLength(1);
  });
});
