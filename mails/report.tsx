import { z } from 'zod';
import { CHANGE_KINDS, COUNTED, HOLD_CAUSES, IMPORT_KINDS, IMPORT_STATES } from '../domain/import.js';
import { oneLine, renderMail, type Block, type RenderedMail } from './layout.js';

/**
 * The report of an import to the admin: what happened, what it did to the programme, what needs somebody. Numbers and
 * sentences only; whom it concerns stands behind the links, which ask for a sign-in.
 */
const count = z.int().nonnegative();

export const reportSchema = z.object({
  programmeName: z.string(),
  integrationName: z.string(),
  kind: z.enum(IMPORT_KINDS),
  state: z.enum(IMPORT_STATES),
  first: z.boolean(),
  counts: z.record(z.enum(COUNTED), count),
  impact: z.object({ membersBefore: count.nullable(), membersAfter: count.nullable() }),
  /** Why the directory is not proven to be complete, or null when it is (or was not asked). */
  unproven: z.string().nullable(),
  held: z
    .object({
      count,
      causes: z.record(z.enum(HOLD_CAUSES), count),
      asks: z.boolean(),
      expiresAt: z.string().nullable(),
    })
    .nullable(),
  failure: z.object({ code: z.string(), detail: z.string() }).nullable(),
  mailsRefused: count,
});
export type Report = z.infer<typeof reportSchema>;

export interface ReportLinks {
  readonly import: string;
  /** Where the people who wait for a decision are shown and decided about. */
  readonly decision: string;
}

export function renderReport(report: Report, links: ReportLinks): Promise<RenderedMail> {
  const integration = oneLine(report.integrationName);
  return renderMail({
    subject: `${integration}: ${headline(report)}`,
    title: title(report),
    blocks: [...opening(report, integration), ...happened(report), ...troubles(report), ...see(report, links)],
    footer: `You get this report because you look after “${integration}” in ${oneLine(report.programmeName)}. Who gets it, and when, is part of the integration’s setup.`,
  });
}

/** Each kind in the words of the one who reads it, for one and for many. */
const WORDS: Readonly<Record<Exclude<(typeof COUNTED)[number], 'warnings'>, readonly [one: string, many: string]>> = {
  created: ['account was created', 'accounts were created'],
  adopted: ['account that existed before was connected', 'accounts that existed before were connected'],
  reactivated: ['person came back and has the same account again', 'people came back and have the same accounts again'],
  transferred: ['account was taken over from another integration', 'accounts were taken over from another integration'],
  updated: ['account was updated', 'accounts were updated'],
  leaver: ['person left the company', 'people left the company'],
  revoked: ['person is no longer in the segment', 'people are no longer in the segment'],
  vanished: ['person is gone from the directory', 'people are gone from the directory'],
  error: ['person could not be imported and stays as they are', 'people could not be imported and stay as they are'],
  unchanged: ['person is as before', 'people are as before'],
  skipped: ['person has no account and gets none', 'people have no account and get none'],
};
/** Of a run that puts back what another one did. */
const UNDONE = {
  reactivated: ['account that was closed is open again', 'accounts that were closed are open again'],
  transferred: ['account is where it was before', 'accounts are where they were before'],
  updated: ['account has its values of before', 'accounts have their values of before'],
  revoked: ['account that was opened is closed again', 'accounts that were opened are closed again'],
} as const;
const CHANGES = CHANGE_KINDS.filter((kind) => kind !== 'error');
type Change = (typeof CHANGES)[number];

const SHORT: Readonly<Record<Change, string>> = {
  created: 'created',
  adopted: 'connected',
  reactivated: 'back',
  transferred: 'taken over',
  updated: 'updated',
  leaver: 'left',
  revoked: 'out of the segment',
  vanished: 'gone',
};

function many(amount: number, [one, more]: readonly [string, string]): string {
  return `${amount.toLocaleString('en')} ${amount === 1 ? one : more}`;
}

const changed = (report: Report): readonly Change[] => CHANGES.filter((kind) => report.counts[kind] > 0);

function headline(report: Report): string {
  const which = nameOf(report);
  if (report.state === 'failed') return `the ${which} failed`;
  if (report.state === 'cancelled') return `the ${which} was cancelled`;
  if (report.held?.asks === true) return `${report.held.count.toLocaleString('en')} people wait for your decision`;
  const kinds = changed(report).map((kind) => `${report.counts[kind].toLocaleString('en')} ${SHORT[kind]}`);
  const errors = report.counts.error > 0 ? [many(report.counts.error, ['error', 'errors'])] : [];
  const said = [...kinds, ...errors].join(', ');
  const isPlain = !report.first && report.kind !== 'undo';
  return `${isPlain ? '' : `${which}: `}${said === '' ? 'nothing changed' : said}`;
}

function nameOf({ first, kind }: Report): string {
  if (kind === 'undo') return 'undo';
  return first ? 'first import' : 'import';
}

function title(report: Report): string {
  if (report.state === 'failed') return `The ${nameOf(report)} failed`;
  if (report.state === 'cancelled') return `The ${nameOf(report)} was cancelled`;
  if (report.held?.asks === true) return 'Some changes wait for your decision';
  return report.first || changed(report).length > 0 ? `The ${nameOf(report)} is done` : 'Nothing changed';
}

function opening(report: Report, integration: string): Block[] {
  const blocks: Block[] = [];
  const finished = report.state !== 'failed' && report.state !== 'cancelled';
  if (report.first && finished) {
    blocks.push({
      kind: 'text',
      text: `This was the first import of “${integration}”. From now on it follows its schedule.`,
    });
  }
  if (report.kind === 'undo' && finished) {
    blocks.push({
      kind: 'text',
      text: `What an import of “${integration}” had done was put back, as far as nothing had changed since. The integration is paused, since the next import would do the same again: mend what was wrong, look at a review, then resume it.`,
    });
  }
  if (report.state === 'failed') {
    const failure = report.failure ?? { code: 'internal', detail: '' };
    const said = oneSentence(failure.detail);
    blocks.push({
      kind: 'notice',
      title: `“${integration}” could not be imported`,
      text: `${said === '' ? '' : `${said} `}${REMEDIES[failure.code] ?? REMEDY}`,
    });
  }
  if (report.state === 'cancelled') {
    const why = report.failure === null ? '' : ` ${oneSentence(report.failure.detail)}`;
    blocks.push({
      kind: 'text',
      text: `The import of “${integration}” was stopped before its end.${why} What it had applied until then stays.`,
    });
  }
  return blocks;
}

const REMEDY = 'The next import tries again by itself; if it fails again, ask the people who run the platform.';
const REMEDIES: Readonly<Record<string, string>> = {
  'authorization-lost': 'Authorize the HR system again; until then no import can run.',
  'insufficient-scope': 'Give the credentials the missing permission in the HR system, then start an import.',
  'provider-unavailable': 'Nothing was lost; the next import tries again by itself.',
  'rate-limited': 'Nothing was lost; the next import tries again by itself.',
  'mapping-invalid': 'Check the mapping and publish it again.',
  'directory-empty': 'Nobody was removed. Check in the HR system what the credentials may see, then start an import.',
  interrupted: 'Nothing was lost; the next import goes on.',
};

function happened(report: Report): Block[] {
  const kinds = changed(report);
  if (report.state === 'failed' && kinds.length === 0) return [];
  const words = report.kind === 'undo' ? { ...WORDS, ...UNDONE } : WORDS;
  const items = kinds.map((kind) => many(report.counts[kind], words[kind]));
  const still = (['unchanged', 'skipped'] as const).filter((kind) => report.counts[kind] > 0);
  const rest = still.map((kind) => many(report.counts[kind], WORDS[kind]));
  const blocks: Block[] = [];
  if (items.length > 0) blocks.push({ kind: 'list', items: [...items, ...rest] });
  else blocks.push({ kind: 'text', text: `Nothing changed${rest.length === 0 ? '.' : `: ${rest.join(', ')}.`}` });
  const { membersBefore, membersAfter } = report.impact;
  if (membersBefore !== null && membersAfter !== null) {
    const before = membersBefore.toLocaleString('en');
    const after = membersAfter.toLocaleString('en');
    blocks.push({
      kind: 'text',
      text:
        membersBefore === membersAfter
          ? `Active members: ${after}, as before.`
          : `Active members: ${before} before, ${after} now.`,
    });
  }
  return blocks;
}

const CAUSES: Readonly<Record<(typeof HOLD_CAUSES)[number], readonly [string, string]>> = {
  leaver: ['has left', 'have left'],
  revoked: ['is no longer in the segment', 'are no longer in the segment'],
  vanished: ['is gone from the directory', 'are gone from the directory'],
  identity: ['has another e-mail address or key', 'have another e-mail address or key'],
  invitation: ['would be invited', 'would be invited'],
};

function troubles(report: Report): Block[] {
  const blocks: Block[] = [];
  if (report.held !== null && report.held.count > 0) blocks.push(holdNotice(report.held));
  const lines: string[] = [];
  if (report.counts.error > 0) lines.push(`${many(report.counts.error, WORDS.error)}.`);
  if (report.mailsRefused > 0) {
    lines.push(
      `${many(report.mailsRefused, ['invitation was', 'invitations were'])} refused by the mail server: correct the address in the HR system.`,
    );
  }
  const otherWarnings = Math.max(0, report.counts.warnings - report.mailsRefused);
  if (otherWarnings > 0)
    lines.push(`${many(otherWarnings, ['value looks', 'values look'])} wrong; they were used as they are.`);
  if (lines.length > 0) blocks.push({ kind: 'notice', title: 'To look at', text: lines.join(' ') });
  if (report.unproven !== null) {
    const why = oneSentence(report.unproven);
    blocks.push({
      kind: 'notice',
      title: 'The directory may be incomplete',
      text: `${why === '' ? '' : `${why} `}So nobody was removed for being absent.`,
    });
  }
  return blocks;
}

function holdNotice(held: NonNullable<Report['held']>): Block {
  const causes = HOLD_CAUSES.filter((cause) => held.causes[cause] > 0).map((cause) =>
    many(held.causes[cause], CAUSES[cause]),
  );
  const until = held.expiresAt === null ? '' : ` until ${held.expiresAt.slice(0, 10)}`;
  const what = held.asks
    ? `Look at who they are and approve or reject them${until}; without an answer nothing happens to them.`
    : 'The question is open since an earlier import; approve or reject it there.';
  return {
    kind: 'notice',
    title: `${many(held.count, ['change is', 'changes are'])} held: more than the limit allows`,
    text: `${causes.join(', ')}. They keep their accounts as they are; everything else was applied. ${what}`,
  };
}

function see(report: Report, links: ReportLinks): Block[] {
  const label = changed(report).length > 0 ? 'The import, with names and reasons' : 'The import';
  const all: Block = { kind: 'links', links: [{ label, url: links.import }] };
  if (report.held?.asks !== true) return [all];
  return [{ kind: 'button', label: 'Look at them and decide', url: links.decision }, all];
}

const LONGEST_SENTENCE = 600;

function oneSentence(text: string): string {
  const line = oneLine(text, LONGEST_SENTENCE);
  return line === '' || /[.!?…]$/.test(line) ? line : `${line}.`;
}
