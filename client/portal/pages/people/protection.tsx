import { Switch, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { memberQuery, protectMember, type Member } from '../../api/members.js';
import { useMayWrite } from '../../api/session.js';
import { useText } from '../../app/text.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
import { FactCard } from './facts.js';

export function Protection({ programme, member }: { programme: string; member: Member }) {
  const t = useText();
  const queries = useQueryClient();
  const mayWrite = useMayWrite(programme);
  const protect = useMutation({
    mutationFn: (isProtected: boolean) => protectMember(programme, member.id, isProtected),
    onSuccess: (changed) => {
      queries.setQueryData(memberQuery(programme, member.id).queryKey, changed);
      void queries.invalidateQueries({ queryKey: ['members'] });
      notifications.show({ message: t(changed.protected ? 'people.protection.on' : 'people.protection.off') });
    },
  });
  return (
    <FactCard title={t('people.protection')}>
      {mayWrite ? (
        <Switch
          label={t('people.protection.label')}
          description={t('people.protection.text')}
          checked={protect.isPending ? protect.variables : member.protected}
          disabled={protect.isPending}
          onChange={(event) => protect.mutate(event.currentTarget.checked)}
        />
      ) : (
        <Text size="sm">{t(member.protected ? 'people.protection.isOn' : 'people.protection.isOff')}</Text>
      )}
      <ProblemAlert error={protect.error} />
    </FactCard>
  );
}
