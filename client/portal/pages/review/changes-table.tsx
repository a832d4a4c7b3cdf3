import { Badge, Table, Text } from '@mantine/core';
import type { Change } from '../../api/imports.js';
import { useText } from '../../app/text.js';
import { KindBadge } from '../../parts/state-badge.js';
import { labelOf } from '../mapping/mapping-draft.js';
import classes from './review.module.css';

interface ChangesTableProps {
  readonly changes: readonly Change[];
  readonly labelledBy: string;
}

/** One line a person: who, what would happen, why, and what would be different. */
export function ChangesTable({ changes, labelledBy }: ChangesTableProps) {
  const t = useText();
  return (
    <Table.ScrollContainer
      minWidth={640}
      scrollAreaProps={{ viewportProps: { tabIndex: 0, role: 'group', 'aria-labelledby': labelledBy } }}
    >
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th className={classes.person ?? ''}>{t('review.column.person')}</Table.Th>
            <Table.Th className={classes.kind ?? ''}>{t('review.column.what')}</Table.Th>
            <Table.Th>{t('review.column.why')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {changes.map((change, at) => (
            <ChangeRow key={`${change.employeeId ?? ''}-${change.kind}-${at}`} change={change} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function ChangeRow({ change }: { change: Change }) {
  const t = useText();
  const { name, email, employeeId, kind, outcome, reason } = change;
  // What becomes of the account is said by the kind.
  const fields = change.fields.filter((field) => field.name !== 'state');
  const isNew = kind === 'created';
  return (
    <Table.Tr style={{ verticalAlign: 'top' }}>
      <Table.Td>
        <Text size="sm" fw={500}>
          {name ?? email ?? employeeId ?? t('segment.counts.nameless')}
        </Text>
        <Text size="xs" c="dimmed">
          {[name === null ? null : email, employeeId].filter((part) => part !== null).join(' · ')}
        </Text>
      </Table.Td>
      <Table.Td>
        <KindBadge kind={kind} />
        {outcome === 'held' && (
          <Badge color="gray" variant="light" tt="none" ml={4}>
            {t('review.waits')}
          </Badge>
        )}
      </Table.Td>
      <Table.Td>
        <Text size="sm">{reason}</Text>
        {!isNew && fields.length > 0 && (
          <ul className={classes.fields}>
            {fields.map((field) => (
              <li key={field.name}>
                <Text size="xs">
                  <Text span inherit fw={500}>
                    {labelOf(field.name)}:
                  </Text>{' '}
                  {t('review.beforeAfter', {
                    before: field.before ?? t('mapping.result.noValue'),
                    after: field.after ?? t('mapping.result.noValue'),
                  })}
                </Text>
              </li>
            ))}
          </ul>
        )}
        {isNew && fields.length > 0 && (
          <Text size="xs" c="dimmed" lineClamp={2}>
            {fields.flatMap(({ after }) => after ?? []).join(' · ')}
          </Text>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
