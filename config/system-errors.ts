import { types } from 'node:util';

/** Errors of Node itself may come from another realm than ours (under jest they do), where `instanceof Error` is false. */
export function isSystemError(error: unknown, ...codes: readonly string[]): boolean {
  return types.isNativeError(error) && 'code' in error && codes.includes(String(error.code));
}

/** Of a program that ran and said no; null when it could not be run at all. */
export function exitCode(error: unknown): number | null {
  return types.isNativeError(error) && 'code' in error && typeof error.code === 'number' ? error.code : null;
}

/** The last line: programs that fail tell the reason there. */
export function lastLine(error: unknown): string {
  const text = types.isNativeError(error) ? error.message : String(error);
  return text.trim().split('\n').at(-1) ?? text;
}
