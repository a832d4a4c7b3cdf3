import { Stack } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { Import, ImportPlace } from '../../api/imports.js';
import { integrationQuery } from '../../api/integrations.js';
import { useSession } from '../../api/session.js';
import { useText } from '../../app/text.js';
import { ExternalLink } from './external-link.js';
import { PageHead } from '../../parts/page-head.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
import { ImportBadge } from '../../parts/state-badge.js';
import { Trail } from '../../parts/trail.js';
import { Waiting } from '../../parts/waiting.js';
import { EndedImport } from './ended-import.js';
import { useFollowedImport } from './follow-import.js';
import { useImportTitle } from './import-title.js';
import { RunningImport } from './running-import.js';

const route = getRouteApi('/signed-in/programmes/$programme/integrations/$integration/imports/$import');

/** One import: while it runs how far it is, afterwards what it did, whom it concerned and what is left to do. */
export function ImportPage() {
  const place = route.useParams();
  const { query, isLost } = useFollowedImport(place);
  const integration = useQuery(integrationQuery(place.programme, place.integration));
  const { data: run } = query;
  if (run === undefined) {
    return query.isError ? <ProblemAlert error={query.error} onRetry={() => void query.refetch()} /> : <Waiting />;
  }
  const name = integration.data?.name ?? '';
  return (
    <>
      <ImportHead place={place} run={run} name={name} />
      {/* One stays on the page that the import ends on: what was focused goes, so nothing else may move the reader. */}
      <Stack gap="lg">
        {run.endedAt === null ? (
          <RunningImport place={place} run={run} lostSince={isLost ? query.dataUpdatedAt : null} />
        ) : (
          <EndedImport place={place} run={run} name={name} />
        )}
      </Stack>
    </>
  );
}

function ImportHead({ place, run, name }: { place: ImportPlace; run: Import; name: string }) {
  const t = useText();
  const title = useImportTitle();
  return (
    <PageHead
      title={title(run)}
      text={t(`imports.trigger.${run.trigger}`, { kind: run.kind })}
      above={<Trail place={place} name={name} />}
      beside={<ImportBadge state={run.state} />}
      actions={<TemporalLink integration={place.integration} />}
    />
  );
}

/** For operators alone: the same run where its workflow can be looked at. */
function TemporalLink({ integration }: { integration: string }) {
  const t = useText();
  const { temporalUi } = useSession().links;
  if (temporalUi === null) return null;
  const workflow = encodeURIComponent(`integration/${integration}/import`);
  return (
    <ExternalLink
      href={`${temporalUi.replace(/\/$/, '')}/namespaces/default/workflows/${workflow}`}
      icon={<IconExternalLink size={16} aria-hidden />}
    >
      {t('imports.temporal')}
    </ExternalLink>
  );
}
