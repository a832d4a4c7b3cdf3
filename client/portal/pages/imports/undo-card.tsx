import { Card, Group, Text, Title } from '@mantine/core';
import { IconArrowBackUp } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { graceDaysQuery } from '../../api/grace-days.js';
import { outcomesQuery, type Import, type ImportPlace } from '../../api/imports.js';
import { useMayWrite } from '../../api/session.js';
import { useText, Words } from '../../app/text.js';
import { isLook } from '../../parts/import-words.js';
import { LinkAnchor, LinkButton } from '../../parts/links.js';
import { Moment } from '../../parts/moment.js';

const DAY_MS = 86_400_000;
const TO = '/programmes/$programme/integrations/$integration/imports/$import';

/** The way back: what an undo is, until when, and what has been undone already. */
export function UndoCard({ place, run }: { place: ImportPlace; run: Import }) {
  const t = useText();
  const mayWrite = useMayWrite(place.programme);
  const until = useUndoableUntil(place, run);
  const other = run.undoneBy ?? run.undo?.import ?? null;
  if (other === null && (until === null || !mayWrite)) return null;
  return (
    <Card component="section" aria-labelledby="undo">
      <Group justify="space-between">
        <div style={{ flex: '1 1 20rem' }}>
          <Title order={2} id="undo" mb={4}>
            {t('decisions.undo.title')}
          </Title>
          <Text size="sm" c="dimmed" maw="46rem">
            {other !== null ? (
              t(
                run.undoneBy !== null
                  ? 'decisions.undo.done'
                  : isLook(run)
                    ? 'decisions.undo.ofLook'
                    : 'decisions.undo.of',
              )
            ) : (
              <Words id="decisions.undo.text" values={{ until: until === null ? '' : <Moment at={until} /> }} />
            )}
          </Text>
        </div>
        {other !== null ? (
          <LinkAnchor to={TO} params={{ ...place, import: other }}>
            {t(run.undoneBy !== null ? 'decisions.undo.seeUndo' : 'decisions.undo.seeOriginal')}
          </LinkAnchor>
        ) : (
          <LinkButton
            to={`${TO}/undo`}
            params={place}
            variant="default"
            leftSection={<IconArrowBackUp size={16} aria-hidden />}
          >
            {t('decisions.undo.look')}
          </LinkButton>
        )}
      </Group>
    </Card>
  );
}

/** Null: there is nothing to undo, or the grace period is over. */
function useUndoableUntil(place: ImportPlace, run: Import): string | null {
  const graceDays = useQuery(graceDaysQuery(place.programme)).data;
  const { data: outcomes, dataUpdatedAt: now } = useQuery(outcomesQuery(place));
  const isEnded = run.kind !== 'review' && run.endedAt !== null;
  // What it did in detail is what an undo puts back.
  const isUndoable = isEnded && run.undo === null && run.detailsDeletedAt === null;
  const isApplied = outcomes?.some(({ outcome, people }) => outcome === 'applied' && people > 0) ?? false;
  if (!isUndoable || !isApplied || graceDays === undefined) return null;
  const until = Date.parse(run.startedAt) + graceDays * DAY_MS;
  return until > now ? new Date(until).toISOString() : null;
}
