import { recordAudit } from '../../database/audit-log.js';
import {
  deleteCredential as remove,
  findCredential,
  listCredentials as readCredentials,
  type CredentialView as CredentialRecord,
} from '../../database/credentials.js';
import { isId } from '../../database/ids.js';
import { enter, pageById, toList, type Call, type List, type PageRequest } from './context.js';
import { notFound, Refusal } from './refusals.js';

export interface CredentialView {
  readonly id: string;
  readonly provider: string;
  readonly name: string;
  readonly usedBy: string[];
  readonly lastUsedAt: string | null;
}

export function listCredentials(call: Call, programme: string, page: PageRequest): Promise<List<CredentialView>> {
  const { limit, after } = pageById(page);
  return enter(call, programme, 'read', async (trx) => {
    const rows = await readCredentials(trx, { limit: limit + 1, after });
    return toList(rows.map(view), limit, (last) => last.id);
  });
}

export function deleteCredential(call: Call, programme: string, id: string): Promise<void> {
  return enter(call, programme, 'write', async (trx) => {
    const found = isId(id) ? await findCredential(trx, id) : null;
    if (found === null) throw notFound('credential');
    if (!(await remove(trx, id))) {
      const users = found.usedBy.length;
      throw new Refusal(
        'illegal-state',
        `The credential is used by ${users} integration(s): revoke or re-authorize first.`,
      );
    }
    await recordAudit(trx, { programme, actor: call.actor.name, action: 'credential-deleted', subject: id });
  });
}

function view(record: CredentialRecord): CredentialView {
  return {
    id: record.id,
    provider: record.provider,
    name: record.name,
    usedBy: [...record.usedBy],
    lastUsedAt: record.lastUsedAt?.toISOString() ?? null,
  };
}
