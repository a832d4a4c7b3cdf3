import { readDiscoveredRecords } from '../../database/discovered-records.js';
import type { IntegrationRecord } from '../../database/integration-views.js';
import { describeForms, type DateForms } from '../../domain/date-forms.js';
import { discoverFields, fieldLabel, type DiscoveredField } from '../../domain/fields.js';
import { parseFrom } from '../../domain/paths.js';
import { suggestMapping, type Suggestion } from '../../domain/smart-mapping.js';
import { findProvider } from '../../providers/registry.js';
import { enter, type Call, type List, type Need } from './context.js';
import { requireIntegration, type Place } from './places.js';
import { Refusal } from './refusals.js';

export type FieldView = Omit<DiscoveredField, 'dates'> & {
  readonly dates?: DateForms & { readonly detail: string };
};
export type SuggestionView = Suggestion;

/** The fields the provider really returns, as the last probe saw them. */
export async function listFields(call: Call, place: Place): Promise<List<FieldView>> {
  const { fields } = await discover(call, place, 'read');
  return { items: fields.map(withDates), next: null };
}

function withDates({ dates, ...field }: DiscoveredField): FieldView {
  return dates === undefined ? field : { ...field, dates: { ...dates, detail: describeForms(dates) } };
}

export async function suggest(call: Call, place: Place): Promise<List<SuggestionView>> {
  const { fields, integration } = await discover(call, place, 'write');
  const employeeIdFrom = findProvider(integration.provider)?.employeeIdFrom ?? '{{response.id}}';
  return { items: suggestMapping(fields, employeeIdFrom), next: null };
}

function discover(
  call: Call,
  place: Place,
  need: Need,
): Promise<{ fields: DiscoveredField[]; integration: IntegrationRecord }> {
  return enter(call, place.programme, need, async (trx) => {
    const integration = await requireIntegration(trx, place.integration);
    if (integration.seen === null) {
      throw new Refusal('illegal-state', 'The integration is not authorized yet: authorize the HR system first.');
    }
    const records = await readDiscoveredRecords(trx, place.integration);
    const fields = records.length > 0 ? discoverFields(records) : remembered(integration.seen.fields);
    const labels = integration.seen.labels ?? {};
    return { fields: fields.map((field) => ({ ...field, label: labels[field.path] ?? field.label })), integration };
  });
}

/** Samples are people's data and go after a day; the names of the fields stay. */
function remembered(paths: readonly string[]): DiscoveredField[] {
  return paths.map((path) => {
    const parsed = parseFrom(`{{${path}}}`);
    const steps = parsed.ok && parsed.from.kind === 'path' ? parsed.from.steps : [path];
    return { path, label: fieldLabel(steps), samples: [], filled: 0 };
  });
}
