import { dateForms, describeForms, doubtfulFormat, looksLikeDates } from '../domain/date-forms.js';
import type { RunContext } from './run-context.js';
import { pagesTable } from './staging.js';
import type { Transaction } from './transaction.js';

/**
 * Dates that may be other days than the ones that were read: one warning for a field with its counts, whoever it concerns.
 * Values that are no date at all are error rows of their people besides.
 */
export async function saveDoubtfulDates(trx: Transaction, run: RunContext): Promise<void> {
  const { dateFormat } = run.configuration.setup;
  const tallies = await countForms(trx, run.import);
  const doubts = [...tallies].flatMap(([field, tally]) => {
    const forms = dateForms(tally);
    if (!looksLikeDates(forms)) return [];
    const doubt = doubtfulFormat(forms, dateFormat);
    if (doubt !== null) return [{ field, detail: `${doubt} Look at the date format of the setup.` }];
    // Whoever reviews is shown how their dates are read, even where the values prove the format.
    return run.kind === 'review' && forms.ambiguous > 0 ? [{ field, detail: describeForms(forms) }] : [];
  });
  if (doubts.length === 0) return;
  await trx('run_problems').insert(
    doubts.map(({ field, detail }) => ({
      programme_id: run.programme,
      import_id: run.import,
      phase: 'segment',
      severity: 'warning',
      code: 'date-doubtful',
      field,
      allowed: dateFormat === null ? 'a date like 2026-03-31' : `a date like 2026-03-31 or ${dateFormat}`,
      detail: `The dates in "${field}": ${detail}`,
      fixed_by: 'admin',
    })),
  );
}

async function countForms(trx: Transaction, importId: string): Promise<Map<string, Record<string, number>>> {
  const { rows } = await trx.raw<{ rows: { field: string; form: string; values: number }[] }>(
    `select f.key as field, v.key as form, sum(cast(v.value as bigint))::bigint as values
     from ${pagesTable(importId)} p, jsonb_each(p.dates) f, jsonb_each_text(f.value) v
     where p.dates is not null group by 1, 2 order by 1, 2`,
  );
  const tallies = new Map<string, Record<string, number>>();
  for (const { field, form, values } of rows) tallies.set(field, { ...tallies.get(field), [form]: values });
  return tallies;
}
