import { IconPlugConnected } from '@tabler/icons-react';

/** What a programme's navigation leads to, in the order of its rows. */
export const NAVIGATION = [{ path: 'integrations', label: 'shell.integrations', icon: IconPlugConnected }] as const;
