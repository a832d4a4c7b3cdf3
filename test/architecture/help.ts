import { runCli } from '../../client/cli/program.js';

/** 0 when `rollcall <words>` exists; asked for its help, it does nothing. */
export async function exitCodeOfHelp(words: readonly string[]): Promise<number> {
  const nothing = () => undefined;
  const io = { variables: {}, out: nothing, err: nothing, readStandardInput: async () => '', terminal: null };
  const never = () => Promise.reject(new Error('Asked for help, it started.'));
  return runCli([...words, '--help'], io, { start: never, worker: never, api: never });
}
