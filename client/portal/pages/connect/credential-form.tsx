import { Anchor, Button, Collapse, Group, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useForm, type UseFormReturnType } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';
import type { ProviderField } from '../../api/providers.js';
import { useText } from '../../app/text.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
import type { AuthorizeProps } from './authorize-page.js';
import { showFaults } from './faults.js';
import { Probing } from './probing.js';
import { useAuthorize } from './use-authorize.js';

type CredentialValues = Record<string, string>;

/** The provider's own form, as the catalogue describes it. What was typed stays, whatever the answer is. */
export function CredentialForm({ programme, integration, provider }: AuthorizeProps) {
  const t = useText();
  const { fields } = provider.authorization;
  const form = useForm<CredentialValues>({ initialValues: Object.fromEntries(fields.map(({ name }) => [name, ''])) });
  const [isTold, setTold] = useState(false);
  const probe = useAuthorize(programme, integration.id, provider.name);
  const send = (values: CredentialValues) => {
    form.clearErrors();
    setTold(false);
    probe.mutate(values, {
      onError: (error) => {
        const names = fields.map(({ name }) => name);
        const { isComplete } = showFaults(
          form,
          error,
          (pointer) => names.find((name) => pointer === `/${name}`) ?? null,
        );
        setTold(isComplete);
      },
    });
  };
  return (
    <form onSubmit={form.onSubmit(send)} autoComplete="off" noValidate>
      <Stack>
        {fields.map((field) => (
          <CredentialInput key={field.name} field={field} form={form} />
        ))}
        {!isTold && <ProblemAlert error={probe.error} />}
        <Group justify="space-between">
          <Probing isBusy={probe.isPending} provider={provider.name} />
          <Button type="submit" loading={probe.isPending}>
            {t('connect.authorize.submit')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface CredentialInputProps {
  readonly field: ProviderField;
  readonly form: UseFormReturnType<CredentialValues>;
}

function CredentialInput({ field: { name, label, help, secret, example }, form }: CredentialInputProps) {
  const t = useText();
  const props = {
    label,
    autoComplete: 'off',
    spellCheck: false,
    required: true,
    placeholder: t('connect.authorize.example', { example }),
    ...form.getInputProps(name),
  };
  return (
    <Stack gap={6}>
      {secret ? (
        <PasswordInput
          {...props}
          visibilityToggleButtonProps={{ 'aria-label': t('connect.authorize.show', { label }), tabIndex: 0 }}
        />
      ) : (
        <TextInput {...props} />
      )}
      <HowToFind label={label} help={help} />
    </Stack>
  );
}

/** The vendor's words, under the question that people ask. */
export function HowToFind({ label, help }: { label: string; help: string }) {
  const t = useText();
  const [isOpen, { toggle }] = useDisclosure(false);
  const [, asked, answer] = /^(How do I [^?]+\?) (.*)$/s.exec(help) ?? [];
  return (
    <div>
      <Anchor component="button" type="button" size="sm" onClick={toggle} aria-expanded={isOpen}>
        {asked ?? t('connect.authorize.how', { label: label.toLowerCase() })}
      </Anchor>
      <Collapse expanded={isOpen}>
        <Text size="sm" mt={4}>
          {answer ?? help}
        </Text>
      </Collapse>
    </div>
  );
}
