import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { programmeQuery } from '../../api/programme.js';
import { useText } from '../../app/text.js';
import { PageHead } from '../../parts/page-head.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
import { Waiting } from '../../parts/waiting.js';
import { AdminsSection } from './admins-section.js';
import { ProgrammeForm } from './programme-form.js';

const route = getRouteApi('/signed-in/programmes/$programme/settings');

export function SettingsPage() {
  const t = useText();
  const { programme } = route.useParams();
  const settings = useQuery(programmeQuery(programme));
  if (settings.isPending) return <Waiting />;
  if (settings.isError) return <ProblemAlert error={settings.error} onRetry={() => void settings.refetch()} />;
  return (
    <>
      <PageHead title={t('shell.settings')} />
      <Stack gap="lg">
        <ProgrammeForm key={programme} settings={settings.data} />
        <AdminsSection programme={programme} />
      </Stack>
    </>
  );
}
