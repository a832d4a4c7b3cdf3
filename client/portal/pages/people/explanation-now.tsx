import { Badge, Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { Explanation } from '../../api/members.js';
import { useText, Words } from '../../app/text.js';
import { Moment } from '../../parts/moment.js';
import { FactCard, Facts } from './facts.js';
import { useFieldValue } from './field-value.js';
import { useFieldLabel } from './filter-names.js';

type Now = Explanation['now'];

const COLORS: Readonly<Record<Now['decision'], string>> = {
  eligible: 'green',
  outside: 'orange',
  left: 'orange',
  'not-yet': 'blue',
  unknown: 'yellow',
  error: 'red',
  absent: 'orange',
  unread: 'gray',
};

interface ExplanationNowProps {
  readonly programme: string;
  readonly now: Now | undefined;
  /** What the account has, by field: what the HR system said is then told only where it differs. */
  readonly account?: Readonly<Record<string, string | null>>;
}

/** What the HR system last said of a person, and what follows from it. */
export function ExplanationNow({ programme, now, account }: ExplanationNowProps) {
  const t = useText();
  return (
    <FactCard title={t('people.why')}>
      {now === undefined ? (
        <Skeleton height={110} />
      ) : (
        <>
          <Stack gap="xs" align="flex-start">
            <Badge variant="light" color={COLORS[now.decision]} radius="sm" tt="none" fw={600}>
              {t(`people.decision.${now.decision}`)}
            </Badge>
            <Text size="sm">{now.reason}</Text>
          </Stack>
          {now.employee !== null && (
            <Said
              programme={programme}
              said={now.employee}
              at={now.at}
              {...(account === undefined ? {} : { account })}
            />
          )}
        </>
      )}
    </FactCard>
  );
}

interface SaidProps {
  readonly programme: string;
  readonly said: Readonly<Record<string, string>>;
  readonly at: string | null;
  readonly account?: Readonly<Record<string, string | null>>;
}

function Said({ programme, said, at, account }: SaidProps) {
  const t = useText();
  const label = useFieldLabel(programme);
  const value = useFieldValue();
  const [isWhole, { toggle }] = useDisclosure(account === undefined);
  const all = Object.entries(said);
  const different = all.filter(([name, text]) => account !== undefined && account[name] !== text);
  const shown = isWhole ? all : different;
  return (
    <Stack gap={4} align="stretch">
      <Text size="sm" fw={600}>
        {at === null ? t('people.said') : <Words id="people.said.at" values={{ at: <Moment at={at} /> }} />}
      </Text>
      {!isWhole && <Text size="sm">{t('people.said.different', { count: different.length })}</Text>}
      <Facts facts={shown.map(([name, text]) => ({ label: label(name), value: value(name, text) }))} />
      {account !== undefined && all.length > 0 && (
        <Group>
          <Button variant="subtle" size="compact-sm" aria-expanded={isWhole} onClick={toggle} ml={-8}>
            {t(isWhole ? 'people.said.less' : 'people.said.more')}
          </Button>
        </Group>
      )}
    </Stack>
  );
}
