import { acrossProgrammes } from '../database/transaction.js';
import { listIntegrations, type Integration } from '../database/integrations.js';
import type { Database } from '../database/connection.js';
import type { RunRef } from '../domain/references.js';

/** Ids are built by workflows/messages.ts alone, so their forms are handed in, with `{id}` for an integration's id. */
export interface ReconcileNames {
  readonly integration: string;
  readonly lanes: Readonly<Record<RunRef['lane'], string>>;
  readonly schedule: string;
  /** Search attributes. */
  readonly attributes: { readonly programme: string; readonly provider: string };
}

export const nameFor = (form: string, id: string): string => form.replace('{id}', id);

/** The integration that a name of that form is about; null: it is no such name. */
export function idIn(form: string, name: string): string | null {
  const [before = '', after = ''] = form.split('{id}');
  if (!name.startsWith(before) || !name.endsWith(after)) return null;
  const id = name.slice(before.length, name.length - after.length);
  return /^[\da-f-]{36}$/.test(id) ? id : null;
}

const PAGE = 500;

/** All integrations of all programmes, page by page. */
export async function* integrationPages(db: Database): AsyncGenerator<readonly Integration[]> {
  let after: string | null = null;
  for (;;) {
    const page: Integration[] = await acrossProgrammes(db, (trx) => listIntegrations(trx, { after, limit: PAGE }));
    yield page;
    if (page.length < PAGE) return;
    after = page.at(-1)?.id ?? null;
  }
}
