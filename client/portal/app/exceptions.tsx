import { Anchor, Button } from '@mantine/core';
import { IconCompass, IconTool } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { Problem } from '../api/fetch.js';
import { EmptyState } from '../parts/empty-state.js';
import { ProblemAlert } from '../parts/problem-alert.js';
import { useText } from './text.js';

export function NotFound() {
  const t = useText();
  return (
    <EmptyState
      icon={<IconCompass />}
      title={t('shell.notFound.title')}
      text={t('shell.notFound.text')}
      action={
        <Anchor component={Link} to="/">
          {t('shell.notFound.home')}
        </Anchor>
      }
    />
  );
}

/** What no page has caught: an answer of the server that nothing can be shown without, or a mistake of ours. */
export function Broken({ error, reset }: { error: unknown; reset: () => void }) {
  const t = useText();
  if (error instanceof Problem && error.status === 404) return <NotFound />;
  if (error instanceof Error && ['Problem', 'Unreachable'].includes(error.name)) {
    return <ProblemAlert error={error} onRetry={reset} />;
  }
  return (
    <EmptyState
      icon={<IconTool />}
      title={t('shell.broken.title')}
      text={t('shell.broken.text')}
      action={<Button onClick={() => window.location.reload()}>{t('shell.broken.reload')}</Button>}
    />
  );
}
