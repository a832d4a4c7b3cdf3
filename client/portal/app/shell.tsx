import { Alert, Anchor, AppShell, Burger, Group, NavLink, ScrollArea, Select, Text } from '@mantine/core';
import { useDisclosure, useNetwork } from '@mantine/hooks';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { Link, Outlet, useNavigate, useParams, useRouterState } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useProgramme, useSession } from '../api/session.js';
import { AccountMenu } from './account-menu.js';
import { Mark } from './mark.js';
import { NAVIGATION } from './navigation.js';
import { useText } from './text.js';
import classes from './shell.module.css';

const NAVBAR_WIDTH = 232;
const HEADER_HEIGHT = 56;

/** The frame of every page behind the sign-in. */
export function Shell() {
  const t = useText();
  const [isOpen, { toggle, close }] = useDisclosure();
  const { programme } = useParams({ strict: false });
  const address = useRouterState({ select: (state) => state.location.pathname });
  useEffect(close, [address, close]);
  return (
    <AppShell
      header={{ height: HEADER_HEIGHT }}
      navbar={{
        width: NAVBAR_WIDTH,
        breakpoint: 'md',
        collapsed: { mobile: !isOpen, desktop: programme === undefined },
      }}
      padding={{ base: 'md', md: 'xl' }}
      classNames={{ main: classes.main ?? '' }}
    >
      <a className={classes.skip} href="#content">
        {t('shell.skip')}
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            {programme !== undefined && (
              <Burger
                opened={isOpen}
                onClick={toggle}
                hiddenFrom="md"
                size="sm"
                aria-label={t(isOpen ? 'shell.closeNavigation' : 'shell.openNavigation')}
              />
            )}
            <Anchor component={Link} to="/" underline="never" c="inherit" aria-label={t('shell.product')}>
              <Mark />
            </Anchor>
          </Group>
          <AccountMenu />
        </Group>
      </AppShell.Header>
      {programme !== undefined && (
        <AppShell.Navbar p="sm" aria-label={t('shell.navigation')}>
          <ScrollArea>
            <ProgrammeChoice programme={programme} />
            {NAVIGATION.map(({ path, label, icon: Icon }) => (
              <NavLink
                key={path}
                component={Link}
                to={`/programmes/${programme}/${path}`}
                label={t(label)}
                leftSection={<Icon size={18} stroke={1.75} aria-hidden />}
                active={address.startsWith(`/programmes/${programme}/${path}`)}
                className={classes.link ?? ''}
              />
            ))}
          </ScrollArea>
        </AppShell.Navbar>
      )}
      <AppShell.Main id="content" tabIndex={-1}>
        <div className={classes.page}>
          <Notices programme={programme} />
          <Outlet />
        </div>
      </AppShell.Main>
    </AppShell>
  );
}

function ProgrammeChoice({ programme }: { programme: string }) {
  const t = useText();
  const navigate = useNavigate();
  const { programmes } = useSession();
  const present = useProgramme(programme);
  if (programmes.length < 2) {
    return (
      <Text fw={600} size="sm" px="sm" py="xs" mb="xs">
        {present?.name}
      </Text>
    );
  }
  return (
    <Select
      aria-label={t('shell.programme')}
      mb="sm"
      searchable
      allowDeselect={false}
      data={programmes.map(({ id, name }) => ({ value: id, label: name }))}
      value={programme}
      onChange={(id) => {
        if (id !== null) void navigate({ to: '/programmes/$programme', params: { programme: id } });
      }}
    />
  );
}

function Notices({ programme }: { programme: string | undefined }) {
  const t = useText();
  const { online } = useNetwork();
  const role = useProgramme(programme ?? '')?.role;
  return (
    <div aria-live="polite">
      {!online && (
        <Alert color="orange" mb="md" icon={<IconPlugConnectedX aria-hidden />}>
          {t('shell.offline')}
        </Alert>
      )}
      {role === 'viewer' && (
        <Alert color="gray" mb="md">
          {t('shell.viewer')}
        </Alert>
      )}
    </div>
  );
}
