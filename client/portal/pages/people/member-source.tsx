import { useQuery } from '@tanstack/react-query';
import { integrationsQuery } from '../../api/integrations.js';
import type { Member } from '../../api/members.js';
import { useText } from '../../app/text.js';
import { Moment } from '../../parts/moment.js';
import { FactCard, Facts } from './facts.js';

/** Where the account comes from: an integration, or somebody's hands; and the person's user there. */
export function MemberSource({ programme, member }: { programme: string; member: Member }) {
  const t = useText();
  const integrations = useQuery(integrationsQuery(programme)).data;
  const { integration, saasUser } = member;
  const from =
    integration === null
      ? t('people.source.byHand')
      : (integrations?.find(({ id }) => id === integration)?.name ?? t('people.filter.gone'));
  const lastActivity = saasUser?.lastActivityAt ?? null;
  return (
    <FactCard title={t('people.source')}>
      <Facts
        facts={[
          { label: t('people.source.from'), value: from },
          ...(saasUser === null
            ? []
            : [
                { label: t('people.saas.id'), value: saasUser.id ?? '–' },
                { label: t('people.saas.role'), value: saasUser.role ?? '–' },
                { label: t('people.saas.status'), value: saasUser.status ?? '–' },
                {
                  label: t('people.saas.activity'),
                  value: lastActivity === null ? '–' : <LastActivity at={lastActivity} />,
                },
              ]),
        ]}
      />
    </FactCard>
  );
}

/** As the HR system tells it: not each of them gives a time that can be read. */
function LastActivity({ at }: { at: string }) {
  return Number.isNaN(Date.parse(at)) ? <>{at}</> : <Moment at={at} />;
}
