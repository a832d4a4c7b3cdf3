import { IconHistory, IconPlugConnected, IconSettings, IconUsers, IconUsersGroup } from '@tabler/icons-react';

/** What a programme's navigation leads to, in the order of its rows. */
export const NAVIGATION = [
  { path: 'integrations', label: 'shell.integrations', icon: IconPlugConnected },
  { path: 'members', label: 'shell.members', icon: IconUsers },
  { path: 'audiences', label: 'shell.audiences', icon: IconUsersGroup },
  { path: 'activity', label: 'shell.activity', icon: IconHistory },
  { path: 'settings', label: 'shell.settings', icon: IconSettings },
] as const;
