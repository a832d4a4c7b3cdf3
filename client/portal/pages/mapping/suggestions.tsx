import { Alert, Button, Group, Text } from '@mantine/core';
import { IconSparkles } from '@tabler/icons-react';
import type { Suggestion } from '../../api/mapping.js';
import type { Mapping } from '../../api/shapes.js';
import type { TextKey } from '../../messages/index.js';
import { useText } from '../../app/text.js';
import { useMappingEditor } from './editor.js';
import { fromOf, mapField } from './mapping-draft.js';

const SURE = 0.9;
const LIKELY = 0.75;

export const isSure = (confidence: number): boolean => confidence >= SURE;

/** How sure a proposal is, as one would say it. */
export function confidenceKey(confidence: number): TextKey {
  if (isSure(confidence)) return 'mapping.suggestion.sure';
  return confidence >= LIKELY ? 'mapping.suggestion.likely' : 'mapping.suggestion.perhaps';
}

/** Proposals for what is not mapped yet; the default of the employee ID needs none. */
export function openSuggestions(mapping: Mapping, suggestions: readonly Suggestion[]): Suggestion[] {
  return suggestions.filter(({ member }) => member !== 'employeeId' && fromOf(mapping, member) === null);
}

export function SuggestionBar() {
  const t = useText();
  const { mapping, change, suggestions, mayWrite } = useMappingEditor();
  const open = openSuggestions(mapping, suggestions);
  if (open.length === 0 || !mayWrite) return null;
  const doubtful = open.filter(({ confidence }) => confidence < LIKELY).length;
  return (
    <Alert icon={<IconSparkles aria-hidden />} mb="lg" title={t('mapping.suggestions.title', { count: open.length })}>
      <Group justify="space-between" gap="md">
        <Text size="sm" maw="40rem" style={{ flex: '1 1 16rem' }}>
          {t('mapping.suggestions.text', { doubtful })}
        </Text>
        <Button onClick={() => change(open.reduce((next, { member, from }) => mapField(next, member, from), mapping))}>
          {t('mapping.suggestions.accept', { count: open.length })}
        </Button>
      </Group>
    </Alert>
  );
}
