import type { FastifyReply } from 'fastify';
import { MAPPABLE_FIELDS } from '../../domain/member.js';
import type { MemberView } from '../operations/members.js';
import { csv } from './csv.js';

/** Members as a file, read and written page by page. */
export function sendMembers(
  reply: FastifyReply,
  name: string,
  { custom, rows }: { custom: readonly string[]; rows: AsyncIterable<MemberView> },
): FastifyReply {
  const columns: Record<string, (row: MemberView) => string | null> = {
    id: (row) => row.id,
    state: (row) => row.state,
    ...Object.fromEntries(MAPPABLE_FIELDS.map((field) => [field, (row: MemberView) => row[field]])),
    role: (row) => row.role,
    ...Object.fromEntries(custom.map((field) => [`custom.${field}`, (row: MemberView) => row.custom[field] ?? null])),
    joinedAt: (row) => row.joinedAt,
    closeDownEndsOn: (row) => row.closeDown?.endsOn ?? null,
  };
  return reply
    .type('text/csv; charset=utf-8')
    .header('Content-Disposition', `attachment; filename="${name}"`)
    .send(csv(rows, columns));
}
