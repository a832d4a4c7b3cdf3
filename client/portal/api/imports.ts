import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type { changeSchema, importListSchema, importSchema } from '../../api/contract/imports.js';
import { ask } from './fetch.js';
import { integrationPath } from './integrations.js';

export type Import = z.infer<typeof importSchema>;
export type ImportState = Import['state'];
export type ImportList = z.infer<typeof importListSchema>;
export type Change = z.infer<typeof changeSchema>;
export type ChangeKind = Change['kind'];

export const importPath = (programme: string, integration: string, id: string) =>
  `${integrationPath(programme, integration)}/imports/${id}`;

export const importQuery = (programme: string, integration: string, id: string) =>
  queryOptions({
    queryKey: ['import', programme, integration, id],
    queryFn: ({ signal }) => ask<Import>('GET', importPath(programme, integration, id), { signal }),
  });
