import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type { audienceListSchema, audienceSchema } from '../../api/contract/audiences.js';
import { ask } from './fetch.js';
import type { MemberFilter } from './members.js';

export type Audience = z.infer<typeof audienceSchema>;
type AudienceList = z.infer<typeof audienceListSchema>;

const audiencesPath = (programme: string) => `/programmes/${programme}/audiences`;
export const audiencePath = (programme: string, audience: string) => `${audiencesPath(programme)}/${audience}`;

export const audiencesQuery = (programme: string) =>
  queryOptions({
    queryKey: ['audiences', programme],
    queryFn: ({ signal }) => ask<AudienceList>('GET', audiencesPath(programme), { query: { limit: 1000 }, signal }),
    select: (list) => list.items,
  });

export const audienceQuery = (programme: string, audience: string) =>
  queryOptions({
    queryKey: ['audience', programme, audience],
    queryFn: ({ signal }) => ask<Audience>('GET', audiencePath(programme, audience), { signal }),
  });

export const createAudience = (programme: string, body: { name: string; filter: MemberFilter }) =>
  ask<Audience>('POST', audiencesPath(programme), { body });

export const renameAudience = (programme: string, audience: string, name: string) =>
  ask<Audience>('PATCH', audiencePath(programme, audience), { body: { name } });

export const deleteAudience = (programme: string, audience: string) => ask('DELETE', audiencePath(programme, audience));
