import { Skeleton, Stack, VisuallyHidden } from '@mantine/core';
import { useText } from '../app/text.js';

/** Holds the place of what is being loaded, in about its size. */
export function Waiting({ lines = 6 }: { lines?: number }) {
  const t = useText();
  return (
    <Stack role="status" aria-busy>
      <VisuallyHidden>{t('shell.loading')}</VisuallyHidden>
      <Skeleton height={34} width="min(18rem, 60%)" />
      {Array.from({ length: lines }, (_, line) => (
        <Skeleton key={line} height={22} />
      ))}
    </Stack>
  );
}
