import {
  Alert,
  Anchor,
  Button,
  Card,
  Center,
  PasswordInput,
  Stack,
  Text,
  TextInput,
  Title,
  type TextInputProps,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useEffect, useState, type ReactNode } from 'react';
import { Problem } from '../../api/fetch.js';
import { remember, requestLink, sessionQuery, signIn, signInByLink, type Session } from '../../api/session.js';
import { Mark } from '../../app/mark.js';
import { useText } from '../../app/text.js';
import { ProblemAlert } from '../../parts/problem-alert.js';

const route = getRouteApi('/sign-in');

/** The one page without a session: a password, a link by mail, or such a link itself (`#token`, which no log sees). */
export function SignInPage() {
  const [token, setToken] = useState(() => window.location.hash.slice(1));
  const [byMail, setByMail] = useState(false);
  useEffect(() => {
    // A link that is opened in a tab where the page stands already changes the fragment alone.
    const read = () => setToken(window.location.hash.slice(1));
    window.addEventListener('hashchange', read);
    return () => window.removeEventListener('hashchange', read);
  }, []);
  if (token !== '') {
    const leave = (mail: boolean) => () => {
      setByMail(mail);
      setToken('');
    };
    return <ByLink token={token} onMail={leave(true)} onPassword={leave(false)} />;
  }
  return byMail ? <ByMail onOther={() => setByMail(false)} /> : <ByPassword onOther={() => setByMail(true)} />;
}

function ByPassword({ onOther }: { onOther: () => void }) {
  const t = useText();
  const form = useForm({ initialValues: { email: '', password: '' } });
  const enter = useMutation({ mutationFn: signIn, onSuccess: useArrive() });
  return (
    <Frame title={t('signIn.title')}>
      <form onSubmit={form.onSubmit((values) => enter.mutate(values))}>
        <Stack>
          <EmailInput {...form.getInputProps('email')} />
          <PasswordInput
            label={t('signIn.password')}
            autoComplete="current-password"
            required
            visibilityToggleButtonProps={{ 'aria-label': t('signIn.showPassword') }}
            {...form.getInputProps('password')}
          />
          <ProblemAlert error={enter.error} />
          <Button type="submit" loading={enter.isPending}>
            {t('signIn.submit')}
          </Button>
        </Stack>
      </form>
      <Anchor component="button" type="button" size="sm" onClick={onOther}>
        {t('signIn.byMail')}
      </Anchor>
    </Frame>
  );
}

function ByMail({ onOther }: { onOther: () => void }) {
  const t = useText();
  const form = useForm({ initialValues: { email: '' } });
  const send = useMutation({ mutationFn: requestLink });
  return (
    <Frame title={t('signIn.mailTitle')}>
      <form onSubmit={form.onSubmit(({ email }) => send.mutate(email))}>
        <Stack>
          <Text c="dimmed">{t('signIn.mailText')}</Text>
          <EmailInput {...form.getInputProps('email')} />
          <ProblemAlert error={send.error} />
          {send.isSuccess && (
            <Alert color="green" role="status">
              {t('signIn.mailSent', { email: send.variables })}
            </Alert>
          )}
          <Button type="submit" loading={send.isPending} variant={send.isSuccess ? 'default' : 'filled'}>
            {t(send.isSuccess ? 'signIn.mailAgain' : 'signIn.mailSubmit')}
          </Button>
        </Stack>
      </form>
      <Anchor component="button" type="button" size="sm" onClick={onOther}>
        {t('signIn.byPassword')}
      </Anchor>
    </Frame>
  );
}

function ByLink({ token, onMail, onPassword }: { token: string; onMail: () => void; onPassword: () => void }) {
  const t = useText();
  const enter = useMutation({ mutationFn: () => signInByLink(token), onSuccess: useArrive() });
  // A link that has ended will not work by being tried once more.
  const hasEnded = enter.error instanceof Problem && enter.error.status === 401;
  return (
    <Frame title={t(hasEnded ? 'signIn.endedTitle' : 'signIn.linkTitle')}>
      {hasEnded ? (
        <Stack>
          <Alert color="orange" role="alert">
            {t('signIn.linkEnded')}
          </Alert>
          <Button onClick={onMail}>{t('signIn.newLink')}</Button>
        </Stack>
      ) : (
        <Stack>
          <Text c="dimmed">{t('signIn.linkText')}</Text>
          <ProblemAlert error={enter.error} />
          <Button onClick={() => enter.mutate()} loading={enter.isPending} autoFocus>
            {t('signIn.linkSubmit')}
          </Button>
        </Stack>
      )}
      <Anchor component="button" type="button" size="sm" onClick={onPassword}>
        {t('signIn.byPassword')}
      </Anchor>
    </Frame>
  );
}

function EmailInput(props: TextInputProps) {
  const t = useText();
  return <TextInput label={t('signIn.email')} type="email" autoComplete="username" required autoFocus {...props} />;
}

/** Where one wanted to go before signing in, else the start. */
function useArrive(): (session: Session) => Promise<void> {
  const client = useQueryClient();
  const navigate = useNavigate();
  const { next } = route.useSearch();
  return async (session) => {
    client.clear();
    client.setQueryData(sessionQuery.queryKey, remember(session));
    await navigate({ to: next ?? '/', replace: true });
  };
}

function Frame({ title, children }: { title: string; children: ReactNode }) {
  const product = useText()('shell.product');
  useEffect(() => {
    document.title = `${title} · ${product}`;
  }, [title, product]);
  return (
    <Center mih="100vh" p="md" bg="var(--rollcall-ground)" component="main">
      <Stack w="100%" maw="24rem" gap="lg">
        <Mark />
        <Card shadow="sm">
          <Stack>
            <Title order={1}>{title}</Title>
            {children}
          </Stack>
        </Card>
      </Stack>
    </Center>
  );
}
