import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './fonts.css';
import './application.css';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { IntlProvider } from 'react-intl';
import { MESSAGES } from '../messages/index.js';
import { usableLocale } from './locale.js';
import { onSignedOut, queryClient } from './query-client.js';
import { router } from './router.js';
import { cssVariables, theme } from './theme.js';

/** Whoever's session has ended signs in again, and is back where they were. */
onSignedOut(() => {
  const { pathname, href } = router.state.location;
  if (pathname === '/sign-in') return;
  void router.navigate({ to: '/sign-in', search: { next: href } });
});

/** Long enough for whoever reads slowly, or looked elsewhere; the pointer on it keeps it longer. */
const MESSAGE_STAYS_MS = 10_000;
const LOCALE = usableLocale([navigator.language, ...navigator.languages]);

/** Everything a page may rely on. Words are English so far; dates and numbers are the viewer's own. */
export function Application() {
  return (
    <IntlProvider locale={LOCALE} defaultLocale="en" messages={MESSAGES} onError={throwInTheOpen}>
      <MantineProvider theme={theme} defaultColorScheme="auto" cssVariablesResolver={cssVariables}>
        {/* Not at the foot: there are the buttons that go on, and one that is pointed at stays. */}
        <Notifications position="top-center" autoClose={MESSAGE_STAYS_MS} />
        <QueryClientProvider client={queryClient}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </MantineProvider>
    </IntlProvider>
  );
}

/** A text that is missing or misused is a mistake of ours; browser tests fail on it. Data of another locale is none. */
function throwInTheOpen(error: Error & { code?: string }): void {
  if (error.code !== 'MISSING_DATA' && error.code !== 'MISSING_TRANSLATION') throw error;
}
