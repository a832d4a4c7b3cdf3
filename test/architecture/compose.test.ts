import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { readEnvironment } from '../../config/environment.js';
import { exitCodeOfHelp } from './help.js';

/** docker-compose.yml without a Docker engine: that it parses, and that what it names is there. */
interface Service {
  readonly image: string;
  readonly build?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly volumes?: readonly string[];
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly configs: Readonly<Record<string, unknown>>;
}

const read = (path: string) => readFileSync(join(process.cwd(), path), 'utf8');
const source = read('docker-compose.yml');
const compose = parse(source, { merge: true }) as Compose;
const services = Object.entries(compose.services);
const ours = services.filter(([, service]) => service.build !== undefined);

describe('docker-compose.yml', () => {
  test('has Postgres, Temporal with its Web UI, migrations, workers and the API', () => {
    expect(Object.keys(compose.services)).toEqual(
      expect.arrayContaining(['postgres', 'temporal', 'temporal-ui', 'migrate', 'worker', 'api']),
    );
  });

  test.each(ours)('the command of %s is one of rollcall', async (_, { command = [] }) => {
    expect(await exitCodeOfHelp(command)).toBe(0);
  });

  test.each(ours)('the variables of %s are those that Rollcall reads', (_, { environment = {} }) => {
    const known = [...read('config/environment.ts').matchAll(/^ {2}([A-Z][A-Z_]+): /gm)].map(([, name = '']) => name);
    expect(Object.keys(environment).filter((name) => !known.includes(name))).toEqual([]);
  });

  test.each(ours)('with .env filled in, the environment of %s is one that Rollcall accepts', (_, service) => {
    const given: Record<string, string> = {
      POSTGRES_ROLLCALL_PASSWORD: 'secret',
      ROLLCALL_ENCRYPTION_KEYS: `k1:${Buffer.alloc(32).toString('base64')}`,
      SMTP_URL: 'smtp://mail.acme.example',
      ROLLCALL_MAIL_FROM: 'Rollcall <rollcall@acme.example>',
    };
    const filled = Object.entries(service.environment ?? {}).map(([name, value]) => [name, fill(value, given)]);
    expect(() => readEnvironment(Object.fromEntries(filled) as Record<string, string>)).not.toThrow();
  });

  test('takes from .env what .env.example has, and nothing else', () => {
    const wanted = [...source.matchAll(/\$\{([A-Z_]+)/g)].map(([, name = '']) => name);
    const offered = [...read('.env.example').matchAll(/^([A-Z_]+)=/gm)].map(([, name = '']) => name);
    expect([...new Set(wanted)].sort()).toEqual(offered.sort());
  });

  test('holds no secret: what is one comes from .env and has no default', () => {
    const secrets = services
      .flatMap(([, service]) => Object.entries(service.environment ?? {}))
      .filter(([name]) => /PASSWORD|PWD|KEYS|DATABASE_URL|SMTP_URL/.test(name));
    expect(secrets.length).toBeGreaterThan(5);
    expect(secrets.filter(([, value]) => !/\$\{[A-Z_]+:\?/.test(value))).toEqual([]);
    expect(read('.env.example')).not.toMatch(/^(\w*PASSWORD|ROLLCALL_ENCRYPTION_KEYS|SMTP_URL)=\S/m);
    expect(read('.gitignore')).toMatch(/^\.env$/m);
  });

  test('what a service waits for exists and can give the sign that is waited for', () => {
    const waits = services.flatMap(([, service]) => Object.entries(service.depends_on ?? {}));
    const vain = waits.filter(([name, { condition }]) => {
      const target = compose.services[name];
      return target === undefined || (condition === 'service_healthy' && target.healthcheck === undefined);
    });
    expect(vain).toEqual([]);
  });

  test('health checks are lists of words', () => {
    const checks = services.flatMap(([, service]) => service.healthcheck?.test ?? []);
    expect(checks.filter((word) => typeof word !== 'string')).toEqual([]);
  });

  test('the database survives: its folder is a named volume', () => {
    expect(compose.services.postgres?.volumes).toEqual(['postgres:/var/lib/postgresql']);
    expect(Object.keys(compose.volumes)).toContain('postgres');
  });
});

test('an image is built from all folders that are compiled, and from the settings of the compiler and of Vite', () => {
  const { include } = JSON.parse(read('tsconfig.build.json')) as { include: string[] };
  const settings = [
    'package.json',
    'package-lock.json',
    '.npmrc',
    'tsconfig.json',
    'tsconfig.build.json',
    'vite.config.ts',
  ];
  const sent = [...read('.dockerignore').matchAll(/^!(.+)$/gm)].map(([, name = '']) => name);
  expect(sent.sort()).toEqual([...include, ...settings].sort());
});

describe('Dockerfile', () => {
  test('takes the sources that the build compiles, and .dockerignore lets them in', () => {
    const { include } = JSON.parse(read('tsconfig.build.json')) as { include: string[] };
    const allowed = [...read('.dockerignore').matchAll(/^!(.+)$/gm)].map(([, name = '']) => name);
    expect(include.filter((folder) => !allowed.includes(folder))).toEqual([]);
  });

  test('runs as somebody who is not root', () => {
    expect(read('Dockerfile')).toMatch(/^USER node$/m);
  });
});

/** `${NAME:?message}` and `${NAME:-default}`, as Compose reads them. */
function fill(value: string, given: Readonly<Record<string, string>>): string {
  return value.replace(
    /\$\{(\w+)(?::[-?]([^}]*))?\}/g,
    (_, name: string, otherwise: string | undefined) => given[name] ?? otherwise ?? '',
  );
}
