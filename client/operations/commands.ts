import { insertCandidate, findCredential } from '../../database/credentials.js';
import { isId } from '../../database/ids.js';
import { findImportRecord } from '../../database/import-views.js';
import type { Programme } from '../../database/programmes.js';
import { troubledPeople } from '../../database/some-people.js';
import type { Transaction } from '../../database/transaction.js';
import { hasUpload } from '../../database/uploads.js';
import type { Decided } from '../../database/decisions.js';
import { decisionSchema } from '../../domain/decision.js';
import { completeCadence } from '../../domain/cadence.js';
import { setupSchema, splitSetup } from '../../domain/configuration.js';
import {
  credentialChoiceSchema,
  emptySchema,
  pauseSchema,
  publishSchema,
  reviewSchema,
} from '../../domain/integration.js';
import { mappingSchema, MAX_CUSTOM_FIELDS, type Mapping } from '../../domain/mapping.js';
import { ruleFaults } from '../../domain/segment-field.js';
import { segmentSchema, type Segment } from '../../domain/segment.js';
import { undoSchema } from '../../domain/undo.js';
import { LONGEST_KEY } from '../../domain/values.js';
import type { IntegrationRecord } from '../../database/integration-views.js';
import { findProvider } from '../../providers/registry.js';
import { carryOut, type Answer } from './carry-out.js';
import type { Call, Context } from './context.js';
import type { Asked } from './idempotency.js';
import type { ImportView } from './imports.js';
import type { IntegrationView } from './integrations.js';
import type { ImportPlace, Place } from './places.js';
import { faultsDetail, notFound, readBody, Refusal, type Fault } from './refusals.js';

/**
 * What an admin tells an integration to do. Here the shape is judged, all faults at once; whether the step is legal is
 * judged in the workflow's turn, after the commands that came before it.
 */
export function setUp(call: Call, place: Place, asked: Asked): Promise<Answer<IntegrationView>> {
  return carryOut(call, place, 'setUp', asked, async (_, programme, integration) => {
    const setup = readBody(setupSchema, asked.body);
    const offered = findProvider(integration.provider)?.installations ?? ['cloud'];
    if (!offered.includes(setup.installation)) {
      refuseBody('/installation', `is "${setup.installation}"; this provider offers ${offered.join(', ')} so far`);
    }
    if (setup.recordType === 'user-and-saas-user' && findProvider(integration.provider)?.saasUser === null) {
      refuseBody(
        '/recordType',
        `is "${setup.recordType}"; this provider has no users of an application, so only "user" is allowed`,
      );
    }
    return {
      ...splitSetup(setup, completeCadence(setup.cadence, integration.id, programme.timeZone)),
      seen: asked.seen,
    };
  });
}

export function authorize(
  call: Call,
  place: Place,
  asked: Asked,
): Promise<Answer<IntegrationView & { seen: NonNullable<IntegrationView['seen']> }>> {
  return carryOut(call, place, 'authorize', asked, async (trx, programme, integration) => ({
    credential: isCredentialChoice(asked.body)
      ? await chooseCredential(trx, asked.body, integration)
      : await takeCandidate(call.context, trx, asked.body, { programme, integration }),
  }));
}

export function map(call: Call, place: Place, asked: Asked): Promise<Answer<IntegrationView>> {
  return carryOut(call, place, 'map', asked, async (_, programme, { segment: kept }) => ({
    mapping: readMapping(asked.body, programme, kept),
    seen: asked.seen,
  }));
}

/** A mapping, with all that is wrong with it at once. */
export function readMapping(body: unknown, programme: Programme, kept: Segment | null): Mapping {
  refuseTooManyCustomFields(body, '');
  const mapping = readBody(mappingSchema, body);
  refuseUnknownRole(mapping, programme, '');
  refuseUnmappedRule(kept, mapping, '');
  return mapping;
}

export function segment(call: Call, place: Place, asked: Asked): Promise<Answer<IntegrationView>> {
  return carryOut(call, place, 'segment', asked, async (_, __, integration) => {
    const given = readBody(segmentSchema, asked.body);
    refuseRule(given, integration.mapping, '');
    return { segment: given, seen: asked.seen };
  });
}

export function review(call: Call, place: Place, asked: Asked): Promise<Answer<ImportView>> {
  return carryOut(call, place, 'review', asked, async (trx, programme, integration) => {
    await requireFile(trx, integration);
    const given = asked.body ?? {};
    if (typeof given === 'object' && 'mapping' in given) refuseTooManyCustomFields(given.mapping, '/mapping');
    const wanted = readBody(reviewSchema, given);
    if (wanted.mapping !== undefined) refuseUnknownRole(wanted.mapping, programme, '/mapping');
    const mapping = wanted.mapping ?? integration.mapping;
    if (wanted.segment === undefined) refuseUnmappedRule(integration.segment, mapping, '/mapping');
    else refuseRule(wanted.segment, mapping, '/segment');
    return wanted;
  });
}

export function publish(
  call: Call,
  place: Place,
  asked: Asked,
): Promise<Answer<IntegrationView & { firstImport: ImportView }>> {
  return carryOut(call, place, 'publish', asked, async (trx, _, integration) => {
    await requireFile(trx, integration);
    return readBody(publishSchema, asked.body ?? {});
  });
}

export function pause(call: Call, place: Place, asked: Asked): Promise<Answer<IntegrationView>> {
  return carryOut(call, place, 'pause', asked, async () => readBody(pauseSchema, asked.body ?? {}));
}

export function resume(call: Call, place: Place, asked: Asked): Promise<Answer<IntegrationView>> {
  return carryOut(call, place, 'resume', asked, async () => readBody(emptySchema, asked.body ?? {}));
}

export function importNow(call: Call, place: Place, asked: Asked): Promise<Answer<ImportView & { joined: boolean }>> {
  return carryOut(call, place, 'importNow', asked, async (trx, _, integration) => {
    await requireFile(trx, integration);
    return readBody(emptySchema, asked.body ?? {});
  });
}

/** One person now, through all phases; during a run it waits for its end. */
export function importPerson(
  call: Call,
  place: Place & { employeeId: string },
  asked: Asked,
): Promise<Answer<ImportView>> {
  const whole = { ...asked, body: { employeeId: place.employeeId, body: asked.body ?? {} } };
  return carryOut(call, place, 'importPerson', whole, async (trx, _, integration) => {
    readBody(emptySchema, asked.body ?? {});
    await requireFile(trx, integration);
    if (place.employeeId.length > LONGEST_KEY) refuseBody('/employeeId', `must have at most ${LONGEST_KEY} characters`);
    return { employeeId: place.employeeId };
  });
}

/** Those again with whom an import had trouble, once somebody has mended what was wrong. */
export function retryErrors(call: Call, place: ImportPlace, asked: Asked): Promise<Answer<ImportView>> {
  const whole = { ...asked, body: { import: place.import, body: asked.body ?? {} } };
  return carryOut(call, place, 'retryErrors', whole, async (trx, _, integration) => {
    readBody(emptySchema, asked.body ?? {});
    await requireFile(trx, integration);
    const found = isId(place.import) ? await findImportRecord(trx, integration.id, place.import) : null;
    if (found === null) throw notFound('import');
    if (found.state === 'running')
      throw new Refusal('illegal-state', 'The import still runs: wait for its end, or cancel it.');
    if (found.detailsDeletedAt !== null) {
      throw new Refusal(
        'illegal-state',
        'Whom the import had trouble with was deleted when the retention period was over.',
      );
    }
    if ((await troubledPeople(trx, found.id)).length === 0) {
      throw new Refusal('illegal-state', 'The import had trouble with nobody, so there is nobody to import again.');
    }
    return { import: found.id };
  });
}

/** What a run has done is put back by a run of its own; or only looked at. Whether that is possible its rows say, in its turn. */
export function undo(call: Call, place: ImportPlace, asked: Asked): Promise<Answer<ImportView>> {
  const whole = { ...asked, body: { import: place.import, body: asked.body ?? {} } };
  const given = asked.body ?? {};
  const isReview = typeof given === 'object' && 'review' in given && given.review === true;
  return carryOut(call, place, isReview ? 'reviewUndo' : 'undo', whole, async (trx, _, integration) => {
    const wish = readBody(undoSchema, given);
    const found = isId(place.import) ? await findImportRecord(trx, integration.id, place.import) : null;
    if (found === null) throw notFound('import');
    return { import: found.id, ...wish };
  });
}

/** The import belongs to the question: one key for two imports is a mistake of whoever asks. */
export function cancelImport(call: Call, place: ImportPlace, asked: Asked): Promise<Answer<ImportView>> {
  const whole = { ...asked, body: { import: place.import, body: asked.body ?? {} } };
  return carryOut(call, place, 'cancelImport', whole, async (trx, _, integration) => {
    readBody(emptySchema, asked.body ?? {});
    const found = isId(place.import) ? await findImportRecord(trx, integration.id, place.import) : null;
    if (found === null) throw notFound('import');
    return { import: found.id };
  });
}

/** About what an import holds: the digest names whom the asker saw, so the import is only where they saw it. */
export function decide(call: Call, place: ImportPlace, asked: Asked): Promise<Answer<Decided>> {
  return carryOut(call, place, 'decide', asked, async (trx, _, integration) => {
    const decision = readBody(decisionSchema, asked.body);
    const found = isId(place.import) ? await findImportRecord(trx, integration.id, place.import) : null;
    if (found === null) throw notFound('import');
    return decision;
  });
}

export function revoke(call: Call, place: Place, asked: Asked): Promise<Answer<IntegrationView>> {
  return carryOut(call, place, 'revoke', asked, async () => readBody(emptySchema, asked.body ?? {}));
}

export function remove(call: Call, place: Place, asked: Asked): Promise<Answer<null>> {
  return carryOut(call, place, 'remove', asked, async () => readBody(emptySchema, asked.body ?? {}));
}

/** Where the directory comes as files, there must be one to look at; before the authorization the state says so. */
async function requireFile(trx: Transaction, { id, provider, seen }: IntegrationRecord): Promise<void> {
  if (findProvider(provider)?.files === undefined || seen === null || (await hasUpload(trx, id))) return;
  throw new Refusal(
    'illegal-state',
    'No file is kept any more: its rows stay for eight days. Upload the file again (…/upload).',
  );
}

function isCredentialChoice(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'credential' in body;
}

async function chooseCredential(trx: Transaction, body: unknown, integration: IntegrationRecord): Promise<string> {
  const { credential } = readBody(credentialChoiceSchema, body);
  const found = isId(credential) ? await findCredential(trx, credential) : null;
  if (found?.provider !== integration.provider) {
    refuseBody('/credential', `is no credential of this programme for ${integration.provider}`);
  }
  return credential;
}

/** The fields of the provider's own form, encrypted before anything else sees them. */
async function takeCandidate(
  { keys }: Context,
  trx: Transaction,
  body: unknown,
  of: { programme: Programme; integration: IntegrationRecord },
): Promise<string> {
  const provider = findProvider(of.integration.provider);
  if (provider === undefined) throw notFound('provider');
  if (provider.files !== undefined) {
    throw new Refusal('illegal-state', `${provider.name} has nothing to authorize: upload a file (…/upload).`);
  }
  const names = provider.form.fields.map((field) => field.name).join(', ');
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    refuseBody('', `must be an object with ${names}, or with "credential"`);
  }
  const form = provider.form.parse({ ...body });
  if (!form.ok) refuse(form.faults.map(({ field, detail }) => ({ pointer: `/${field}`, detail })));
  return insertCandidate(trx, keys(), {
    programme: of.programme.id,
    provider: provider.id,
    name: of.integration.name,
    values: form.credential,
  });
}

/** @param at where in the body the mapping stands */
/** The rule itself is what was given: each fault stands where it is in it. */
function refuseRule({ rule }: Segment, mapping: Mapping | null, at: string): void {
  const faults = ruleFaults(rule, mapping).map((fault) => ({ ...fault, pointer: `${at}/rule${fault.pointer}` }));
  if (faults.length > 0) refuse(faults);
}

/** The mapping is what was given: it must not take away what the segment is about. */
function refuseUnmappedRule(segment: Segment | null, mapping: Mapping | null, at: string): void {
  const faults = ruleFaults(segment?.rule ?? null, mapping).map(({ detail }) => ({
    pointer: `${at}/fields`,
    detail: `must keep what the segment's rule is about: it ${detail}`,
  }));
  if (faults.length > 0) refuse(faults);
}

function refuseTooManyCustomFields(body: unknown, at: string): void {
  const custom = typeof body === 'object' && body !== null && 'custom' in body ? body.custom : undefined;
  if (!Array.isArray(custom) || custom.length <= MAX_CUSTOM_FIELDS) return;
  const pointer = `${at}/custom`;
  const fault = { pointer, detail: `has ${custom.length} fields; at most ${MAX_CUSTOM_FIELDS} are allowed` };
  throw new Refusal('too-many-custom-fields', faultsDetail([fault]), [fault]);
}

function refuseUnknownRole(mapping: Mapping, programme: Programme, at: string): void {
  if (mapping.role === undefined || !('fixed' in mapping.role)) return;
  const { fixed } = mapping.role;
  if (programme.roles.includes(fixed)) return;
  refuseBody(`${at}/role/fixed`, `is "${fixed}"; the programme's roles are ${programme.roles.join(', ')}`);
}

function refuseBody(pointer: string, detail: string): never {
  refuse([{ pointer, detail }]);
}

function refuse(faults: readonly Fault[]): never {
  throw new Refusal('invalid-body', faultsDetail(faults), faults);
}
