import { describe, expect, test } from '@jest/globals';
import { AUDIT_ACTIONS, auditSentence, findTelling, type AuditOutcome } from '../../domain/audit.js';
import { COMMANDS, OPERATOR_COMMANDS } from '../../domain/commands.js';

const tell = (action: string, outcome: AuditOutcome, subject: string | null = 'Sage HR') =>
  auditSentence({ action, outcome, actor: 'Ada Park' }, subject);

describe('the audit log', () => {
  test('can tell of every command, done, refused and not answered', () => {
    for (const command of COMMANDS) {
      expect(tell(command, 'done')).toMatch(/^Ada Park [a-z]+ .*\bthe integration “Sage HR”\.$/);
      expect(tell(command, 'refused')).toMatch(
        /^Ada Park asked to [a-z]+ .*\bthe integration “Sage HR”; it was refused\.$/,
      );
    }
    expect(tell('publish', 'done')).toBe('Ada Park published the integration “Sage HR”.');
    expect(tell('publish', 'refused')).toBe('Ada Park asked to publish the integration “Sage HR”; it was refused.');
    expect(tell('pause', 'pending')).toBe('Ada Park asked to pause the integration “Sage HR”; it is not answered yet.');
  });

  test('tells everything apart, and what it is about', () => {
    const told = Object.values(AUDIT_ACTIONS);
    expect(new Set(told.map(({ done }) => done)).size).toBe(told.length);
    for (const { subject, done } of told) {
      expect(subject).toMatch(/^[a-z]+$/);
      expect(done).toMatch(/^[a-z]+( [a-z]+)+$/);
      expect(done === 'signed in' || done.includes(` the ${subject}`)).toBe(true);
    }
  });

  test('names what it was done to where there is something, and nobody twice who signs in', () => {
    expect(tell('token-created', 'done', null)).toBe('Ada Park made the token.');
    expect(tell('signed-in', 'done', 'Ada Park')).toBe('Ada Park signed in.');
  });

  test('tells of what no command asks for as done, whatever became of it', () => {
    expect(tell('member-created', 'pending', 'Ben')).toBe('Ada Park made an account by hand for the member “Ben”.');
  });

  test('names what another version has written, and inherited names are no actions', () => {
    for (const action of ['from-the-future', 'constructor']) {
      expect(tell(action, 'done')).toBe(`Ada Park did something that this version does not know (${action}).`);
      expect(findTelling(action)).toBeNull();
    }
  });
});

test('what an operator may send without an argument destroys nothing and asks for no choice', () => {
  expect([...OPERATOR_COMMANDS].sort()).toEqual(['cancelImport', 'importNow', 'pause', 'resume', 'review']);
});
