import type { Command } from 'commander';
import type { Call } from '../operations/context.js';
import type { Place } from '../operations/places.js';
import { printJson, printRows, type Io } from './io.js';
import { asOperator } from './operator.js';

interface Json {
  json?: boolean;
}

/** What there is to map: the fields of the HR system, and what smart mapping makes of them. */
export function addFields(integrations: Command, io: Io, placeOf: (call: Call, id: string) => Promise<Place>): void {
  integrations
    .command('fields')
    .description('the fields that the HR system really returns, with samples, and which dates their values are')
    .argument('<integration>')
    .option('--json', 'print the list as JSON')
    .action(async (id: string, options: Json) => {
      const { listFields } = await import('../operations/fields.js');
      const fields = await asOperator(io, async (call) => listFields(call, await placeOf(call, id)));
      if (options.json === true) printJson(io, fields);
      else
        printRows(
          io,
          fields.items.map(({ path, label, filled, samples, dates }) => [
            `{{${path}}}`,
            label,
            `${Math.round(filled * 100)} %`,
            samples.join(', '),
            ...(dates === undefined ? [] : [dates.detail]),
          ]),
        );
    });

  integrations
    .command('suggest')
    .description('a proposal for the mapping, with confidence and reason; nothing is changed')
    .argument('<integration>')
    .option('--json', 'print the list as JSON')
    .action(async (id: string, options: Json) => {
      const { suggest } = await import('../operations/fields.js');
      const suggestions = await asOperator(io, async (call) => suggest(call, await placeOf(call, id)));
      if (options.json === true) printJson(io, suggestions);
      else
        printRows(
          io,
          suggestions.items.map(({ member, from, confidence, reason }) => [member, from, confidence, reason]),
        );
    });
}
