import { describe, expect, test } from '@jest/globals';
import { ATTENTION_CODES, isToldByMail } from '../../domain/attention.js';
import { renderAttention } from '../../mails/attention.js';
import { renderCloseDown, renderWelcomeBack } from '../../mails/close-down.js';
import { prepareInvitation } from '../../mails/invitation.js';
import { oneLine } from '../../mails/layout.js';
import { renderReport, type Report } from '../../mails/report.js';
import type { HOLD_CAUSES } from '../../domain/import.js';

const LINK = 'https://rollcall.example/join/Zm9v-_';

const causes = (some: Partial<Record<(typeof HOLD_CAUSES)[number], number>>) => ({
  leaver: 0,
  revoked: 0,
  vanished: 0,
  identity: 0,
  invitation: 0,
  ...some,
});
const counts = (some: Partial<Report['counts']>): Report['counts'] => ({
  created: 0,
  adopted: 0,
  reactivated: 0,
  transferred: 0,
  updated: 0,
  unchanged: 0,
  leaver: 0,
  revoked: 0,
  vanished: 0,
  skipped: 0,
  error: 0,
  warnings: 0,
  ...some,
});
const report = (some: Partial<Report>): Report => ({
  programmeName: 'Acme Rewards',
  integrationName: 'Sage HR London',
  kind: 'import',
  state: 'completed',
  first: false,
  counts: counts({}),
  impact: { membersBefore: 120, membersAfter: 120 },
  unproven: null,
  held: null,
  failure: null,
  mailsRefused: 0,
  ...some,
});
const links = {
  import: 'https://rollcall.example/x/imports/1',
  decision: 'https://rollcall.example/x/imports/1/decision',
};

describe('the end of an account', () => {
  const told = { programmeName: 'Acme\nRewards', firstName: '<b>Ada</b>' };

  test('names the day and who can mend a mistake, and not why', async () => {
    const mail = await renderCloseDown({ ...told, endsOn: '2026-05-30' });
    expect(mail.subject).toBe('Your account on Acme Rewards is closing');
    expect(mail.text).toContain('until 30 May 2026');
    expect(mail.text).toContain('HR department');
    expect(mail.html).toContain('&lt;b&gt;Ada');
    expect(mail.html).not.toContain('<b>Ada');
    expect(`${mail.text}${mail.html}`).not.toMatch(/leaver|revoked|vanished|segment/i);
  });

  test('is taken back in a mail of its own', async () => {
    const mail = await renderWelcomeBack({ ...told, firstName: null });
    expect(mail.subject).toBe('Your account on Acme Rewards is open again');
    expect(mail.text).toContain('Hello,');
  });
});

describe('the report of an undo', () => {
  test('says what was put back, and that the integration waits for whoever mends the cause', async () => {
    const undone = counts({ reactivated: 12, revoked: 1, error: 2 });
    const mail = await renderReport(report({ kind: 'undo', counts: undone }), links);
    expect(mail.subject).toBe('Sage HR London: undo: 12 back, 1 out of the segment, 2 errors');
    expect(mail.text).toContain('12 accounts that were closed are open again');
    expect(mail.text).toContain('1 account that was opened is closed again');
    expect(mail.text).toContain('paused');
    expect(mail.text).not.toContain('person came back');
  });
});

describe('the invitation', () => {
  test('greets by first name, names the programme and holds the link in both parts', async () => {
    const fill = await prepareInvitation({ programme: 'Acme Rewards', signInUrl: null });
    const mail = fill({ firstName: 'Ada', link: LINK });
    expect(mail.subject).toBe('Welcome to Acme Rewards: set your password');
    expect(mail.text).toContain('Hello Ada,');
    expect(mail.text).toContain(`Set your password:\n${LINK}\n`);
    expect(mail.text).toContain('14 days');
    expect(mail.html).toContain('Hello Ada,');
    expect(mail.html).toContain(`href="${LINK}"`);
  });

  test('greets a person without a name without one', async () => {
    const fill = await prepareInvitation({ programme: 'Acme Rewards', signInUrl: null });
    expect(fill({ firstName: null, link: LINK }).text).toContain('Hello,');
  });

  test('a name with markup or line breaks does no harm', async () => {
    const fill = await prepareInvitation({ programme: 'Acme Rewards', signInUrl: null });
    const mail = fill({ firstName: '<b>Ada</b> "x"\r\nBcc: eve@evil.example\u202e', link: LINK });
    expect(mail.html).toContain('&lt;b&gt;Ada&lt;/b&gt; &quot;x&quot; Bcc: eve@evil.example,');
    expect(mail.html).not.toContain('<b>Ada');
    expect(mail.text).toContain('Hello <b>Ada</b> "x" Bcc: eve@evil.example,');
    expect(mail.text).not.toMatch(/^Bcc:/m);
    expect(mail.subject).not.toContain('Ada');
  });

  test('a programme or a name cannot imitate a slot, nor can one value write into the other', async () => {
    const fill = await prepareInvitation({ programme: '\uE000link\uE001 & <i>Acme</i>\r\nX-Evil: 1', signInUrl: null });
    const mail = fill({ firstName: '\uE000link\uE001 $& %s', link: LINK });
    expect(mail.subject).toBe('Welcome to link & <i>Acme</i> X-Evil: 1: set your password');
    expect(mail.html).toContain('link &amp; &lt;i&gt;Acme&lt;/i&gt;');
    expect(mail.text).toContain('Hello link $& %s,');
    expect(mail.html.split(LINK)).toHaveLength(4);
  });

  test('points to the sign-in of a platform that has its own, without a deadline', async () => {
    const fill = await prepareInvitation({
      programme: 'Acme Rewards',
      signInUrl: 'https://sso.acme.example/in?a=1&b=2',
    });
    const mail = fill({ firstName: 'Ada', link: 'https://sso.acme.example/in?a=1&b=2' });
    expect(mail.html).toContain('href="https://sso.acme.example/in?a=1&amp;b=2"');
    expect(mail.text).toContain('https://sso.acme.example/in?a=1&b=2');
    expect(mail.text).not.toContain('14 days');
  });

  test('loads nothing from elsewhere and knows a dark page', async () => {
    const fill = await prepareInvitation({ programme: 'Acme Rewards', signInUrl: null });
    const { html } = fill({ firstName: 'Ada', link: LINK });
    expect(html).not.toMatch(/<img|src=|url\(|@import|<script/i);
    expect(html).toContain('prefers-color-scheme: dark');
    expect([...html.matchAll(/href="([^"]+)"/g)].map((match) => match[1])).toEqual([LINK, LINK]);
  });

  test('names of writing systems that need joiners stay as they are', () => {
    expect(oneLine('علی\u200cرضا')).toBe('علی\u200cرضا');
  });
});

describe('the report', () => {
  test('tells the first import in words and numbers', async () => {
    const mail = await renderReport(
      report({
        first: true,
        counts: counts({ created: 1200, skipped: 3 }),
        impact: { membersBefore: 0, membersAfter: 1200 },
      }),
      links,
    );
    expect(mail.subject).toBe('Sage HR London: first import: 1,200 created');
    expect(mail.text).toContain('This was the first import of “Sage HR London”.');
    expect(mail.text).toContain('- 1,200 accounts were created');
    expect(mail.text).toContain('- 3 people have no account and get none');
    expect(mail.text).toContain('Active members: 0 before, 1,200 now.');
    expect(mail.text).toContain(links.import);
    expect(mail.text).not.toContain('error');
    expect(mail.html).not.toContain(links.decision);
  });

  test('says that nothing changed', async () => {
    const mail = await renderReport(report({ counts: counts({ unchanged: 120 }) }), links);
    expect(mail.subject).toBe('Sage HR London: nothing changed');
    expect(mail.text).toContain('Nothing changed: 120 people are as before.');
    expect(mail.text).toContain('Active members: 120, as before.');
    expect(mail.text).not.toContain('first import');
  });

  test('counts only the kinds there are, one and many apart', async () => {
    const { text } = await renderReport(report({ counts: counts({ created: 1, updated: 2, leaver: 1 }) }), links);
    expect(text).toContain('- 1 account was created\n- 2 accounts were updated\n- 1 person left the company');
    expect(text).not.toMatch(/\b0 /);
  });

  test('says what is held, why, and what to do', async () => {
    const mail = await renderReport(
      report({
        state: 'waiting-for-approval',
        counts: counts({ leaver: 40, updated: 2 }),
        held: { count: 40, causes: causes({ leaver: 40 }), asks: true, expiresAt: '2026-12-06T03:00:00.000Z' },
      }),
      links,
    );
    expect(mail.subject).toBe('Sage HR London: 40 people wait for your decision');
    expect(mail.text).toContain('40 changes are held: more than the limit allows');
    expect(mail.text).toContain('40 have left. They keep their accounts as they are; everything else was applied.');
    expect(mail.text).toContain('approve or reject them until 2026-12-06');
    expect(mail.html).toContain(`href="${links.decision}"`);
  });

  test('says a failure in one sentence, with what to do', async () => {
    const mail = await renderReport(
      report({
        state: 'failed',
        impact: { membersBefore: 120, membersAfter: null },
        failure: { code: 'authorization-lost', detail: 'Sage HR refused the API key' },
      }),
      links,
    );
    expect(mail.subject).toBe('Sage HR London: the import failed');
    expect(mail.text).toContain(
      'Sage HR refused the API key. Authorize the HR system again; until then no import can run.',
    );
    expect(mail.text).not.toContain('Nothing changed');
  });

  test('tells errors and warnings, and says what an incomplete directory meant', async () => {
    const mail = await renderReport(
      report({
        state: 'completed-with-errors',
        counts: counts({ unchanged: 5, error: 2, warnings: 4 }),
        unproven: 'Page 3 came twice',
        mailsRefused: 1,
      }),
      links,
    );
    expect(mail.subject).toBe('Sage HR London: 2 errors');
    expect(mail.text).toContain('2 people could not be imported and stay as they are.');
    expect(mail.text).toContain('1 invitation was refused by the mail server');
    expect(mail.text).toContain('3 values look wrong');
    expect(mail.text).toContain('Page 3 came twice. So nobody was removed for being absent.');
    expect(mail.html).toContain(`href="${links.import}"`);
  });

  test('a name of an integration with line breaks stays in its line', async () => {
    const mail = await renderReport(report({ integrationName: 'Sage\r\nBcc: eve@evil.example <script>' }), links);
    expect(mail.subject).toBe('Sage Bcc: eve@evil.example <script>: nothing changed');
    expect(mail.html).not.toContain('<script>');
  });
});

describe('the mail for attention', () => {
  test('says what happened, what to do and where', async () => {
    const mail = await renderAttention(
      {
        programmeName: 'Acme Rewards',
        integrationName: 'Sage HR London',
        code: 'authorization-lost',
        detail: 'Sage HR refused the API key.',
        days: null,
      },
      'https://rollcall.example/i',
    );
    expect(mail.subject).toBe('Sage HR London: the HR system no longer lets us in');
    expect(mail.text).toContain('Sage HR refused the API key.');
    expect(mail.text).toContain('Authorize it again');
    expect(mail.text).toContain('https://rollcall.example/i');
  });

  test.each([
    [1, 'Sage HR London: for a day now: the HR system no longer lets us in'],
    [7, 'Sage HR London: for 7 days now: the HR system no longer lets us in'],
  ])('a reminder says how long it lasts: %i', async (days, subject) => {
    const about = { programmeName: 'Acme Rewards', integrationName: 'Sage HR London', detail: 'Refused.' };
    const mail = await renderAttention({ ...about, code: 'authorization-lost', days }, 'https://rollcall.example/i');
    expect(mail.subject).toBe(subject);
  });

  test.each([...ATTENTION_CODES.filter(isToldByMail), 'works-again'])('has words of its own for %s', async (code) => {
    const about = { programmeName: 'Acme Rewards', integrationName: 'Sage HR London', detail: 'x', days: null };
    const [mail, otherwise] = await Promise.all(
      [code, 'unheard-of'].map((given) => renderAttention({ ...about, code: given }, 'https://rollcall.example/i')),
    );
    expect(mail?.subject).not.toBe(otherwise?.subject);
  });
});
