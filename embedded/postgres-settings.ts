/** `durable` loses nothing that was committed; `test` loses all at a crash and is several times faster. */
export type Tune = 'durable' | 'test';

export function settingsFor(tune: Tune): Record<string, string> {
  return { ...ALWAYS, ...TUNES[tune] };
}

/**
 * Statements and details of errors stay out of the server's log: they hold people's data. `log` stands above `error`
 * in Postgres' order of server messages.
 */
const ALWAYS: Record<string, string> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
  log_autovacuum_min_duration: '-1',
  jit: 'off',
};

const TUNES: Record<Tune, Record<string, string>> = {
  durable: {
    shared_buffers: '256MB',
    work_mem: '32MB',
    maintenance_work_mem: '128MB',
    effective_cache_size: '1GB',
    max_wal_size: '2GB',
    checkpoint_timeout: '15min',
    random_page_cost: '1.1',
  },
  test: {
    fsync: 'off',
    full_page_writes: 'off',
    synchronous_commit: 'off',
    wal_level: 'minimal',
    max_wal_senders: '0',
    max_wal_size: '2GB',
    checkpoint_timeout: '1h',
    shared_buffers: '128MB',
    random_page_cost: '1.1',
  },
};
