import { InsufficientScope, ProviderContractViolation } from '../errors.js';
import { idText } from '../record.js';
import { readAnswer, readDescription, type ObjectDescription, type QueryAnswer } from './schema.js';
import { asEmployee, columnsOf, DATA, selected, TEAM_MEMBER, type Columns } from './soql.js';
import { VENDOR, type Salesforce } from './salesforce.js';
import type { JsonRecord, JsonValue } from '../../domain/employee.js';
import type { LookUp } from '../provider.js';

/** Sage's API costs a request a page of people; this many go into one query of their users, which stands in the address. */
const IDS_AT_ONCE = 200;
/** An id of Salesforce: nothing else is ever put into a query. */
export const ID = /^[a-zA-Z0-9]{15,18}$/;
/** So many stand on a page: each costs the organisation a request of its daily allowance. */
export const PER_PAGE = 500;

/** Team members and their users, asked of Salesforce itself. */
export class TeamMembers {
  readonly #salesforce: Salesforce;

  constructor(salesforce: Salesforce) {
    this.#salesforce = salesforce;
  }

  /** What can be asked for. Null: this organisation has no team members, or whoever asks may not see what they are. */
  columns(wanted: Parameters<typeof columnsOf>[1], signal: AbortSignal): Promise<Columns | null> {
    return columnsOf((object) => this.#describe(object, signal), wanted);
  }

  async count(signal: AbortSignal): Promise<number> {
    return (await this.#query(`SELECT COUNT() FROM ${TEAM_MEMBER}`, signal)).totalSize;
  }

  /**
   * The people after that id, in the order of their ids, so that a reading can go on anywhere. Empty: the list is over.
   * They come as Sage's own API gives them, unfiltered.
   */
  async page(after: string | null, columns: Columns, signal: AbortSignal): Promise<readonly JsonRecord[]> {
    if (after !== null && !ID.test(after)) throw new RangeError(`"${after}" is no id of Salesforce`);
    const where = after === null ? '' : ` WHERE Id > '${after}'`;
    const soql = `SELECT ${selected(columns)} FROM ${TEAM_MEMBER}${where} ORDER BY Id LIMIT ${PER_PAGE}`;
    for (let repeated = false; ; repeated = true) {
      const { records } = await this.#query(soql, signal);
      // An empty page is the end of the list: nothing else says so, so it is asked for twice.
      if (records.length > 0 || repeated) return records.map((row) => asEmployee(row, columns));
    }
  }

  /** The users of these people, by the id of the person. */
  async users(
    people: readonly JsonRecord[],
    columns: Columns,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, JsonValue>> {
    const ids = people.flatMap(({ id }) => (typeof id === 'string' && ID.test(id) ? [id] : []));
    const users = new Map<string, JsonValue>();
    for (let from = 0; from < ids.length; from += IDS_AT_ONCE) {
      const asked = ids.slice(from, from + IDS_AT_ONCE).map((id) => `'${id}'`);
      const soql = `SELECT ${selected(columns)} FROM ${TEAM_MEMBER} WHERE Id IN (${asked.join(', ')})`;
      const { records } = await this.#query(soql, signal);
      for (const { id, user } of records.map((row) => asEmployee(row, columns))) {
        if (user !== undefined) users.set(idText(id) ?? '', user);
      }
    }
    return users;
  }

  /** With what was deleted and not yet thrown away; who is not to be seen at all may only be hidden. */
  async lookUp(personId: string, signal: AbortSignal): Promise<LookUp> {
    const soql = `SELECT Id, IsDeleted FROM ${TEAM_MEMBER} WHERE Id IN ('${personId}')`;
    const { records } = await this.#query(soql, signal, 'queryAll');
    const found = records.find(({ Id }) => Id === personId);
    if (found?.IsDeleted === true) return 'gone';
    return found?.IsDeleted === false ? 'there' : 'unknown';
  }

  async #describe(object: string, signal: AbortSignal): Promise<ObjectDescription | null> {
    const path = `${DATA}/sobjects/${encodeURIComponent(object)}/describe`;
    const answer = await this.#salesforce.get(path, {}, signal).catch((error: unknown) => {
      if (error instanceof InsufficientScope) return { found: false, body: null } as const;
      throw error;
    });
    if (!answer.found) return null;
    const description = readDescription(answer.body);
    if (description !== null) return description;
    throw new ProviderContractViolation(`${VENDOR}'s description of ${object} is none.`);
  }

  async #query(soql: string, signal: AbortSignal, resource = 'query'): Promise<QueryAnswer> {
    for (let repeated = false; ; repeated = true) {
      const given = await this.#salesforce.get(`${DATA}/${resource}`, { q: soql }, signal);
      const answer = given.found ? readAnswer(given.body) : null;
      if (answer !== null) return answer;
      // Half an answer may have come from a cache.
      if (repeated) throw new ProviderContractViolation(`${VENDOR} answered a query with something that is no list.`);
    }
  }
}
