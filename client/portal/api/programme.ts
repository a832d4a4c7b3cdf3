import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type { programmePatchBodySchema, programmeSchema } from '../../api/contract/programmes.js';
import { ask } from './fetch.js';

export type Programme = z.infer<typeof programmeSchema>;
type ProgrammePatch = z.infer<typeof programmePatchBodySchema>;

const programmePath = (programme: string) => `/programmes/${programme}`;

export const programmeQuery = (programme: string) =>
  queryOptions({
    queryKey: ['programme', programme],
    queryFn: ({ signal }) => ask<Programme>('GET', programmePath(programme), { signal }),
  });

export const changeProgramme = (programme: string, body: ProgrammePatch) =>
  ask<Programme>('PATCH', programmePath(programme), { body });
