import { Alert, Button, Stack, Text } from '@mantine/core';
import { IconCircleCheck, IconRefreshAlert } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { Problem } from '../../api/fetch.js';
import { importQuery, type Import, type ImportPlace } from '../../api/imports.js';
import { integrationQuery } from '../../api/integrations.js';
import { questionQuery, type Question } from '../../api/questions.js';
import { useText } from '../../app/text.js';
import { EmptyState } from '../../parts/empty-state.js';
import { LinkButton } from '../../parts/links.js';
import { PageHead } from '../../parts/page-head.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
import { Trail } from '../../parts/trail.js';
import { Waiting } from '../../parts/waiting.js';
import { Decided } from './decided.js';
import { HeldPeople } from './held-people.js';
import { useImportTitle } from './import-title.js';
import { WhyHeld } from './why-held.js';

const route = getRouteApi('/signed-in/programmes/$programme/integrations/$integration/imports/$import/decision');

/** People whom an import holds: why, who they are, and what shall become of them. */
export function DecisionPage() {
  const place = route.useParams();
  const first = useQuery(questionQuery(place, null));
  const run = useQuery(importQuery(place.programme, place.integration, place.import));
  if (first.data !== undefined && run.data !== undefined) {
    return <Asked key={place.import} place={place} run={run.data} first={first.data} />;
  }
  if (!first.isError) return <Waiting />;
  const isNone = first.error instanceof Problem && first.error.status === 404;
  return isNone ? (
    <NothingHeld place={place} />
  ) : (
    <ProblemAlert error={first.error} onRetry={() => void first.refetch()} />
  );
}

function Asked({ place, run, first }: { place: ImportPlace; run: Import; first: Question }) {
  const t = useText();
  const title = useImportTitle();
  // What whoever decides has before them; what it has become meanwhile is told, never slipped under their hands.
  const [seen, setSeen] = useState(first.planDigest);
  const question = useQuery(questionQuery(place, seen));
  const integration = useQuery(integrationQuery(place.programme, place.integration));
  /** What is left after one's own decision needs no second look. */
  async function goOn(): Promise<void> {
    const fresh = await question.refetch();
    if (fresh.data !== undefined) setSeen(fresh.data.planDigest);
  }
  const data = question.data ?? first;
  const waiting = Object.values(data.waiting).reduce((all, count) => all + count, 0);
  const isOpen = data.state === 'open';
  return (
    <>
      <PageHead
        title={isOpen ? t('decisions.decision.title', { count: waiting }) : t('decisions.decision.ended')}
        text={isOpen ? t('decisions.decision.text') : undefined}
        above={<Trail place={place} name={integration.data?.name ?? ''} import={title(run)} />}
      />
      <div aria-live="polite">
        <Ended place={place} question={data} />
        {isOpen && seen !== data.planDigest && <Changed since={data.since} onLook={() => setSeen(data.planDigest)} />}
      </div>
      <Stack gap="lg">
        <Decided place={place} question={data} />
        {isOpen && <WhyHeld place={place} run={run} question={data} />}
        <HeldPeople
          key={isOpen ? seen : 'ended'}
          place={place}
          question={data}
          seen={seen}
          onChanged={() => void question.refetch()}
          onDone={() => void goOn()}
        />
      </Stack>
    </>
  );
}

function NothingHeld({ place }: { place: ImportPlace }) {
  const t = useText();
  return (
    <EmptyState
      icon={<IconCircleCheck />}
      title={t('decisions.decision.none.title')}
      text={t('decisions.decision.none.text')}
      action={
        <LinkButton
          to="/programmes/$programme/integrations/$integration/imports/$import"
          params={{ programme: place.programme, integration: place.integration, import: place.import }}
        >
          {t('decisions.decision.back')}
        </LinkButton>
      }
    />
  );
}

/** Nobody waits here any more: says why, and where the question goes on. */
function Ended({ place, question }: { place: ImportPlace; question: Question }) {
  const t = useText();
  const { state, open, since } = question;
  if (state === 'open') return null;
  return (
    <Alert
      mb="lg"
      color={state === 'superseded' ? 'orange' : 'blue'}
      title={t(`decisions.decision.state.${state}`)}
      icon={<IconCircleCheck aria-hidden />}
    >
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{t(`decisions.decision.state.${state}.text`)}</Text>
        {open !== null && open !== question.import && (
          <>
            {since !== null && <Text size="sm">{t('decisions.decision.since', { ...since })}</Text>}
            <LinkButton
              size="xs"
              to="/programmes/$programme/integrations/$integration/imports/$import/decision"
              params={{ programme: place.programme, integration: place.integration, import: open }}
            >
              {t('decisions.decision.newer')}
            </LinkButton>
          </>
        )}
      </Stack>
    </Alert>
  );
}

/** Somebody else or an import has changed who waits while one was looking. */
function Changed({ since, onLook }: { since: Question['since']; onLook: () => void }) {
  const t = useText();
  return (
    <Alert mb="lg" color="orange" title={t('decisions.decision.changed')} icon={<IconRefreshAlert aria-hidden />}>
      <Stack gap="xs" align="flex-start">
        <Text size="sm">
          {since === null ? t('decisions.decision.changed.text') : t('decisions.decision.since', { ...since })}
        </Text>
        <Button size="xs" onClick={onLook}>
          {t('decisions.decision.look')}
        </Button>
      </Stack>
    </Alert>
  );
}
