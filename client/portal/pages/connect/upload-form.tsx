import { Button, Card, FileButton, Group, Progress, Stack, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconFileUpload } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type DragEvent } from 'react';
import { uploadFile, type BadLines } from '../../api/upload.js';
import { useText } from '../../app/text.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
import type { AuthorizeProps } from './authorize-page.js';
import { useKeepAccess } from './use-authorize.js';
import classes from './upload-form.module.css';

interface UploadFormProps extends AuthorizeProps {
  readonly onBadLines: (bad: BadLines | null) => void;
}

/** The directory as a file: the first stands for the access, each later one of a live integration is imported. */
export function UploadForm({ programme, integration, onBadLines }: UploadFormProps) {
  const t = useText();
  const navigate = useNavigate();
  const keep = useKeepAccess(programme);
  const [sent, setSent] = useState<number | null>(null);
  const [isOver, setOver] = useState(false);
  const upload = useMutation({
    mutationFn: (file: File) => uploadFile(programme, integration.id, file, setSent),
    onSuccess: async (answer) => {
      if ('provider' in answer) {
        onBadLines(answer.badLines);
        keep(answer);
        return;
      }
      notifications.show({ color: 'green', message: t('connect.upload.importing') });
      await navigate({ to: `/programmes/${programme}/integrations/${integration.id}/imports/${answer.id}` });
    },
    onSettled: () => setSent(null),
  });
  const take = (file: File | null) => {
    if (file !== null && !upload.isPending) upload.mutate(file);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files[0] ?? null);
  };
  return (
    <Card component="section" aria-label={t('connect.upload.title')}>
      <Stack>
        <Title order={2}>{t('connect.upload.title')}</Title>
        <Text size="sm">{t('connect.upload.text')}</Text>
        <div
          className={classes.place}
          data-over={isOver}
          onDragOver={(event) => {
            event.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={drop}
        >
          <IconFileUpload size={32} stroke={1.5} aria-hidden />
          <Text size="sm">{upload.variables?.name ?? t('connect.upload.drop')}</Text>
          <FileButton accept=".csv,.txt,.tsv,text/csv" onChange={take}>
            {(props) => (
              <Button {...props} loading={upload.isPending}>
                {t('connect.upload.choose')}
              </Button>
            )}
          </FileButton>
          <Sending sent={sent} />
        </div>
        <ProblemAlert error={upload.error} />
        <Text size="sm" c="dimmed">
          {t('connect.upload.kept')}
        </Text>
      </Stack>
    </Card>
  );
}

/** How much of the file is there; then it is read. */
function Sending({ sent }: { sent: number | null }) {
  const t = useText();
  return (
    <Group w="100%" maw={320} mih={24} role="status">
      {sent !== null && (
        <Stack gap={4} w="100%">
          <Progress value={sent * 100} animated={sent === 1} aria-label={t('connect.upload.progress')} />
          <Text size="sm" ta="center">
            {sent < 1 ? t('connect.upload.sent', { share: sent }) : t('connect.upload.reading')}
          </Text>
        </Stack>
      )}
    </Group>
  );
}
