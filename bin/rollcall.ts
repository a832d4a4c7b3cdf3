#!/usr/bin/env node
import { text } from 'node:stream/consumers';
import type { Io } from '../client/cli/io.js';
import type { Processes } from '../client/cli/processes.js';
import { runCli } from '../client/cli/program.js';

/**
 * The `rollcall` command as a process. Whatever is heavy is loaded only by the part that needs it, so that the small
 * commands answer at once.
 */
const io: Io = {
  variables: process.env,
  out: (words) => void process.stdout.write(words),
  err: (words) => void process.stderr.write(words),
  readStandardInput: () => text(process.stdin),
  terminal: process.stderr.isTTY ? process.stderr : null,
};

const processes: Processes = {
  start: async ({ demo }) => {
    const [{ start }, { seedDemo }, { portalLink }, { environment, log }] = await Promise.all([
      import('../embedded/start.js'),
      import('../embedded/demo.js'),
      import('../embedded/portal-link.js'),
      prepare('start', process.env.ROLLCALL_LOG_LEVEL ?? 'warn'),
    ]);
    return start({
      environment,
      variables: process.env,
      demo,
      log,
      print: (line) => io.out(`${line}\n`),
      seedDemo: (context) => seedDemo(context, process.env),
      portalLink: (dataDir) => portalLink(dataDir, process.env),
    });
  },
  worker: async () => {
    const [{ runWorker }, { environment, log }] = await Promise.all([import('../workers/main.js'), prepare('worker')]);
    await runWorker(environment, log, await stopSignal());
    return 0;
  },
  api: async () => {
    const [{ serveApi }, { environment, log }] = await Promise.all([import('../client/api/serve.js'), prepare('api')]);
    const stop = await stopSignal();
    const api = await serveApi({ environment, variables: process.env, log });
    if (!stop.aborted) await new Promise((done) => stop.addEventListener('abort', done, { once: true }));
    await api.stop();
    return 0;
  },
};

async function prepare(name: string, level?: string) {
  const [{ readEnvironment }, { createLogger }] = await Promise.all([
    import('../config/environment.js'),
    import('../config/logging.js'),
  ]);
  const environment = readEnvironment(process.env);
  return { environment, log: createLogger(name, level ?? environment.ROLLCALL_LOG_LEVEL) };
}

/** The first signal, or the end of the `start` that made this process, asks for an orderly stop. */
async function stopSignal(): Promise<AbortSignal> {
  const { exitWithParent } = await import('../embedded/parent-watch.js');
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => controller.abort());
  exitWithParent();
  return controller.signal;
}

// Whoever reads our result may have read enough (`| head`).
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});
process.exitCode = await runCli(process.argv.slice(2), io, processes);
