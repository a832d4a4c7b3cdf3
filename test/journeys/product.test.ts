import { afterAll, beforeAll, describe } from '@jest/globals';
import { commandLine } from './command-line.js';
import { faults } from './faults.js';
import { files } from './files.js';
import { privacy } from './privacy.js';
import { sensitive } from './sensitive.js';
import { openStage, type Stage } from './stage.js';
import { wholeLife } from './whole-life.js';
import { wholePath } from './whole-path.js';

/** One running product for all journeys that need nothing but it: a start of its own for each would cost more than they. */
let stage: Stage | undefined;

beforeAll(async () => {
  stage = await openStage();
}, 120_000);

afterAll(async () => {
  await stage?.stop();
}, 60_000);

function running(): Stage {
  if (stage === undefined) throw new Error('The product did not come up.');
  return stage;
}

wholePath(running);

describe('beside each other, since one waits where the other works:', () => {
  const preparations = [faults(running), commandLine(running), wholeLife(running), files(running), sensitive(running)];

  beforeAll(async () => {
    await Promise.all(preparations.map((prepare) => prepare()));
  }, 300_000);
});

privacy(running);
