import {
  findOwner,
  findProgrammesCalled,
  insertProgramme,
  listProgrammes as readProgrammes,
  updateProgramme,
  type Programme,
} from '../../database/programmes.js';
import { recordAudit } from '../../database/audit-log.js';
import { moveCloseDowns, NOTICE_DAYS, type Moved } from '../../database/grace-period.js';
import { inProgramme } from '../../database/transaction.js';
import { programmePatchSchema, programmeSchema } from '../../domain/programme.js';
import {
  enter,
  pageById,
  requireOperator,
  requireProgramme,
  roleIn,
  toList,
  type Call,
  type List,
  type PageRequest,
} from './context.js';
import { notFound, readBody, Refusal } from './refusals.js';

export interface ProgrammeView {
  readonly id: string;
  readonly name: string;
  readonly timeZone: string;
  readonly graceDays: number;
  readonly roles: string[];
  readonly signInUrl: string | null;
  readonly invitationsPerHour: number;
  readonly createdAt: string;
  /** What a change of the settings has brought about that somebody should know. */
  readonly warnings: string[];
}

export async function createProgramme(call: Call, body: unknown): Promise<ProgrammeView> {
  requireOperator(call);
  const settings = readBody(programmeSchema, body);
  const programme = await insertProgramme(call.context.db, settings);
  await inProgramme(call.context.db, programme.id, (trx) =>
    recordAudit(trx, {
      programme: programme.id,
      actor: call.actor.name,
      action: 'programme-created',
      subject: programme.id,
    }),
  );
  return view(programme);
}

export async function listProgrammes(call: Call, page: PageRequest): Promise<List<ProgrammeView>> {
  requireOperator(call);
  const { limit, after } = pageById(page);
  const rows = await readProgrammes(call.context.db, { limit: limit + 1, after });
  return toList(rows.map(view), limit, (last) => last.id);
}

export function getProgramme(call: Call, id: string): Promise<ProgrammeView> {
  return enter(call, id, 'read', async (_, programme) => view(programme));
}

export async function changeProgramme(call: Call, id: string, body: unknown): Promise<ProgrammeView> {
  requireProgramme(call, id, 'write');
  // A token is made for data; what the programme itself is, people decide.
  if (call.actor.role !== 'person') requireOperator(call);
  const patch = readBody(programmePatchSchema, body);
  const { changed, moved } = await enter(call, id, 'write', async (trx, programme) => {
    const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
    const changed = await updateProgramme(trx, id, { ...programme, ...given });
    const isMoved = changed.graceDays !== programme.graceDays;
    const moved = isMoved ? await moveCloseDowns(trx, id, changed.graceDays) : null;
    const action = isMoved ? 'grace-days-changed' : 'programme-changed';
    await recordAudit(trx, { programme: id, actor: call.actor.name, action, subject: id });
    return { changed, moved };
  });
  for (const integration of moved?.integrations ?? []) {
    await call.context.temporal.letMailsGo({ programme: id, integration });
  }
  return { ...view(changed), warnings: moved === null ? [] : warningsOf(moved) };
}

function warningsOf({ moved, sooner, firstDay }: Moved): string[] {
  if (moved === 0) return [];
  const accounts = moved === 1 ? '1 account that is closing down ends' : `${moved} accounts that are closing down end`;
  const told =
    sooner === 0
      ? 'none of them sooner, so nobody is mailed'
      : `${sooner} of them sooner: who was told a later day is told the new one, and has at least ${NOTICE_DAYS} days from today`;
  return [`${accounts} on another day now, the first on ${firstDay ?? ''}; ${told}.`];
}

/** For the command line, where a programme is named by id or, if there is only one, by name. */
export async function resolveProgramme(call: Call, idOrName: string): Promise<string> {
  requireOperator(call);
  const found = await findProgrammesCalled(call.context.db, idOrName);
  if (found.length > 1) {
    throw new Refusal('invalid-body', `Several programmes are called "${idOrName}"; name one by its id.`);
  }
  const programme = found[0];
  if (programme === undefined) throw new Refusal('not-found', `There is no programme "${idOrName}".`);
  return programme.id;
}

/** The programme of a thing of which an operator knows only the id. */
export async function resolveOwner(
  call: Call,
  kind: 'integration' | 'import' | 'member' | 'operation',
  id: string,
): Promise<string> {
  const programme = await findOwner(call.context.db, kind, id);
  if (programme === null || roleIn(call.actor, programme) === null) throw notFound(kind);
  return programme;
}

function view(programme: Programme): ProgrammeView {
  return {
    id: programme.id,
    name: programme.name,
    timeZone: programme.timeZone,
    graceDays: programme.graceDays,
    roles: [...programme.roles],
    signInUrl: programme.signInUrl,
    invitationsPerHour: programme.invitationsPerHour,
    createdAt: programme.createdAt.toISOString(),
    warnings: [],
  };
}
