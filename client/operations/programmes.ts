import {
  findOwner,
  findProgrammesCalled,
  insertProgramme,
  listProgrammes as readProgrammes,
  updateProgramme,
  type Programme,
} from '../../database/programmes.js';
import { recordAudit } from '../../database/audit-log.js';
import { moveCloseDowns } from '../../database/erasure.js';
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
  readonly createdAt: string;
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
  return enter(call, id, 'write', async (trx, programme) => {
    const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
    const changed = await updateProgramme(trx, id, { ...programme, ...given });
    if (changed.graceDays !== programme.graceDays) await moveCloseDowns(trx, id, changed.graceDays);
    await recordAudit(trx, { programme: id, actor: call.actor.name, action: 'programme-changed', subject: id });
    return view(changed);
  });
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
    createdAt: programme.createdAt.toISOString(),
  };
}
