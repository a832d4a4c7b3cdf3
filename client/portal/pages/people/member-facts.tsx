import { Text } from '@mantine/core';
import { MEMBER_FIELDS } from '../../../api/contract/member-fields.js';
import type { Member } from '../../api/members.js';
import { useText } from '../../app/text.js';
import { Moment } from '../../parts/moment.js';
import { FactCard, Facts, type Fact } from './facts.js';
import { useFieldValue } from './field-value.js';
import { useFieldLabel } from './filter-names.js';
import { Manager } from './manager.js';

const FIELDS = ['employeeId', ...MEMBER_FIELDS.map(({ id }) => id)] as const;

/** Who a member is: what is known, in the order of the fields; what is empty is named once, below. */
export function MemberFacts({ programme, member }: { programme: string; member: Member }) {
  const t = useText();
  const label = useFieldLabel(programme);
  const value = useFieldValue();
  const known: Fact[] = FIELDS.flatMap((name) => {
    const text = member[name];
    if (text === null) return [];
    const shown = name === 'managerId' ? <Manager programme={programme} member={member} /> : value(name, text);
    return [{ label: label(name), value: shown }];
  });
  const own = Object.entries(member.custom).map(([name, text]) => ({ label: label(`custom.${name}`), value: text }));
  const role = member.role === null ? [] : [{ label: label('role'), value: member.role }];
  const empty = FIELDS.filter((name) => member[name] === null).map(label);
  return (
    <FactCard title={t('people.facts')}>
      <Facts
        facts={[...known, ...own, ...role, { label: t('people.joined'), value: <Moment at={member.joinedAt} /> }]}
      />
      {empty.length > 0 && member.state !== 'deleted' && (
        <Text size="sm" c="dimmed">
          {t('people.facts.empty', { fields: empty.join(', ') })}
        </Text>
      )}
    </FactCard>
  );
}
