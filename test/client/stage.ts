import { randomBytes } from 'node:crypto';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import pg from 'pg';
import { buildApi, type ApiOptions } from '../../client/api/build.js';
import type { Actor, Context } from '../../client/operations/context.js';
import { createProgramme } from '../../client/operations/programmes.js';
import { createToken } from '../../client/operations/tokens.js';
import type { TemporalDoor } from '../../client/temporal-door.js';
import { readEnvironment } from '../../config/environment.js';
import { fixedKeys } from '../../config/key-ring.js';
import { createLogger } from '../../config/logging.js';
import { openDatabase } from '../../database/connection.js';
import { newId } from '../../database/ids.js';
import { inProgramme } from '../../database/transaction.js';
import type { CommandReply } from '../../workflows/messages.js';
import { cloneDatabase, type TestDatabase } from '../harness/database.js';

/** The API on a database of its own, with a stand-in for the workflows: what each command does is the test's to say. */
export type Effect = (asked: {
  programme: string;
  integration: string;
  command: string;
  operation: string;
}) => Promise<CommandReply | 'pending' | 'gone'>;

export interface Answer {
  readonly status: number;
  readonly body: Body;
  readonly headers: LightMyRequestResponse['headers'];
  readonly text: string;
}

/** The words of all pages together, as far as tests look into them one by one. */
export interface Body {
  readonly [name: string]: unknown;
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly state: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors: readonly { readonly pointer: string; readonly detail: string }[];
  readonly items: readonly Body[];
  readonly next: string | null;
  readonly total: number;
  readonly operation: string;
  readonly employeeId: string;
  readonly reason: string;
  readonly warnings: readonly string[];
  readonly lastImport: Body;
  readonly firstImport: Body;
  readonly held: Body;
  readonly progress: Body;
  readonly perSecond: number;
  readonly secondsLeft: number;
  readonly paths: Readonly<Record<string, object>>;
}

export class Stage {
  effect: Effect = () => Promise.resolve({ outcome: 'done' });
  sent: { command: string; operation: string }[] = [];
  nextImportAt: string | null = null;
  /** Integrations whose mails were let go. */
  mailsFor: string[] = [];

  private constructor(
    readonly database: TestDatabase,
    readonly context: Context,
    readonly app: FastifyInstance,
    readonly operatorToken: string,
  ) {}

  static async open(name: string, options: ApiOptions = { requestsPerSecond: 100_000 }): Promise<Stage> {
    const database = await cloneDatabase(name);
    const db = openDatabase(database.url, { name, connections: 5 });
    const holder: { stage?: Stage } = {};
    const context: Context = {
      db,
      temporal: door(() => holder.stage),
      environment: readEnvironment({}),
      keys: fixedKeys([{ id: 'k1', secret: randomBytes(32) }]),
      log: createLogger('test', 'silent'),
    };
    const app = await buildApi(context, options);
    const { token } = await createToken({ context, actor: OPERATOR }, { role: 'operator' });
    holder.stage = new Stage(database, context, app, token);
    return holder.stage;
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.context.db.destroy();
    await this.database.drop();
  }

  async programme(settings: object = {}): Promise<{ id: string; admin: string; viewer: string }> {
    const call = { context: this.context, actor: OPERATOR };
    const { id } = await createProgramme(call, { name: 'Acme', timeZone: 'Europe/Berlin', ...settings });
    const admin = await createToken(call, { programme: id, role: 'admin' });
    const viewer = await createToken(call, { programme: id, role: 'viewer' });
    return { id, admin: admin.token, viewer: viewer.token };
  }

  async integration(programme: string, set: Record<string, unknown> = {}): Promise<string> {
    const made = await this.ask('POST', `/programmes/${programme}/integrations`, {
      body: { provider: 'sage-hr', name: 'Sage HR of Acme' },
    });
    const { id } = made.body;
    if (Object.keys(set).length > 0) {
      await inProgramme(this.context.db, programme, (trx) => trx('integrations').where({ id }).update(set));
    }
    return id;
  }

  async ask(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    options: { body?: unknown; token?: string | null; headers?: Record<string, string>; raw?: string } = {},
  ): Promise<Answer> {
    const token = options.token === undefined ? this.operatorToken : options.token;
    const payload = options.raw ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
    const answer = await this.app.inject({
      method,
      url: path.startsWith('/') && !/^\/(api|join|authorize\/|healthz|readyz|dev)/.test(path) ? `/api/v1${path}` : path,
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
        ...options.headers,
      },
      ...(payload === undefined ? {} : { payload }),
    });
    const isJson = String(answer.headers['content-type']).includes('json');
    return {
      status: answer.statusCode,
      body: (isJson && answer.body !== '' ? JSON.parse(answer.body) : {}) as Body,
      headers: answer.headers,
      text: answer.body,
    };
  }

  /** A form of a page that has no script. */
  submit(url: string, fields: Record<string, string>, headers: Record<string, string> = {}) {
    return this.app.inject({
      method: 'POST',
      url,
      payload: new URLSearchParams(fields).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    });
  }

  /** An import that has ended, where the set says nothing else. */
  async importRun(
    of: { programme: string; integration: string; config: string },
    set: Record<string, unknown> = {},
  ): Promise<string> {
    const row: Record<string, unknown> & { id: string } = {
      programme_id: of.programme,
      id: newId(),
      integration_id: of.integration,
      kind: 'import',
      lane: 'write',
      trigger: 'on-demand',
      config_id: of.config,
      state: 'completed',
      phase: 'done',
      started_at: '2026-11-20T10:00:00Z',
      ended_at: '2026-11-20T10:01:00Z',
    };
    Object.assign(row, set);
    const names = Object.keys(row);
    await this.sql(
      `insert into import_runs (${names.join(', ')}) values (${names.map((_, n) => `$${n + 1}`).join(', ')})`,
      Object.values(row),
    );
    return row.id;
  }

  /** Behind the scenes, through row-level security. */
  async sql<T extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<T[]> {
    const client = new pg.Client({ connectionString: this.database.adminUrl });
    await client.connect();
    try {
      return (await client.query<T>(text, values)).rows;
    } finally {
      await client.end();
    }
  }
}

export const OPERATOR: Actor = { role: 'operator', name: 'operator' };

function door(stage: () => Stage | undefined): TemporalDoor {
  const present = (): Stage => {
    const found = stage();
    if (found === undefined) throw new Error('The stage is not open yet.');
    return found;
  };
  return {
    send: async ({ programme, integration }, command, operation) => {
      present().sent.push({ command, operation });
      const reply = await present().effect({ programme, integration, command, operation });
      if (typeof reply !== 'string') {
        // As the workflow's turn does, in the transaction that carries the command out.
        const state = reply.outcome === 'done' ? 'done' : 'failed';
        await inProgramme(present().context.db, programme, (trx) =>
          trx('operations')
            .where({ id: operation })
            .update({ state, result: JSON.stringify(reply) }),
        );
      }
      return reply;
    },
    nextImportAt: () => Promise.resolve(present().nextImportAt),
    check: () =>
      Promise.resolve([
        { name: 'temporal', ok: true, detail: '' },
        { name: 'search-attributes', ok: true, detail: '' },
        { name: 'worker', ok: true, detail: '' },
      ]),
    letMailsGo: ({ integration }) => {
      present().mailsFor.push(integration);
      return Promise.resolve();
    },
    letAccountMailsGo: () => {
      present().mailsFor.push('accounts');
      return Promise.resolve();
    },
    reconcile: () => Promise.reject(new Error('The stage has no workflows to compare.')),
    registerSearchAttributes: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}
