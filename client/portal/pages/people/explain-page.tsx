import { Button, Card, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { integrationsQuery, type Integration } from '../../api/integrations.js';
import { memberCountQuery, personExplanationQuery } from '../../api/members.js';
import { useText } from '../../app/text.js';
import { LinkAnchor } from '../../parts/links.js';
import { PageHead } from '../../parts/page-head.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
import { Waiting } from '../../parts/waiting.js';
import { ExplanationNow } from './explanation-now.js';
import { ImportPerson } from './import-person.js';
import { MemberHistory } from './member-history.js';
import { personName } from './person-name.js';

const route = getRouteApi('/signed-in/programmes/$programme/members/explain');

/** Why somebody has no account: asked by the ID that the HR system has for them. */
export function ExplainPage() {
  const t = useText();
  const { programme } = route.useParams();
  const { integration, employeeId } = route.useSearch();
  const integrations = useQuery(integrationsQuery(programme));
  if (integrations.isPending) return <Waiting />;
  if (integrations.isError)
    return <ProblemAlert error={integrations.error} onRetry={() => void integrations.refetch()} />;
  return (
    <>
      <PageHead
        above={
          <LinkAnchor to="/programmes/$programme/members" params={{ programme }} size="sm">
            {t('shell.members')}
          </LinkAnchor>
        }
        title={t('people.explain.title')}
        text={t('people.explain.text')}
      />
      <Stack gap="lg">
        <AskForm
          key={`${integration ?? ''}/${employeeId ?? ''}`}
          programme={programme}
          integrations={integrations.data}
          asked={{ integration, employeeId }}
        />
        {integration !== undefined && employeeId !== undefined && (
          <Answer programme={programme} integration={integration} employeeId={employeeId} />
        )}
      </Stack>
    </>
  );
}

interface AskFormProps {
  readonly programme: string;
  readonly integrations: readonly Integration[];
  readonly asked: { readonly integration: string | undefined; readonly employeeId: string | undefined };
}

function AskForm({ programme, integrations, asked }: AskFormProps) {
  const t = useText();
  const navigate = useNavigate();
  const form = useForm({
    initialValues: {
      integration: asked.integration ?? integrations[0]?.id ?? null,
      employeeId: asked.employeeId ?? '',
    },
    validate: {
      integration: (value) => (value === null ? t('people.explain.needsIntegration') : null),
      employeeId: (value) => (value.trim() === '' ? t('people.explain.needsId') : null),
    },
  });
  return (
    <Card>
      <form
        onSubmit={form.onSubmit(({ integration, employeeId }) => {
          if (integration === null) return;
          const search = { integration, employeeId: employeeId.trim() };
          void navigate({ to: '/programmes/$programme/members/explain', params: { programme }, search });
        })}
      >
        <Group align="flex-start">
          <Select
            label={t('people.filter.integration')}
            data={integrations.map(({ id, name }) => ({ value: id, label: name }))}
            allowDeselect={false}
            flex="1 1 14rem"
            {...form.getInputProps('integration')}
          />
          <TextInput
            label={t('people.field.employeeId')}
            description={t('people.explain.idHelp')}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            flex="1 1 14rem"
            {...form.getInputProps('employeeId')}
          />
          <Button type="submit" mt={25}>
            {t('people.explain.submit')}
          </Button>
        </Group>
      </form>
    </Card>
  );
}

function Answer(place: { programme: string; integration: string; employeeId: string }) {
  const t = useText();
  const { programme, integration, employeeId } = place;
  const explanation = useQuery(personExplanationQuery(programme, integration, employeeId));
  const filter = { employeeId: [employeeId], integration: [integration] };
  const member = useQuery(memberCountQuery(programme, filter)).data?.first ?? null;
  if (explanation.isError) return <ProblemAlert error={explanation.error} onRetry={() => void explanation.refetch()} />;
  return (
    <>
      <Group justify="space-between">
        <Text>
          {member === null ? (
            t('people.explain.noMember', { id: employeeId })
          ) : (
            <LinkAnchor to="/programmes/$programme/members/$member" params={{ programme, member: member.id }}>
              {t('people.explain.isMember', { name: personName(member, t('people.unnamed')) })}
            </LinkAnchor>
          )}
        </Text>
        <ImportPerson {...place} />
      </Group>
      <ExplanationNow programme={programme} now={explanation.data?.now} />
      {explanation.data !== undefined && (
        <MemberHistory programme={programme} integration={integration} items={explanation.data.items} />
      )}
    </>
  );
}
