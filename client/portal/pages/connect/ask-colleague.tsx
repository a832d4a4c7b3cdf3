import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { IconMailForward } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { askColleague } from '../../api/connecting.js';
import { Problem } from '../../api/fetch.js';
import { useText } from '../../app/text.js';
import { DialogFoot } from '../../parts/dialog-foot.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
import type { AuthorizeProps } from './authorize-page.js';
import { sentence } from './faults.js';

/** Whoever has the key gets a link that opens only this step. */
export function AskColleague({ programme, integration, provider }: AuthorizeProps) {
  const t = useText();
  const [isOpen, { open, close }] = useDisclosure(false);
  const [email, setEmail] = useState('');
  const send = useMutation({
    mutationFn: () => askColleague(programme, integration.id, email),
    onSuccess: () => {
      notifications.show({ color: 'green', message: t('connect.ask.done', { email }) });
      setEmail('');
      close();
    },
  });
  const fault = send.error instanceof Problem ? send.error.at('/email') : null;
  return (
    <Group gap="sm">
      <Text size="sm">{t('connect.ask.question', { provider: provider.name })}</Text>
      <Button variant="subtle" size="sm" leftSection={<IconMailForward size={16} aria-hidden />} onClick={open}>
        {t('connect.ask.open')}
      </Button>
      <Modal
        opened={isOpen}
        onClose={close}
        title={t('connect.ask.open')}
        closeButtonProps={{ 'aria-label': t('shell.close') }}
      >
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            send.mutate();
          }}
        >
          <Stack>
            <Text size="sm">{t('connect.ask.text', { provider: provider.name })}</Text>
            <TextInput
              type="email"
              label={t('connect.ask.email')}
              placeholder="grace.lee@acme.example"
              required
              data-autofocus
              value={email}
              error={fault === null ? null : sentence(fault)}
              onChange={(event) => setEmail(event.currentTarget.value)}
            />
            {fault === null && <ProblemAlert error={send.error} />}
            <DialogFoot action={t('connect.ask.send')} isBusy={send.isPending} onClose={close} />
          </Stack>
        </form>
      </Modal>
    </Group>
  );
}
