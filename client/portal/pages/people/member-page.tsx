import { Alert, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconClockHour4, IconUserOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { MEMBER_FIELDS } from '../../../api/contract/member-fields.js';
import { memberExplanationQuery, memberQuery, type Member } from '../../api/members.js';
import { useText, Words } from '../../app/text.js';
import { LinkAnchor } from '../../parts/links.js';
import { CalendarDate } from '../../parts/moment.js';
import { PageHead } from '../../parts/page-head.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
import { Waiting } from '../../parts/waiting.js';
import { ExplanationNow } from './explanation-now.js';
import { ImportPerson } from './import-person.js';
import { InvitationCard } from './invitation-card.js';
import { MemberBadge } from './member-badge.js';
import { MemberFacts } from './member-facts.js';
import { MemberHistory } from './member-history.js';
import { MemberSource } from './member-source.js';
import { personName } from './person-name.js';
import { Protection } from './protection.js';

const route = getRouteApi('/signed-in/programmes/$programme/members/$member');

export function MemberPage() {
  const t = useText();
  const { programme, member: id } = route.useParams();
  const member = useQuery(memberQuery(programme, id));
  if (member.isPending) return <Waiting />;
  if (member.isError) return <ProblemAlert error={member.error} onRetry={() => void member.refetch()} />;
  const { jobTitle, department, integration, employeeId, state } = member.data;
  const work = [jobTitle, department].filter((part) => part !== null).join(', ');
  const mayImport = integration !== null && employeeId !== null && state !== 'deleted';
  return (
    <>
      <PageHead
        above={
          <LinkAnchor to="/programmes/$programme/members" params={{ programme }} size="sm">
            {t('shell.members')}
          </LinkAnchor>
        }
        title={state === 'deleted' ? t('people.erased') : personName(member.data, t('people.unnamed'))}
        beside={<MemberBadge state={state} />}
        text={work === '' ? undefined : work}
        actions={mayImport && <ImportPerson programme={programme} integration={integration} employeeId={employeeId} />}
      />
      <Stack gap="lg">
        <EndNotice member={member.data} />
        <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg" style={{ alignItems: 'start' }}>
          <MemberFacts programme={programme} member={member.data} />
          <Stack gap="lg">
            <Why programme={programme} member={member.data} />
            <MemberSource programme={programme} member={member.data} />
            {state !== 'deleted' && <Protection programme={programme} member={member.data} />}
          </Stack>
        </SimpleGrid>
        <History programme={programme} member={member.data} />
      </Stack>
    </>
  );
}

/** The clock of a close-down: what has ended and what will. */
function EndNotice({ member }: { member: Member }) {
  const t = useText();
  if (member.state === 'deleted') {
    return (
      <Alert color="gray" icon={<IconUserOff aria-hidden />} title={t('people.erased.title')}>
        {t('people.erased.text')}
      </Alert>
    );
  }
  if (member.closeDown === null) return null;
  const { reason, startedOn, endsOn } = member.closeDown;
  return (
    <Alert color="orange" icon={<IconClockHour4 aria-hidden />} title={t('people.closing.title')}>
      <Stack gap={4}>
        <Text size="sm">{isCause(reason) ? t(`people.closing.${reason}`) : reason}</Text>
        <Text size="sm">
          <Words
            id="people.closing.clock"
            values={{ started: <CalendarDate date={startedOn} />, ends: <CalendarDate date={endsOn} /> }}
          />
        </Text>
        <Text size="sm">{t('people.closing.back')}</Text>
      </Stack>
    </Alert>
  );
}

function isCause(reason: string): reason is 'leaver' | 'revoked' | 'vanished' {
  return ['leaver', 'revoked', 'vanished'].includes(reason);
}

function Why({ programme, member }: { programme: string; member: Member }) {
  const explanation = useQuery(memberExplanationQuery(programme, member.id));
  const retry = () => void explanation.refetch();
  if (explanation.isError) return <ProblemAlert error={explanation.error} onRetry={retry} />;
  const mayBeInvited = member.state === 'active' && member.integration !== null;
  return (
    <>
      <ExplanationNow programme={programme} now={explanation.data?.now} account={valuesOf(member)} />
      {mayBeInvited && explanation.data !== undefined && (
        <InvitationCard programme={programme} member={member} invitation={explanation.data.invitation} />
      )}
    </>
  );
}

/** By the names that an explanation uses. */
function valuesOf(member: Member): Record<string, string | null> {
  const { employeeId, role, custom } = member;
  const fields = MEMBER_FIELDS.map(({ id }) => [id, member[id]] as const);
  const own = Object.entries(custom).map(([name, value]) => [`custom.${name}`, value] as const);
  return { employeeId, role, ...Object.fromEntries(fields), ...Object.fromEntries(own) };
}

function History({ programme, member }: { programme: string; member: Member }) {
  const explanation = useQuery(memberExplanationQuery(programme, member.id));
  if (explanation.data === undefined) return null;
  return <MemberHistory programme={programme} integration={member.integration} items={explanation.data.items} />;
}
