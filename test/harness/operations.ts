import { newId } from '../../database/ids.js';
import type { Transaction } from '../../database/transaction.js';

/** A command as the API leaves it for the workflow's turn. @returns its id */
export async function insertOperation(
  trx: Transaction,
  { programme, integration }: { readonly programme: string; readonly integration: string },
  command: string,
  body: object,
): Promise<string> {
  const id = newId();
  await trx('operations').insert({
    programme_id: programme,
    id,
    scope: `${integration}/${command}`,
    key: id,
    command,
    body: JSON.stringify(body),
    body_digest: '',
    actor: 'test',
  });
  return id;
}
