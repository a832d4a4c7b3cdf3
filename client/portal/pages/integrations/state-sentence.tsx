import { Text } from '@mantine/core';
import type { Integration } from '../../api/integrations.js';
import { useText, Words } from '../../app/text.js';
import { Moment } from '../../parts/moment.js';
import { useCadenceWords } from '../connect/cadence-words.js';

/** What an integration does by itself, and when next, in one sentence. */
export function StateSentence({ integration }: { integration: Integration }) {
  const t = useText();
  const cadence = useCadenceWords();
  const { state, setup, nextImportAt, pauseNote } = integration;
  if (state === 'published') {
    if (nextImportAt === null || setup === null) return <Sentence>{t('connect.state.onDemand')}</Sentence>;
    return (
      <Sentence>
        <Words
          id="connect.state.published"
          values={{ cadence: cadence(setup.cadence), next: <Moment at={nextImportAt} /> }}
        />
      </Sentence>
    );
  }
  if (state === 'paused') {
    return (
      <Sentence>
        {pauseNote === null ? t('connect.state.paused') : t('connect.state.pausedNote', { note: pauseNote })}
      </Sentence>
    );
  }
  if (state === 'removed') return null;
  return <Sentence>{t(state === 'revoked' ? 'connect.state.revoked' : 'connect.state.unfinished')}</Sentence>;
}

function Sentence({ children }: { children: React.ReactNode }) {
  return (
    <Text size="lg" maw="46rem">
      {children}
    </Text>
  );
}
