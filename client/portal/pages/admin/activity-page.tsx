import { Badge, Button, Card, Group, Select, Stack, Text, Title } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { FormattedDate, useIntl } from 'react-intl';
import { adminsQuery } from '../../api/admins.js';
import { auditLogQuery, type AuditEntry } from '../../api/audit-log.js';
import { useText } from '../../app/text.js';
import { EmptyState } from '../../parts/empty-state.js';
import { PageHead } from '../../parts/page-head.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
import { ShowMore } from '../../parts/show-more.js';
import { Waiting } from '../../parts/waiting.js';
import { useEntryLink } from './entry-link.js';
import classes from './activity.module.css';

const route = getRouteApi('/signed-in/programmes/$programme/activity');

/** Who did what when, by whatever way; newest first, by day. */
export function ActivityPage() {
  const t = useText();
  const { programme } = route.useParams();
  const { actor = null } = route.useSearch();
  return (
    <>
      <PageHead
        title={t('shell.activity')}
        text={t('admin.activity.text')}
        actions={<ActorFilter programme={programme} actor={actor} />}
      />
      <Entries programme={programme} actor={actor} />
    </>
  );
}

function useChooseActor(programme: string): (actor: string | null) => void {
  const navigate = useNavigate();
  return (actor) =>
    void navigate({
      to: '/programmes/$programme/activity',
      params: { programme },
      search: actor === null ? {} : { actor },
    });
}

/** Who looks after the programme, and whoever else is named in what is shown: operators, tokens. */
function ActorFilter({ programme, actor }: { programme: string; actor: string | null }) {
  const t = useText();
  const choose = useChooseActor(programme);
  const admins = useQuery(adminsQuery(programme)).data ?? [];
  const shown = useInfiniteQuery(auditLogQuery(programme, actor)).data?.pages.flatMap(({ items }) => items) ?? [];
  const people = new Map(admins.map(({ id, name }) => [id, name]));
  for (const entry of shown) people.set(entry.actor.id, entry.actor.name);
  return (
    <Select
      aria-label={t('admin.activity.by')}
      placeholder={t('admin.activity.everybody')}
      data={[...people].map(([value, label]) => ({ value, label }))}
      value={actor}
      onChange={choose}
      clearable
      clearButtonProps={{ 'aria-label': t('admin.activity.showAll') }}
      searchable
      w={240}
    />
  );
}

function Entries({ programme, actor }: { programme: string; actor: string | null }) {
  const t = useText();
  const log = useInfiniteQuery(auditLogQuery(programme, actor));
  const choose = useChooseActor(programme);
  if (log.isPending) return <Waiting />;
  if (log.isError) return <ProblemAlert error={log.error} onRetry={() => void log.refetch()} />;
  const entries = log.data.pages.flatMap(({ items }) => items);
  if (entries.length === 0) {
    const showAll = (
      <Button variant="default" onClick={() => choose(null)}>
        {t('admin.activity.showAll')}
      </Button>
    );
    return (
      <EmptyState
        icon={<IconHistory />}
        title={t('admin.activity.none.title')}
        text={t(actor === null ? 'admin.activity.none.text' : 'admin.activity.none.ofThem')}
        action={actor === null ? null : showAll}
      />
    );
  }
  return (
    <Stack gap="lg">
      {byDay(entries).map(([day, ofDay]) => (
        <Card key={day} component="section">
          <Title order={2} mb="sm">
            <FormattedDate value={ofDay[0]?.at} weekday="long" day="numeric" month="long" year="numeric" />
          </Title>
          <ul className={classes.entries}>
            {ofDay.map((entry) => (
              <Entry key={entry.id} programme={programme} entry={entry} />
            ))}
          </ul>
        </Card>
      ))}
      <ShowMore
        shown={entries.length}
        hasMore={log.hasNextPage}
        isBusy={log.isFetchingNextPage}
        onMore={() => void log.fetchNextPage()}
      />
    </Stack>
  );
}

function Entry({ programme, entry }: { programme: string; entry: AuditEntry }) {
  const t = useText();
  const intl = useIntl();
  const link = useEntryLink(programme);
  return (
    <li className={classes.entry}>
      <Text component="time" dateTime={entry.at} size="sm" c="dimmed" className="figures">
        {intl.formatTime(entry.at, { timeStyle: 'short' })}
      </Text>
      <div>
        <Text size="sm">
          {entry.sentence} {link(entry)}
        </Text>
        <Group gap="xs">
          {entry.actor.kind !== 'system' && (
            <Text size="xs" c="dimmed">
              {t(`admin.activity.kind.${entry.actor.kind}`)}
            </Text>
          )}
          {entry.outcome !== 'done' && (
            <Badge
              variant="light"
              size="sm"
              color={entry.outcome === 'refused' ? 'red' : 'yellow'}
              tt="none"
              radius="sm"
            >
              {t(`admin.activity.${entry.outcome}`)}
            </Badge>
          )}
        </Group>
      </div>
    </li>
  );
}

/** By the viewer's own days. */
function byDay(entries: readonly AuditEntry[]): [string, AuditEntry[]][] {
  const days = new Map<string, AuditEntry[]>();
  for (const entry of entries) {
    const day = new Date(entry.at).toDateString();
    days.set(day, [...(days.get(day) ?? []), entry]);
  }
  return [...days];
}
