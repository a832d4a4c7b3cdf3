import { Command, CommanderError } from 'commander';
import { addAdmins } from './admins.js';
import { addAudiences } from './audiences.js';
import { addCredentials } from './credentials.js';
import { addImports } from './imports.js';
import { addIntegrations } from './integrations.js';
import { WrongUsage, type Io } from './io.js';
import { addKeys } from './keys.js';
import { addMembers } from './members.js';
import { addProcesses, type Processes } from './processes.js';
import { addProgrammes } from './programmes.js';
import { addProviders } from './providers.js';
import { addTokens } from './tokens.js';

/**
 * The `rollcall` command. Its result alone goes to standard output, everything else to standard error; 0: done,
 * 1: refused or failed, 2: wrong usage.
 */
export async function runCli(words: readonly string[], io: Io, processes: Processes): Promise<number> {
  const exit = { code: 0 };
  const program = buildProgram(io, processes, exit);
  try {
    await program.parseAsync([...words], { from: 'user' });
    return exit.code;
  } catch (error) {
    return explain(error, io);
  }
}

/** What a command leaves when it is done but what it looked at is not well. */
export interface Exit {
  code: number;
}

function buildProgram(io: Io, processes: Processes, exit: Exit): Command {
  const program = new Command('rollcall')
    .description("Keeps member accounts in step with a company's HR system.")
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.err(text) })
    .showHelpAfterError('Add --help for what is allowed.');
  addProcesses(program, io, processes, exit);
  addProgrammes(program, io);
  addTokens(program, io);
  addAdmins(program, io);
  addProviders(program, io);
  addIntegrations(program, io);
  addCredentials(program, io);
  addImports(program, io, exit);
  addMembers(program, io);
  addAudiences(program, io);
  addKeys(program, io, exit);
  inheritSettings(program);
  return program;
}

/** Commander copies settings only to what is made by `command()` after they were set; this makes it certain. */
function inheritSettings(command: Command): void {
  for (const child of command.commands) {
    child.copyInheritedSettings(command);
    inheritSettings(child);
  }
}

function explain(error: unknown, io: Io): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const message = error instanceof Error ? error.message : String(error);
  io.err(`${message}\n`);
  for (const fault of faults(error)) io.err(`  ${fault.pointer} ${fault.detail}\n`);
  return error instanceof WrongUsage ? 2 : 1;
}

/** A refusal's faults, known by their shape: loading its class here would load what it stands on. */
function faults(error: unknown): { pointer: string; detail: string }[] {
  if (!(error instanceof Error) || !('faults' in error) || !Array.isArray(error.faults)) return [];
  return error.faults.length > 1 ? (error.faults as { pointer: string; detail: string }[]) : [];
}
