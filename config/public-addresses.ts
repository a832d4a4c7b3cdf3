import type { Environment } from './environment.js';

/** Where people reach the portal and the API from outside, without a slash at its end. */
export function publicUrl(environment: Pick<Environment, 'ROLLCALL_PUBLIC_URL' | 'HOST' | 'PORT'>): string {
  const given = environment.ROLLCALL_PUBLIC_URL ?? `http://${environment.HOST}:${environment.PORT ?? USUAL_PORT}`;
  return given.replace(/\/+$/, '');
}

const USUAL_PORT = 3000;

/** The pages that mails and terminals lead to; the token of a link stands behind the #, which no server ever sees. */
export function pagesAt(address: string) {
  const base = address.replace(/\/+$/, '');
  const integration = (place: { programme: string; integration: string }): string =>
    `${base}/programmes/${place.programme}/integrations/${place.integration}`;
  const run = (place: { programme: string; integration: string; import: string }): string =>
    `${integration(place)}/imports/${place.import}`;
  return {
    signIn: (token: string): string => `${base}/sign-in#${token}`,
    account: (): string => `${base}/account`,
    mails: (): string => `${base}/dev/mail`,
    password: (token: string): string => `${base}/account/password/${token}`,
    join: (token: string): string => `${base}/join/${token}`,
    authorize: (token: string): string => `${base}/authorize/${token}`,
    integration,
    import: run,
    decision: (place: Parameters<typeof run>[0]): string => `${run(place)}/decision`,
  };
}
