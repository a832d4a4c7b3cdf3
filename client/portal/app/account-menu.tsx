import { Avatar, Button, Group, Menu, Text, useMantineColorScheme, VisuallyHidden } from '@mantine/core';
import { IconExternalLink, IconLogout, IconMail, IconUserCircle } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { signOut, useSession } from '../api/session.js';
import { keepCsrfToken } from '../api/fetch.js';
import { useText } from './text.js';

const SCHEMES = ['auto', 'light', 'dark'] as const;

export function AccountMenu() {
  const t = useText();
  const { admin, links } = useSession();
  const leave = useLeave();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Menu position="bottom-end" width={270}>
      <Menu.Target>
        <Button variant="subtle" color="gray" px="xs">
          {/* A text and no label: the initials would have to be part of a label, though they are only a picture. */}
          <VisuallyHidden>{`${t('shell.account')}: ${admin.name}`}</VisuallyHidden>
          <Group gap="xs" wrap="nowrap" aria-hidden>
            <Avatar name={admin.name} color="indigo" size="sm" />
            <Text size="sm" visibleFrom="sm" c="var(--mantine-color-text)">
              {admin.name}
            </Text>
          </Group>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{admin.email}</Menu.Label>
        <Menu.Item component={Link} to="/me" leftSection={<IconUserCircle size={16} />}>
          {t('shell.account')}
        </Menu.Item>
        {links.temporalUi !== null && (
          <Menu.Item component="a" href={links.temporalUi} target="_blank" leftSection={<IconExternalLink size={16} />}>
            {t('shell.temporal')}
          </Menu.Item>
        )}
        {links.mail !== null && (
          <Menu.Item component="a" href={links.mail} target="_blank" leftSection={<IconMail size={16} />}>
            {t('shell.mail')}
          </Menu.Item>
        )}
        <Menu.Divider />
        <Menu.Label>{t('shell.scheme')}</Menu.Label>
        <Menu.RadioGroup
          value={colorScheme}
          onChange={(chosen) => {
            const scheme = SCHEMES.find((known) => known === chosen);
            if (scheme !== undefined) setColorScheme(scheme);
          }}
          aria-label={t('shell.scheme')}
        >
          {SCHEMES.map((scheme) => (
            <Menu.RadioItem key={scheme} value={scheme} closeMenuOnClick={false}>
              {t(`shell.scheme.${scheme}`)}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void leave()}>
          {t('shell.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** Nothing of whoever leaves stays in the page. */
function useLeave(): () => Promise<void> {
  const client = useQueryClient();
  const navigate = useNavigate();
  return async () => {
    await signOut();
    keepCsrfToken(null);
    await navigate({ to: '/sign-in' });
    client.clear();
  };
}
