import { describe, expect, test } from '@jest/globals';
import { decisionSchema } from '../../domain/decision.js';
import { HOLD_CAUSES } from '../../domain/import.js';
import {
  authorizeInviteSchema,
  credentialChoiceSchema,
  emptySchema,
  integrationSchema,
  pauseSchema,
  publishSchema,
  reviewSchema,
} from '../../domain/integration.js';
import { programmePatchSchema, programmeSchema } from '../../domain/programme.js';
import { undoNote, undoSchema } from '../../domain/undo.js';
import { faultsOf, faultyPaths } from './schema-faults.js';
import type { z } from 'zod';

/** What people send with a command: what is taken as it is, and where a fault is found. */
const text = (length: number) => 'x'.repeat(length);
const decide = { decision: 'approve', planDigest: 'd' };
const mapping = { fields: [{ member: 'email', from: '{{response.email}}' }] };
const acme = { name: 'Acme', timeZone: 'UTC' };
const roles = (count: number) => Array.from({ length: count }, (_, at) => `role ${at}`);

test.each<[string, z.ZodType, unknown]>([
  ['a decision about all', decisionSchema, decide],
  ['a rejection', decisionSchema, { ...decide, decision: 'reject', planDigest: text(200) }],
  ['a decision about every cause', decisionSchema, { ...decide, causes: [...HOLD_CAUSES] }],
  ['a decision about somebody', decisionSchema, { ...decide, only: ['7', text(255)] }],
  ['an integration', integrationSchema, { provider: text(80), name: text(200) }],
  ['an invitation to authorize', authorizeInviteSchema, { email: 'ada.park@acme.example' }],
  ['a pause', pauseSchema, {}],
  ['a pause with a note', pauseSchema, { note: text(500) }],
  ['a review', reviewSchema, {}],
  ['a publication', publishSchema, {}],
  ['a publication of what was reviewed', publishSchema, { review: text(80), planDigest: text(200) }],
  ['nothing', emptySchema, {}],
  ['a credential', credentialChoiceSchema, { credential: text(80) }],
  ['an undo', undoSchema, {}],
  ['an undo of removals, reviewed', undoSchema, { only: 'removals', review: true, planDigest: text(200) }],
  ['no change of a programme', programmePatchSchema, {}],
])('%s is taken as it is', (_, schema, given) => {
  expect(schema.safeParse(given)).toEqual({ success: true, data: given });
});

test('a name is trimmed, and what a review leaves out of a mapping is filled in', () => {
  expect(integrationSchema.parse({ provider: 'sage-hr', name: ' Sage HR ' }).name).toBe('Sage HR');
  expect(pauseSchema.parse({ note: ' for now ' })).toEqual({ note: 'for now' });
  expect(reviewSchema.parse({ mapping, segment: { rule: null } })).toMatchObject({
    mapping: { syncKey: 'employeeId' },
    segment: { outside: 'revoke' },
  });
});

test.each<[Parameters<typeof faultyPaths>[0], unknown, string]>([
  [decisionSchema, { ...decide, decision: 'perhaps' }, 'decision'],
  [decisionSchema, { ...decide, planDigest: '' }, 'planDigest'],
  [decisionSchema, { ...decide, planDigest: text(201) }, 'planDigest'],
  [decisionSchema, { ...decide, causes: [] }, 'causes'],
  [decisionSchema, { ...decide, causes: ['created'] }, 'causes.0'],
  [decisionSchema, { ...decide, only: [] }, 'only'],
  [decisionSchema, { ...decide, only: [''] }, 'only.0'],
  [decisionSchema, { ...decide, only: [text(256)] }, 'only.0'],
  [decisionSchema, { ...decide, only: Array<string>(100_001).fill('7') }, 'only'],
  [decisionSchema, { ...decide, also: 1 }, ''],
  [integrationSchema, { provider: '', name: 'x' }, 'provider'],
  [integrationSchema, { provider: text(81), name: 'x' }, 'provider'],
  [integrationSchema, { provider: 'x', name: ' ' }, 'name'],
  [integrationSchema, { provider: 'x', name: text(201) }, 'name'],
  [integrationSchema, { provider: 'x', name: 'x', also: 1 }, ''],
  [authorizeInviteSchema, { email: 'ada' }, 'email'],
  [authorizeInviteSchema, { email: 'ada.park@acme.example', also: 1 }, ''],
  [pauseSchema, { note: text(501) }, 'note'],
  [pauseSchema, { also: 1 }, ''],
  [reviewSchema, { mapping: {} }, 'mapping.fields'],
  [reviewSchema, { segment: {} }, 'segment.rule'],
  [reviewSchema, { also: 1 }, ''],
  [publishSchema, { review: text(81) }, 'review'],
  [publishSchema, { planDigest: text(201) }, 'planDigest'],
  [publishSchema, { also: 1 }, ''],
  [emptySchema, { also: 1 }, ''],
  [credentialChoiceSchema, { credential: '' }, 'credential'],
  [credentialChoiceSchema, { credential: text(81) }, 'credential'],
  [credentialChoiceSchema, {}, 'credential'],
  [undoSchema, { only: 'additions' }, 'only'],
  [undoSchema, { review: 'yes' }, 'review'],
  [undoSchema, { planDigest: '' }, 'planDigest'],
  [undoSchema, { planDigest: text(201) }, 'planDigest'],
  [undoSchema, { also: 1 }, ''],
  [programmeSchema, { ...acme, name: text(201) }, 'name'],
  [programmeSchema, { ...acme, graceDays: 3651 }, 'graceDays'],
  [programmeSchema, { ...acme, roles: [] }, 'roles'],
  [programmeSchema, { ...acme, roles: roles(51) }, 'roles'],
  [programmeSchema, { ...acme, roles: [' '] }, 'roles.0'],
  [programmeSchema, { ...acme, roles: [text(81)] }, 'roles.0'],
  [programmeSchema, { ...acme, signInUrl: 'xhttps://app.acme.example' }, 'signInUrl'],
  [programmeSchema, { ...acme, signInUrl: 'httpsx://app.acme.example' }, 'signInUrl'],
  [programmeSchema, { ...acme, invitationsPerHour: 99 }, 'invitationsPerHour'],
  [programmeSchema, { ...acme, invitationsPerHour: 1_000_001 }, 'invitationsPerHour'],
  [programmeSchema, { ...acme, also: 1 }, ''],
  [programmePatchSchema, { graceDays: -1 }, 'graceDays'],
  [programmePatchSchema, { also: 1 }, ''],
])('what is wrong is found where it stands (%#)', (schema, given, path) => {
  expect(faultyPaths(schema, given)).toEqual([path]);
});

test('a name that is missing is told in words', () => {
  expect(faultsOf(integrationSchema, { provider: 'sage-hr', name: ' ' })).toEqual([['name', 'must not be empty']]);
});

test('a programme may be as large as its limits, and its sign-in may be of either scheme', () => {
  const largest = {
    name: text(200),
    timeZone: 'UTC',
    graceDays: 3650,
    roles: [...roles(49), text(80)],
    signInUrl: 'http://app.acme.example',
    invitationsPerHour: 1_000_000,
  };
  expect(programmeSchema.parse(largest)).toEqual(largest);
  const least = { ...acme, roles: [' member '], signInUrl: 'https://app.acme.example', invitationsPerHour: 100 };
  expect(programmeSchema.parse(least)).toMatchObject({ roles: ['member'], invitationsPerHour: 100 });
  expect(programmePatchSchema.parse({ name: ' Acme ', signInUrl: null })).toEqual({ name: 'Acme', signInUrl: null });
});

describe('the note of an undo', () => {
  test('says what will happen next, and keeps what somebody had noted', () => {
    const fresh = undoNote(null, 'of 31 March');
    expect(fresh).toMatch(/^The import of 31 March was undone\. The next import would make again what was undone\./);
    expect(undoNote('holidays', 'of 31 March')).toBe(`${fresh} Noted before: holidays`);
  });

  test('is the same when the same is undone again', () => {
    const fresh = undoNote(null, 'of 31 March');
    expect(undoNote(fresh, 'of 31 March')).toBe(fresh);
  });
});
