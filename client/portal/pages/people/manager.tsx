import { useQuery } from '@tanstack/react-query';
import { memberCountQuery, type Member } from '../../api/members.js';
import { useText } from '../../app/text.js';
import { LinkAnchor } from '../../parts/links.js';
import { personName } from './person-name.js';

/** The manager by name, where they are a member; else by the ID that the HR system gave. */
export function Manager({ programme, member }: { programme: string; member: Member }) {
  const t = useText();
  const { managerId, integration } = member;
  const filter = {
    employeeId: managerId === null ? [] : [managerId],
    ...(integration === null ? {} : { integration: [integration] }),
  };
  const found = useQuery({ ...memberCountQuery(programme, filter), enabled: managerId !== null });
  const manager = found.data?.first ?? null;
  if (manager === null) return <>{t('people.manager.unknown', { id: managerId })}</>;
  return (
    <LinkAnchor to="/programmes/$programme/members/$member" params={{ programme, member: manager.id }} size="sm">
      {personName(manager, t('people.unnamed'))}
    </LinkAnchor>
  );
}
