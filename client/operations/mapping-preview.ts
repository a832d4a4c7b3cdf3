import { readDiscoveredRecords } from '../../database/discovered-records.js';
import type { EmploymentFacts, JsonRecord } from '../../domain/employee.js';
import type { Mapping } from '../../domain/mapping.js';
import { previewMapping, type MappingPreview } from '../../domain/mapping-preview.js';
import { parseFrom } from '../../domain/paths.js';
import { compileReader } from '../../domain/person-reader.js';
import { findProvider } from '../../providers/registry.js';
import { readMapping } from './commands.js';
import { enter, type Call } from './context.js';
import { requireIntegration, type Place } from './places.js';
import { notFound, Refusal } from './refusals.js';
import { todayIn } from './today.js';

export type MappingPreviewView = MappingPreview;

/**
 * What a mapping that is not saved would make of the people whom the last authorization saw: nobody waits for the HR
 * system while editing. It knows nothing of members and of the rest of the directory; what publishing does is told by a
 * review.
 */
export function mappingPreview(call: Call, place: Place, body: unknown): Promise<MappingPreviewView> {
  return enter(call, place.programme, 'write', async (trx, programme) => {
    const integration = await requireIntegration(trx, place.integration);
    const provider = findProvider(integration.provider);
    if (provider === undefined) throw notFound('provider');
    const { seen, setup } = integration;
    if (seen === null || setup === null) throw new Refusal('illegal-state', NOT_AUTHORIZED);
    const mapping = readMapping(body, programme, integration.segment);
    const records = await readDiscoveredRecords(trx, integration.id);
    if (records.length === 0) throw new Refusal('illegal-state', NO_SAMPLES);
    const zone = setup.dataTimeZone ?? programme.timeZone;
    const read = compileReader({
      mapping,
      rule: null,
      employeeIdFrom: provider.employeeIdFrom,
      roles: programme.roles,
      today: await todayIn(trx, zone),
      leadDays: setup.leadDays,
      dateFormat: setup.dateFormat,
      zone,
    });
    const people = comparable(records, mapping, provider).map((record, at) =>
      read(record, factsOf(record, provider, zone), String(at)),
    );
    return previewMapping(mapping, people);
  });
}

type Provider = NonNullable<ReturnType<typeof findProvider>>;

const NOT_AUTHORIZED = 'The integration is not authorized yet: authorize the HR system first.';
const NO_SAMPLES =
  'The people whom the authorization saw are kept for a day and are gone: authorize again with the same credentials to see some.';

/** Which list a person was seen in is not kept: a last day tells those who stand in one of leavers. */
function factsOf(record: JsonRecord, provider: Provider, zone: string): EmploymentFacts {
  const all = provider.lists.map((list) => provider.readEmployment(record, list, zone));
  const [active] = all;
  if (active === undefined) throw new Error('A provider without a list has nobody to show.');
  return all.findLast(({ endsOn }) => endsOn !== null) ?? active;
}

/** Custom fields are read of a few people alone: in the others they only look empty. */
function comparable(records: readonly JsonRecord[], mapping: Mapping, { isCustomField }: Provider): JsonRecord[] {
  const wanted = [...mapping.fields, ...mapping.custom].flatMap(({ from }) => {
    const parsed = parseFrom(from);
    const name = parsed.ok && parsed.from.kind === 'path' ? String(parsed.from.steps[0]) : '';
    return isCustomField(name) ? [name] : [];
  });
  const complete = records.filter((record) => wanted.every((name) => Object.hasOwn(record, name)));
  return complete.length > 0 ? complete : [...records];
}
