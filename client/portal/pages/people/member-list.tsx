import { Card } from '@mantine/core';
import { IconUserSearch } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { membersQuery, type MemberFilter } from '../../api/members.js';
import { EmptyState } from '../../parts/empty-state.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
import { ShowMore } from '../../parts/show-more.js';
import { MembersTable } from './members-table.js';

interface MemberListProps {
  readonly programme: string;
  readonly path: string;
  readonly filter: MemberFilter;
  /** Where nobody is found. */
  readonly empty: { readonly title: string; readonly text: string; readonly action?: ReactNode };
}

/** Members a page at a time. */
export function MemberList({ programme, path, filter, empty }: MemberListProps) {
  const found = useInfiniteQuery(membersQuery(path, filter));
  const pages = found.data?.pages;
  const members = pages?.flatMap(({ items }) => items);
  if (found.isError && members === undefined) {
    return <ProblemAlert error={found.error} onRetry={() => void found.refetch()} />;
  }
  if (members?.length === 0) return <EmptyState icon={<IconUserSearch />} {...empty} />;
  return (
    <Card p={0} style={{ opacity: found.isPlaceholderData ? 0.6 : 1 }}>
      <MembersTable programme={programme} members={members} />
      {members !== undefined && (
        <Card.Section px="lg" m={0}>
          <ShowMore
            shown={members.length}
            total={pages?.[0]?.total}
            hasMore={found.hasNextPage}
            isBusy={found.isFetchingNextPage}
            onMore={() => void found.fetchNextPage()}
          />
        </Card.Section>
      )}
      {found.isError && <ProblemAlert error={found.error} onRetry={() => void found.refetch()} />}
    </Card>
  );
}
