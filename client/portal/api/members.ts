import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type { explanationSchema } from '../../api/contract/imports.js';
import type {
  memberBodySchema,
  memberListSchema,
  memberSchema,
  memberValueListSchema,
} from '../../api/contract/members.js';
import { ask } from './fetch.js';
import type { Import } from './imports.js';
import { integrationPath } from './integrations.js';

export type Member = z.infer<typeof memberSchema>;
export type MemberState = Member['state'];
export type MemberBody = z.input<typeof memberBodySchema>;
export type Explanation = z.infer<typeof explanationSchema>;
type MemberList = z.infer<typeof memberListSchema>;

/** Which members are meant, as the API takes it: several values of one filter mean any of them. */
export type MemberFilter = Readonly<Record<string, readonly string[]>>;

const PAGE = 50;

export const membersPath = (programme: string) => `/programmes/${programme}/members`;
const memberPath = (programme: string, member: string) => `${membersPath(programme)}/${member}`;

/** A page at a time: a programme may have a hundred thousand members. */
export const membersQuery = (path: string, filter: MemberFilter) =>
  infiniteQueryOptions({
    queryKey: ['members', path, filter],
    queryFn: ({ signal, pageParam }) =>
      ask<MemberList>('GET', path, { query: { ...filter, limit: PAGE, after: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
  });

export const memberQuery = (programme: string, member: string) =>
  queryOptions({
    queryKey: ['member', programme, member],
    queryFn: ({ signal }) => ask<Member>('GET', memberPath(programme, member), { signal }),
  });

/** How many members there are of a kind, without them. */
export const memberCountQuery = (programme: string, filter: MemberFilter) =>
  queryOptions({
    queryKey: ['members', 'count', programme, filter],
    queryFn: async ({ signal }) => {
      const list = await ask<MemberList>('GET', membersPath(programme), { query: { ...filter, limit: 1 }, signal });
      return { total: list.total, first: list.items[0] ?? null };
    },
  });

export const memberExplanationQuery = (programme: string, member: string) =>
  queryOptions({
    queryKey: ['member', programme, member, 'explanation'],
    queryFn: ({ signal }) => ask<Explanation>('GET', `${memberPath(programme, member)}/explanation`, { signal }),
  });

const personPath = (programme: string, integration: string, employeeId: string) =>
  `${integrationPath(programme, integration)}/people/${encodeURIComponent(employeeId)}`;

export const personExplanationQuery = (programme: string, integration: string, employeeId: string) =>
  queryOptions({
    queryKey: ['person', programme, integration, employeeId],
    queryFn: ({ signal }) =>
      ask<Explanation>('GET', `${personPath(programme, integration, employeeId)}/explanation`, { signal }),
  });

export const importPerson = (programme: string, integration: string, employeeId: string) =>
  ask<Import>('POST', `${personPath(programme, integration, employeeId)}/import`);

export const createMember = (programme: string, body: MemberBody) =>
  ask<Member>('POST', membersPath(programme), { body });

export const protectMember = (programme: string, member: string, isProtected: boolean) =>
  ask<Member>('PATCH', memberPath(programme, member), { body: { protected: isProtected } });

export const memberValuesQuery = (programme: string, field: string, search: string) =>
  queryOptions({
    queryKey: ['members', 'values', programme, field, search],
    queryFn: ({ signal }) =>
      ask<z.infer<typeof memberValueListSchema>>('GET', `${membersPath(programme)}/values`, {
        query: { field, search: search === '' ? null : search, limit: 50 },
        signal,
      }),
  });

export const inviteAgain = (programme: string, member: string) =>
  ask('POST', `${memberPath(programme, member)}/invitation`);
