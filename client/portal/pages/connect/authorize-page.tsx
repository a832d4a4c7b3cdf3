import { Button, Card, Collapse, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import type { Integration } from '../../api/integrations.js';
import { providerQuery, type Provider } from '../../api/providers.js';
import type { BadLines } from '../../api/upload.js';
import { useMayWrite } from '../../api/session.js';
import { useText } from '../../app/text.js';
import { LinkButton } from '../../parts/links.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
import { Waiting } from '../../parts/waiting.js';
import { AskColleague } from './ask-colleague.js';
import { BadLineList } from './bad-line-list.js';
import { CredentialChoice } from './credential-choice.js';
import { CredentialForm } from './credential-form.js';
import { LinkDoor } from './link-door.js';
import { SeenCard } from './seen-card.js';
import { missingBefore, nextStep, stepAddress } from './steps.js';
import { UploadForm } from './upload-form.js';
import { WizardFoot, WizardFrame } from './wizard-frame.js';

const route = getRouteApi('/signed-in/programmes/$programme/integrations/$integration/authorize');

export function AuthorizePage() {
  const t = useText();
  const { programme, integration: id } = route.useParams();
  return (
    <WizardFrame
      programme={programme}
      integration={id}
      step="authorize"
      title={t('connect.step.authorize')}
      text={t('connect.authorize.text')}
    >
      {(integration) => <LoadedAuthorize programme={programme} integration={integration} />}
    </WizardFrame>
  );
}

export interface AuthorizeProps {
  readonly programme: string;
  readonly integration: Integration;
  readonly provider: Provider;
}

interface AccessProps extends AuthorizeProps {
  /** What a file had wrong; told here, since the form gives way to what was seen. */
  readonly onBadLines: (bad: BadLines | null) => void;
}

function LoadedAuthorize({ programme, integration }: { programme: string; integration: Integration }) {
  const t = useText();
  const provider = useQuery(providerQuery(integration.provider));
  const mayWrite = useMayWrite(programme);
  const [badLines, onBadLines] = useState<BadLines | null>(null);
  if (provider.isPending) return <Waiting />;
  if (provider.data === null || provider.data === undefined) return <ProblemAlert error={provider.error} />;
  const hasAccess = missingBefore('mapping', integration) !== 'authorize' && integration.seen !== null;
  const props = { programme, integration, provider: provider.data, onBadLines };
  const next = nextStep(integration);
  return (
    <>
      <Stack gap="lg" maw={760}>
        {hasAccess && <SeenCard {...props} />}
        <BadLineList bad={badLines} />
        {!mayWrite && !hasAccess && <Text c="dimmed">{t('connect.authorize.viewer')}</Text>}
        {mayWrite && (hasAccess ? <Again {...props} /> : <Access {...props} />)}
      </Stack>
      <WizardFoot programme={programme} integration={integration.id} step="authorize">
        {hasAccess && (
          <LinkButton to={stepAddress(programme, integration.id, next === 'review' ? 'mapping' : next)}>
            {t('connect.onward', { step: t(`connect.step.${next === 'review' ? 'mapping' : next}`) })}
          </LinkButton>
        )}
      </WizardFoot>
    </>
  );
}

/** Whoever has access needs the form only when the key is another one now. */
function Again(props: AccessProps) {
  const t = useText();
  const needsAccess = props.integration.needsAttention?.code;
  const [isOpen, { toggle }] = useDisclosure(
    needsAccess === 'authorization-lost' || needsAccess === 'insufficient-scope',
  );
  const kind = props.provider.authorization.kind === 'upload' ? 'file' : 'key';
  return (
    <div>
      <Button variant="default" onClick={toggle} aria-expanded={isOpen}>
        {t(`connect.authorize.again.${kind}`)}
      </Button>
      <Collapse expanded={isOpen}>
        <Stack mt="lg" gap="lg">
          <Text size="sm">{t(`connect.authorize.again.${kind}.text`, { provider: props.provider.name })}</Text>
          <Access {...props} />
        </Stack>
      </Collapse>
    </div>
  );
}

function Access(props: AccessProps) {
  const t = useText();
  const { kind } = props.provider.authorization;
  if (kind === 'upload') return <UploadForm {...props} />;
  return (
    <>
      <CredentialChoice {...props} />
      <Card component="section" aria-label={t('connect.authorize.form', { provider: props.provider.name })}>
        <Stack>
          <Title order={2}>{t('connect.authorize.form', { provider: props.provider.name })}</Title>
          {kind === 'link' ? <LinkDoor {...props} /> : <CredentialForm {...props} />}
        </Stack>
      </Card>
      {kind !== 'link' && <AskColleague {...props} />}
    </>
  );
}
