import { Card, SimpleGrid, Text, Title, UnstyledButton } from '@mantine/core';
import { useIntl } from 'react-intl';
import type { ChangeKind, Import } from '../../api/imports.js';
import { useText } from '../../app/text.js';
import { isLook, LISTED_KINDS } from '../../parts/import-words.js';
import { Figure } from './figure.js';
import classes from './imports.module.css';

interface CountsProps {
  readonly run: Import;
  readonly chosen: ChangeKind | null;
  readonly onChoose: (kind: ChangeKind | null) => void;
}

/** The programme before and after, and each kind of change; a kind is a filter of the list below. */
export function Counts({ run, chosen, onChoose }: CountsProps) {
  const t = useText();
  const intl = useIntl();
  const { counts, impact } = run;
  const kinds = LISTED_KINDS.filter((kind) => counts[kind] > 0);
  const { membersBefore, membersAfter } = impact;
  if (kinds.length === 0 && membersAfter === null) return null;
  return (
    <Card component="section" aria-labelledby="impact">
      <Title order={2} id="impact" mb="sm">
        {t('imports.impact.title')}
      </Title>
      {membersBefore !== null && membersAfter !== null && (
        <SimpleGrid cols={{ base: 1, xs: 3 }} mb={kinds.length > 0 ? 'lg' : 0}>
          <Figure label={t('imports.impact.before')} value={intl.formatNumber(membersBefore)} />
          <Figure
            label={t(isLook(run) ? 'imports.impact.would' : 'imports.impact.after')}
            value={intl.formatNumber(membersAfter)}
          />
          <Figure
            label={t('imports.impact.difference')}
            value={intl.formatNumber(membersAfter - membersBefore, { signDisplay: 'exceptZero' })}
          />
        </SimpleGrid>
      )}
      {kinds.length > 0 && (
        <SimpleGrid cols={{ base: 2, sm: 3, md: 4 }} spacing="sm">
          {kinds.map((kind) => (
            <UnstyledButton
              key={kind}
              className={classes.count ?? ''}
              aria-pressed={chosen === kind}
              onClick={() => onChoose(chosen === kind ? null : kind)}
            >
              <Text size="sm">{t(`shell.kind.${kind}`)}</Text>
              <Text fz="lg" fw={650}>
                {intl.formatNumber(counts[kind])}
              </Text>
            </UnstyledButton>
          ))}
        </SimpleGrid>
      )}
    </Card>
  );
}
