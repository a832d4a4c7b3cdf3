import { Button } from '@mantine/core';
import type { ReactNode } from 'react';

/** To a page that is not the portal's; in a window of its own, so that nothing here is lost. */
export function ExternalLink({ href, icon, children }: { href: string; icon: ReactNode; children: string }) {
  return (
    <Button component="a" href={href} target="_blank" rel="noreferrer" variant="default" rightSection={icon}>
      {children}
    </Button>
  );
}
