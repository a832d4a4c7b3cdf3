import { Stack } from '@mantine/core';
import { useSession } from '../../api/session.js';
import { useText } from '../../app/text.js';
import { LinkAnchor } from '../../parts/links.js';
import { PageHead } from '../../parts/page-head.js';
import { PasswordForm } from './password-form.js';
import { SessionsSection } from './sessions-section.js';

/** One's own account: the password, and where one is signed in. */
export function AccountPage() {
  const t = useText();
  const { admin } = useSession();
  return (
    <>
      <PageHead
        above={
          <LinkAnchor to="/" size="sm">
            {t('admin.account.back')}
          </LinkAnchor>
        }
        title={t('shell.account')}
        text={`${admin.name} · ${admin.email}`}
      />
      <Stack gap="lg" maw="46rem">
        <PasswordForm />
        <SessionsSection />
      </Stack>
    </>
  );
}
