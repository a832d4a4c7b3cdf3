import { Button, Group, Menu, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronDown, IconDownload, IconUserPlus, IconUserQuestion, IconUsersGroup } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { address } from '../../api/fetch.js';
import { membersPath, membersQuery, type MemberFilter } from '../../api/members.js';
import { useMayWrite } from '../../api/session.js';
import { useText } from '../../app/text.js';
import { LinkAnchor, LinkButton } from '../../parts/links.js';
import { PageHead } from '../../parts/page-head.js';
import { FilterBar } from './filter-bar.js';
import { MemberList } from './member-list.js';
import { NewAudienceDialog } from './audience-dialogs.js';

const route = getRouteApi('/signed-in/programmes/$programme/members');

export function MembersPage() {
  const t = useText();
  const { programme } = route.useParams();
  const filter = route.useSearch();
  const navigate = useNavigate();
  const change = (search: MemberFilter, replace = false) =>
    void navigate({ to: '/programmes/$programme/members', params: { programme }, search, replace, resetScroll: false });
  const isFiltered = Object.keys(filter).length > 0;
  return (
    <>
      <PageHead
        title={t('shell.members')}
        text={t('people.members.text')}
        actions={<Actions programme={programme} filter={filter} />}
      />
      <FilterBar programme={programme} filter={filter} onChange={change} />
      <Total programme={programme} filter={filter} />
      <MemberList
        programme={programme}
        path={membersPath(programme)}
        filter={filter}
        empty={
          isFiltered
            ? {
                title: t('people.none.title'),
                text: t('people.none.text'),
                action: (
                  <Group justify="center">
                    <Button variant="default" onClick={() => change({})}>
                      {t('people.filter.clearAll')}
                    </Button>
                    <LinkAnchor to="/programmes/$programme/members/explain" params={{ programme }}>
                      {t('people.explain.link')}
                    </LinkAnchor>
                  </Group>
                ),
              }
            : {
                title: t('people.nobody.title'),
                text: t('people.nobody.text'),
                action: (
                  <LinkButton to="/programmes/$programme/integrations" params={{ programme }}>
                    {t('people.nobody.action')}
                  </LinkButton>
                ),
              }
        }
      />
    </>
  );
}

function Total({ programme, filter }: { programme: string; filter: MemberFilter }) {
  const t = useText();
  const found = useInfiniteQuery(membersQuery(membersPath(programme), filter));
  // How many fitted the filter before is no answer to this one.
  const total = found.isPlaceholderData ? undefined : found.data?.pages[0]?.total;
  return (
    <Text size="sm" c="dimmed" role="status" mb="xs" mih="1.45em">
      {total === undefined ? '' : t(Object.keys(filter).length > 0 ? 'people.found' : 'people.total', { total })}
    </Text>
  );
}

function Actions({ programme, filter }: { programme: string; filter: MemberFilter }) {
  const t = useText();
  const mayWrite = useMayWrite(programme);
  const [isSaving, { open, close }] = useDisclosure();
  const isFiltered = Object.keys(filter).length > 0;
  return (
    <>
      {mayWrite && isFiltered && (
        <Button variant="default" leftSection={<IconUsersGroup size={16} aria-hidden />} onClick={open}>
          {t('people.audience.save')}
        </Button>
      )}
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" rightSection={<IconChevronDown size={14} aria-hidden />}>
            {t('people.more')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            component="a"
            href={address(`${membersPath(programme)}.csv`, filter)}
            download
            leftSection={<IconDownload size={16} aria-hidden />}
          >
            {t(isFiltered ? 'people.export.found' : 'people.export')}
          </Menu.Item>
          <ExplainItem programme={programme} />
        </Menu.Dropdown>
      </Menu>
      {mayWrite && (
        <LinkButton
          to="/programmes/$programme/members/new"
          params={{ programme }}
          leftSection={<IconUserPlus size={16} aria-hidden />}
        >
          {t('people.add')}
        </LinkButton>
      )}
      <NewAudienceDialog programme={programme} filter={filter} opened={isSaving} onClose={close} />
    </>
  );
}

function ExplainItem({ programme }: { programme: string }) {
  const t = useText();
  const navigate = useNavigate();
  return (
    <Menu.Item
      leftSection={<IconUserQuestion size={16} aria-hidden />}
      onClick={() => void navigate({ to: '/programmes/$programme/members/explain', params: { programme } })}
    >
      {t('people.explain.link')}
    </Menu.Item>
  );
}
