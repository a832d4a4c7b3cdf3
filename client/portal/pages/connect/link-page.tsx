import { Button, Card, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { authorize, beginLink } from '../../api/connecting.js';
import { integrationQuery, type Integration } from '../../api/integrations.js';
import { providerQuery } from '../../api/providers.js';
import { useText } from '../../app/text.js';
import { PageHead } from '../../parts/page-head.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
import { Trail } from '../../parts/trail.js';
import { Waiting } from '../../parts/waiting.js';
import { openLinkingPage } from './linking-page.js';
import { Probing } from './probing.js';
import { stepAddress } from './steps.js';

const route = getRouteApi('/signed-in/programmes/$programme/integrations/$integration/link');

/** The one page that may load a vendor's script: it opens the linking page and comes back with what that gave. */
export function LinkPage() {
  const { programme, integration: id } = route.useParams();
  const integration = useQuery(integrationQuery(programme, id));
  if (integration.isPending) return <Waiting />;
  if (integration.data === undefined) return <ProblemAlert error={integration.error} />;
  return <Linking programme={programme} integration={integration.data} />;
}

function Linking({ programme, integration }: { programme: string; integration: Integration }) {
  const t = useText();
  const provider = useQuery(providerQuery(integration.provider)).data?.name ?? '';
  const back = stepAddress(programme, integration.id, 'authorize');
  const link = useMutation({
    mutationFn: async () => {
      const publicToken = await openLinkingPage(await beginLink(programme, integration.id));
      if (publicToken === null) return false;
      await authorize(programme, integration.id, { publicToken });
      return true;
    },
    // Loaded anew, so that the page of the next step does not keep what only this one may.
    onSuccess: (isLinked) => {
      if (isLinked) window.location.assign(back);
    },
  });
  return (
    <>
      <PageHead
        title={t('connect.link.title', { provider })}
        text={t('connect.link.pageText', { provider })}
        above={<Trail place={{ programme, integration: integration.id }} name={integration.name} />}
      />
      <Card maw={760}>
        <Stack>
          <Text size="sm">{t('connect.link.what')}</Text>
          {link.data === false && <Text role="status">{t('connect.link.left')}</Text>}
          <ProblemAlert error={link.error} />
          <Probing isBusy={link.isPending} provider={provider} />
          <Group>
            <Button loading={link.isPending} onClick={() => link.mutate()}>
              {t('connect.link.choose')}
            </Button>
            <Button component="a" variant="default" href={back}>
              {t('connect.back')}
            </Button>
          </Group>
        </Stack>
      </Card>
    </>
  );
}
