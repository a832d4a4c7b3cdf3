import type { Command } from 'commander';
import type { Rotation } from '../operations/keys.js';
import { printJson, type Io } from './io.js';
import { asOperator } from './operator.js';
import type { Exit } from './program.js';

interface RotateOptions {
  restarted?: boolean;
  json?: boolean;
}

export function addKeys(program: Command, io: Io, exit: Exit): void {
  const keys = program.command('keys').description('the keys that seal credentials');

  keys
    .command('rotate')
    .description('make a new key (where the ring is a file) and seal every credential with it, while everything runs')
    .option('--restarted', 'the ring is a variable, and every worker and API was restarted with the new key in it')
    .option('--json', 'print what was done as JSON')
    .action(async (options: RotateOptions) => {
      exit.code = await rotate(io, options);
    });
}

async function rotate(io: Io, { restarted = false, json = false }: RotateOptions): Promise<number> {
  const { rotateKeys } = await import('../operations/keys.js');
  const { rotation, keyFile } = await asOperator(io, async (call, { keyFile: file }) => {
    const onProgress = (sealed: number) => {
      if (io.terminal !== null) io.err(`${sealed} credentials sealed anew\n`);
    };
    return { rotation: await rotateKeys(call, { keyFile: file, isKnown: restarted, onProgress }), keyFile: file };
  });
  if (json) printJson(io, rotation);
  else io.out(`${described(rotation)}\n`);
  for (const sentence of advice(rotation, keyFile ?? 'ROLLCALL_ENCRYPTION_KEYS')) io.err(`${sentence}\n`);
  return rotation.unreadable.length === 0 ? 0 : 1;
}

function described({ key, made, sealed, left }: Rotation): string {
  const others = left.reduce((sum, { credentials }) => sum + credentials, 0);
  const how = made ? 'the new key' : 'the key';
  return `${sealed} credentials were sealed with ${how} "${key}"; ${others} are left with other keys.`;
}

function advice({ left, unreadable, idle }: Rotation, where: string): string[] {
  const lost = unreadable.length === 0 ? [] : [`No key of the ring opens these credentials: ${unreadable.join(', ')}.`];
  const again = left.length > unreadable.length ? ['Somebody sealed with an older key meanwhile: run this again.'] : [];
  const old =
    idle.length === 0
      ? []
      : [
          `No credential needs ${idle.map((id) => `"${id}"`).join(', ')} any more. Take it out of ${where} when no backup from before now will be restored; until then it does no harm.`,
        ];
  return [...lost, ...again, ...old];
}
