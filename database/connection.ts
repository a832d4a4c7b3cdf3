import knex, { type Knex } from 'knex';
import pg from 'pg';

/**
 * The connection pool of one process. Every connection has time-outs, so that a lost network or a hanging statement
 * ends as an error that Temporal repeats and never as a run that stands still for ever.
 */
export type Database = Knex;

const STATEMENT_TIMEOUT_MS = 10 * 60_000;
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 60_000;

const BIGINT = 20;
const DATE = 1082;

/** bigint as number (our counts stay far below 2^53), date as the text it is: a calendar date is no instant. */
const types = new pg.TypeOverrides();
types.setTypeParser(BIGINT, Number);
types.setTypeParser(DATE, (text: string) => text);

export function openDatabase(url: string, options: { name: string; connections?: number }): Database {
  return knex({
    client: 'pg',
    connection: {
      connectionString: url,
      application_name: options.name,
      keepAlive: true,
      connectionTimeoutMillis: 10_000,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
      types,
    } as Knex.PgConnectionConfig,
    pool: { min: 0, max: options.connections ?? 10, idleTimeoutMillis: 30_000 },
    acquireConnectionTimeout: 20_000,
    // Knex writes what it also throws to standard output, where only results may stand.
    log: { error: unsaid, warn: unsaid, deprecate: unsaid, debug: unsaid },
    // An error must not carry the values of its statement: they are people's data.
    compileSqlOnError: false,
  });
}

function unsaid(): void {
  // Said by the error that is thrown.
}
