import { Button, Tooltip } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconUserDown } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { importPerson } from '../../api/members.js';
import { useMayWrite } from '../../api/session.js';
import { useText } from '../../app/text.js';
import { useSentence } from '../../parts/problem-alert.js';

interface ImportPersonProps {
  readonly programme: string;
  readonly integration: string;
  readonly employeeId: string;
}

/** Reads the HR system now and changes this one person; the import's own page tells each step. */
export function ImportPerson({ programme, integration, employeeId }: ImportPersonProps) {
  const t = useText();
  const sentence = useSentence();
  const navigate = useNavigate();
  const start = useMutation({
    mutationFn: () => importPerson(programme, integration, employeeId),
    onSuccess: (run) => navigate({ to: `/programmes/${programme}/integrations/${integration}/imports/${run.id}` }),
    onError: (error) => notifications.show({ color: 'red', title: t('shell.failed'), message: sentence(error) }),
  });
  if (!useMayWrite(programme)) return null;
  return (
    <Tooltip label={t('people.import.text')} multiline w={280} events={{ hover: true, focus: true, touch: false }}>
      <Button
        variant="default"
        leftSection={<IconUserDown size={16} aria-hidden />}
        loading={start.isPending}
        onClick={() => start.mutate()}
      >
        {t('people.import')}
      </Button>
    </Tooltip>
  );
}
