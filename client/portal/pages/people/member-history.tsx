import { Anchor, Button, Group, List, Stack, Text, Timeline } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconCircleFilled } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { Explanation } from '../../api/members.js';
import { useText } from '../../app/text.js';
import { Moment } from '../../parts/moment.js';
import { KindBadge } from '../../parts/state-badge.js';
import { FactCard } from './facts.js';
import { useFieldLabel, useFilterWords } from './filter-names.js';

type Item = Explanation['items'][number];

interface MemberHistoryProps {
  readonly programme: string;
  /** Whose imports these are; null: nobody's, so nothing leads to them. */
  readonly integration: string | null;
  readonly items: readonly Item[];
}

/** What each import did to a person, the newest first. */
export function MemberHistory({ programme, integration, items }: MemberHistoryProps) {
  const t = useText();
  return (
    <FactCard title={t('people.history')}>
      {items.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('people.history.none')}
        </Text>
      )}
      <Timeline bulletSize={14} lineWidth={2}>
        {items.map((item) => (
          <Timeline.Item key={item.import + item.kind} bullet={<IconCircleFilled size={8} aria-hidden />}>
            <HistoryItem programme={programme} integration={integration} item={item} />
          </Timeline.Item>
        ))}
      </Timeline>
    </FactCard>
  );
}

function HistoryItem({ programme, integration, item }: Omit<MemberHistoryProps, 'items'> & { item: Item }) {
  const t = useText();
  const { kind, outcome, reason, fields, at } = item;
  return (
    <Stack gap={4}>
      <Group gap="xs">
        <KindBadge kind={kind} />
        <Text size="sm" c="dimmed">
          <Moment at={at} />
        </Text>
        {integration !== null && (
          <Anchor
            component={Link}
            to={`/programmes/${programme}/integrations/${integration}/imports/${item.import}`}
            size="sm"
          >
            {t('people.history.import')}
          </Anchor>
        )}
      </Group>
      <Text size="sm">{reason}</Text>
      {outcome !== 'applied' && (
        <Text size="sm" fw={600}>
          {t(`people.outcome.${outcome ?? 'none'}`)}
        </Text>
      )}
      <FieldChanges programme={programme} fields={fields} />
    </Stack>
  );
}

const MOST_AT_ONCE = 4;

/** A new account has many; they open when somebody asks. */
function FieldChanges({ programme, fields }: { programme: string; fields: Item['fields'] }) {
  const t = useText();
  const label = useFieldLabel(programme);
  const readable = useReadable(programme);
  const [isOpen, { toggle }] = useDisclosure(fields.length <= MOST_AT_ONCE);
  if (fields.length === 0) return null;
  return (
    <Stack gap={4} align="flex-start">
      {fields.length > MOST_AT_ONCE && (
        <Button variant="subtle" size="compact-sm" ml={-8} aria-expanded={isOpen} onClick={toggle}>
          {t(isOpen ? 'people.history.less' : 'people.history.more', { count: fields.length })}
        </Button>
      )}
      {isOpen && (
        <List size="sm" spacing={2} c="dimmed">
          {fields.map(({ name, before, after }) => (
            <List.Item key={name}>
              {fieldSentence(t, {
                name: name === 'state' ? t('people.filter.state') : label(name),
                before: readable(name, before),
                after: readable(name, after),
              })}
            </List.Item>
          ))}
        </List>
      )}
    </Stack>
  );
}

function fieldSentence(
  t: ReturnType<typeof useText>,
  { name, before, after }: { name: string; before: string | null; after: string | null },
): string {
  if (before === null && after === null) return t('people.change.changed', { name });
  if (before === null) return t('people.change.set', { name, after });
  if (after === null) return t('people.change.cleared', { name, before });
  return t('people.change.from', { name, before, after });
}

/** A value that is a thing of its own, such as a user of the HR system, is not read out. */
function useReadable(programme: string): (name: string, value: string | null) => string | null {
  const words = useFilterWords(programme);
  return (name, value) => {
    if (value === null || value.startsWith('{')) return null;
    return name === 'state' ? words.value('state', value) : value;
  };
}
