import type { TestMachine } from './machine.js';

/** Where the shared servers are. Only types come from machine.ts: importing it would start a second one. */
export function testMachine(): TestMachine {
  const text = process.env.ROLLCALL_TEST_MACHINE;
  if (text === undefined) throw new Error('No test machine: run the tests with jest, whose global set-up starts it.');
  return JSON.parse(text) as TestMachine;
}
