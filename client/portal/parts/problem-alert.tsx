import { Alert, Button, List, Stack, Text } from '@mantine/core';
import { IconAlertCircle } from '@tabler/icons-react';
import { Problem, StillRunning, Unreachable } from '../api/fetch.js';
import { useText } from '../app/text.js';

/** What went wrong, in the server's own sentence, with all faults of a body that no field of the page shows. */
export function ProblemAlert({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const t = useText();
  const sentence = useSentence();
  if (error === null || error === undefined) return null;
  const faults = error instanceof Problem ? error.errors : [];
  return (
    <Alert color="red" role="alert" icon={<IconAlertCircle aria-hidden />} title={t('shell.failed')}>
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{sentence(error)}</Text>
        {faults.length > 1 && (
          <List size="sm">
            {faults.map((fault) => (
              <List.Item key={fault.pointer + fault.detail}>
                {fault.pointer} {fault.detail}
              </List.Item>
            ))}
          </List>
        )}
        {onRetry !== undefined && (
          <Button size="xs" variant="default" onClick={onRetry}>
            {t('shell.retry')}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

/** An error as one sentence. */
export function useSentence(): (error: unknown) => string {
  const t = useText();
  return (error) => {
    if (error instanceof Unreachable) return t('shell.unreachable');
    if (error instanceof StillRunning) return t('shell.pending');
    if (error instanceof Problem && error.message !== '') return error.message;
    if (error instanceof Problem) return t('shell.unreadable', { status: error.status });
    return error instanceof Error ? error.message : String(error);
  };
}
