import { Button, Menu, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronDown, IconDownload, IconFilter, IconPencil, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { audiencePath, audienceQuery, type Audience } from '../../api/audiences.js';
import { address } from '../../api/fetch.js';
import { useMayWrite } from '../../api/session.js';
import { useText } from '../../app/text.js';
import { LinkAnchor } from '../../parts/links.js';
import { PageHead } from '../../parts/page-head.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
import { Waiting } from '../../parts/waiting.js';
import { DeleteAudienceDialog, RenameAudienceDialog } from './audience-dialogs.js';
import { useFilterSentence } from './filter-names.js';
import { MemberList } from './member-list.js';

const route = getRouteApi('/signed-in/programmes/$programme/audiences/$audience');

export function AudiencePage() {
  const t = useText();
  const { programme, audience: id } = route.useParams();
  const audience = useQuery(audienceQuery(programme, id));
  const sentence = useFilterSentence(programme, audience.data === undefined ? [] : [audience.data.filter]);
  if (audience.isPending) return <Waiting />;
  if (audience.isError) {
    const retry = () => void audience.refetch();
    return <ProblemAlert error={audience.error} onRetry={retry} />;
  }
  return (
    <>
      <PageHead
        above={
          <LinkAnchor to="/programmes/$programme/audiences" params={{ programme }} size="sm">
            {t('shell.audiences')}
          </LinkAnchor>
        }
        title={audience.data.name}
        text={sentence(audience.data.filter)}
        actions={<Actions programme={programme} audience={audience.data} />}
      />
      <Text size="sm" c="dimmed" mb="xs" role="status">
        {t('people.audience.count', { count: audience.data.count })}
      </Text>
      <MemberList
        programme={programme}
        path={`${audiencePath(programme, id)}/members`}
        filter={NO_FILTER}
        empty={{ title: t('people.audience.empty.title'), text: t('people.audience.empty.text') }}
      />
    </>
  );
}

const NO_FILTER = {};

function Actions({ programme, audience }: { programme: string; audience: Audience }) {
  const t = useText();
  const mayWrite = useMayWrite(programme);
  const navigate = useNavigate();
  const [isRenaming, renaming] = useDisclosure();
  const [isDeleting, deleting] = useDisclosure();
  return (
    <>
      <Button
        component="a"
        href={address(`${audiencePath(programme, audience.id)}/members.csv`)}
        download
        variant="default"
        leftSection={<IconDownload size={16} aria-hidden />}
      >
        {t('people.export')}
      </Button>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" rightSection={<IconChevronDown size={14} aria-hidden />}>
            {t('people.more')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconFilter size={16} aria-hidden />}
            onClick={() =>
              void navigate({ to: '/programmes/$programme/members', params: { programme }, search: audience.filter })
            }
          >
            {t('people.audience.open')}
          </Menu.Item>
          {mayWrite && (
            <>
              <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={renaming.open}>
                {t('people.audience.rename')}
              </Menu.Item>
              <Menu.Item color="red" leftSection={<IconTrash size={16} aria-hidden />} onClick={deleting.open}>
                {t('people.audience.delete')}
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      <RenameAudienceDialog programme={programme} audience={audience} opened={isRenaming} onClose={renaming.close} />
      <DeleteAudienceDialog programme={programme} audience={audience} opened={isDeleting} onClose={deleting.close} />
    </>
  );
}
