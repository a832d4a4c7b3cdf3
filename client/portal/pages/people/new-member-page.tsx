import { Button, Card, Collapse, Group, Select, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useForm, type UseFormReturnType } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { MEMBER_FIELDS } from '../../../api/contract/member-fields.js';
import { createMember, memberQuery, type MemberBody } from '../../api/members.js';
import { programmeQuery } from '../../api/programme.js';
import { useText } from '../../app/text.js';
import { showFaults } from '../../parts/faults.js';
import { LinkAnchor, LinkButton } from '../../parts/links.js';
import { PageHead } from '../../parts/page-head.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
import { useCustomFields, useFieldLabel } from './filter-names.js';
import { personName } from './person-name.js';

const route = getRouteApi('/signed-in/programmes/$programme/members/new');

interface Values {
  readonly fields: Record<string, string>;
  readonly custom: Record<string, string>;
  readonly role: string | null;
}
type Form = UseFormReturnType<Values>;

/** Most accounts made by hand need no more than these; the others open below. */
const FIRST = [
  'email',
  'employeeId',
  'firstName',
  'lastName',
  'jobTitle',
  'department',
  'team',
  'location',
  'startDate',
];
const FIELDS: readonly string[] = ['employeeId', ...MEMBER_FIELDS.map(({ id }) => id)];
const KINDS = new Map<string, string>(MEMBER_FIELDS.map(({ id, kind }) => [id, kind]));

export function NewMemberPage() {
  const t = useText();
  const { programme } = route.useParams();
  return (
    <>
      <PageHead
        above={
          <LinkAnchor to="/programmes/$programme/members" params={{ programme }} size="sm">
            {t('shell.members')}
          </LinkAnchor>
        }
        title={t('people.new.title')}
        text={t('people.new.text')}
      />
      <MemberForm programme={programme} />
    </>
  );
}

function MemberForm({ programme }: { programme: string }) {
  const t = useText();
  const form: Form = useForm<Values>({
    initialValues: { fields: Object.fromEntries(FIELDS.map((name) => [name, ''])), custom: {}, role: null },
  });
  const { create, problem } = useCreate(programme, form);
  const custom = useCustomFields(programme);
  const roles = useQuery(programmeQuery(programme)).data?.roles ?? [];
  const label = useFieldLabel(programme);
  const [isOpen, { toggle }] = useDisclosure();
  const more = FIELDS.filter((name) => !FIRST.includes(name));
  // A fault must not hide behind a closed part.
  const isMoreShown = isOpen || more.some((name) => form.errors[`fields.${name}`] !== undefined);
  return (
    <Card maw="52rem">
      <form noValidate onSubmit={form.onSubmit((values) => create.mutate(values))}>
        <Stack gap="lg">
          <FieldGrid programme={programme} form={form} names={FIRST} />
          {roles.length > 1 && (
            <Select
              label={label('role')}
              data={roles}
              placeholder={roles[0] ?? ''}
              clearable
              maw="24rem"
              {...form.getInputProps('role')}
            />
          )}
          {custom.length > 0 && (
            <SimpleGrid cols={{ base: 1, sm: 2 }}>
              {custom.map(({ name, label: called }) => (
                <TextInput key={name} label={called} {...form.getInputProps(`custom.${name}`)} />
              ))}
            </SimpleGrid>
          )}
          <Button
            variant="subtle"
            size="compact-sm"
            ml={-8}
            aria-expanded={isMoreShown}
            onClick={toggle}
            style={{ alignSelf: 'flex-start' }}
          >
            {t(isMoreShown ? 'people.new.fewer' : 'people.new.more')}
          </Button>
          <Collapse expanded={isMoreShown}>
            <FieldGrid programme={programme} form={form} names={more} />
          </Collapse>
          <ProblemAlert error={problem} />
          <Group justify="flex-end">
            <LinkButton to="/programmes/$programme/members" params={{ programme }} variant="default">
              {t('shell.cancel')}
            </LinkButton>
            <Button type="submit" loading={create.isPending}>
              {t('people.new.submit')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}

function FieldGrid({ programme, form, names }: { programme: string; form: Form; names: readonly string[] }) {
  const t = useText();
  const label = useFieldLabel(programme);
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      {names.map((name) => {
        const kind = KINDS.get(name);
        return (
          <TextInput
            key={name}
            label={label(name)}
            required={name === 'email'}
            type={kind === 'date' ? 'date' : kind === 'email' ? 'email' : 'text'}
            description={kind === 'month-day' ? t('people.new.birthday') : undefined}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            autoComplete="off"
            {...form.getInputProps(`fields.${name}`)}
          />
        );
      })}
    </SimpleGrid>
  );
}

function useCreate(programme: string, form: Form) {
  const t = useText();
  const label = useFieldLabel(programme);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [problem, setProblem] = useState<unknown>(null);
  const create = useMutation({
    mutationFn: (values: Values) => createMember(programme, toBody(values)),
    onMutate: () => setProblem(null),
    onSuccess: async (member) => {
      queries.setQueryData(memberQuery(programme, member.id).queryKey, member);
      await queries.invalidateQueries({ queryKey: ['members'] });
      notifications.show({ message: t('people.new.done', { name: personName(member, t('people.unnamed')) }) });
      await navigate({
        to: '/programmes/$programme/members/$member',
        params: { programme, member: member.id },
        replace: true,
      });
    },
    onError: (error) =>
      setProblem(
        showFaults(form, error, {
          path: (given) => (FIELDS.includes(given) ? `fields.${given}` : given),
          label: (path) => label(path.replace(/^fields\./, '')),
        }),
      ),
  });
  return { create, problem };
}

/** What is left empty is left out. */
function toBody({ fields, custom, role }: Values): MemberBody {
  const filled = (values: Record<string, string>) =>
    Object.fromEntries(Object.entries(values).filter(([, value]) => value.trim() !== ''));
  const own = filled(custom);
  return {
    ...filled(fields),
    ...(Object.keys(own).length > 0 ? { custom: own } : {}),
    ...(role === null ? {} : { role }),
  };
}
