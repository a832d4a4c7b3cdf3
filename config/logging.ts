import { pino, type Logger } from 'pino';

/**
 * One logger a process, JSON on standard error, so that standard output stays for results. People's data and secrets
 * are kept out by never being passed in; the redaction below is the second net, not the first.
 */
export function createLogger(name: string, level: string): Logger {
  return pino(
    {
      name,
      level,
      base: { name },
      redact: {
        paths: [
          'req.headers.authorization',
          'req.headers.cookie',
          '*.password',
          '*.apiKey',
          '*.token',
          '*.secret',
          '*.email',
        ],
        censor: '[redacted]',
      },
    },
    pino.destination({ fd: 2, sync: false }),
  );
}

export type { Logger } from 'pino';
