import { peopleFormat, type StagedPerson } from '../database/copy-people.js';
import type { RunContext } from '../database/run-context.js';
import type { FetchedPage } from '../database/staging.js';
import { countDate } from '../domain/date-forms.js';
import { compileReader } from '../domain/person-reader.js';
import type { Page, Provider } from '../providers/provider.js';

/** The run's mapping, compiled for the pages of its provider. */
export interface PageReader {
  readonly columns: string;
  read(page: Page, number: number): FetchedPage;
}

/** Are people to be known as users of the HR application, too? */
export function wantsSaasUsers({ configuration }: RunContext, provider: Provider): boolean {
  return configuration.setup.recordType === 'user-and-saas-user' && provider.saasUser !== null;
}

export function compilePageReader(run: RunContext, provider: Provider): PageReader {
  const { mapping, segment, setup } = run.configuration;
  if (mapping === null) throw new Error('A run cannot begin without a mapping.');
  let dates: Record<string, Record<string, number>> = {};
  const read = compileReader({
    mapping,
    rule: segment.rule,
    employeeIdFrom: provider.employeeIdFrom,
    roles: run.roles,
    today: run.today,
    leadDays: setup.leadDays,
    dateFormat: setup.dateFormat,
    zone: run.dataTimeZone,
    onDate: (field, received) => countDate((dates[field] ??= {}), received),
  });
  const { columns, encode } = peopleFormat(mapping);
  const facts = wantsSaasUsers(run, provider) ? provider.saasUser : null;
  return {
    columns,
    read({ list, cursor, total, records, doubt = null }, number) {
      const rank = provider.lists.indexOf(list);
      dates = {};
      let problems = 0;
      const people = records.map((record, place): StagedPerson => {
        const person = read(
          record,
          provider.readEmployment(record, list, run.dataTimeZone),
          `${list}/${number}/${place}`,
        );
        if (person.problems.length > 0) problems += 1;
        // Assigned, since spreading each of a million people costs more than reading them.
        return Object.assign(person, { list: rank, page: number, place, saasUser: facts?.read(record) ?? null });
      });
      return {
        list,
        page: number,
        cursor,
        total,
        doubt,
        rows: records.length,
        problems,
        dates,
        people: encode(people),
      };
    },
  };
}
