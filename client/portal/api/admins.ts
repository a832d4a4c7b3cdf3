import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type { adminBodySchema, adminListSchema, adminSchema } from '../../api/contract/admins.js';
import { ask } from './fetch.js';

export type Admin = z.infer<typeof adminSchema>;
export type AdminRole = Admin['role'];
type AdminList = z.infer<typeof adminListSchema>;

const adminsPath = (programme: string) => `/programmes/${programme}/admins`;

export const adminsQuery = (programme: string) =>
  queryOptions({
    queryKey: ['admins', programme],
    queryFn: ({ signal }) => ask<AdminList>('GET', adminsPath(programme), { signal }),
    select: (list) => list.items,
  });

export const inviteAdmin = (programme: string, body: z.input<typeof adminBodySchema>) =>
  ask<Admin>('POST', adminsPath(programme), { body });

export const changeRole = (programme: string, admin: string, role: AdminRole) =>
  ask<Admin>('PATCH', `${adminsPath(programme)}/${admin}`, { body: { role } });

export const removeAdmin = (programme: string, admin: string) => ask('DELETE', `${adminsPath(programme)}/${admin}`);
