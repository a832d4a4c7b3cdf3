import { afterAll, beforeAll, jest } from '@jest/globals';
import { account } from './account.js';
import { admin } from './admin.js';
import { clicks } from './clicks.js';
import { connect } from './connect.js';
import { mapping } from './mapping.js';
import { openDesk, type Desk } from './desk.js';
import { people } from './people.js';
import { imports } from './imports.js';
import { segment } from './segment.js';
import { signIn } from './sign-in.js';

/** One running product and one browser for all pages: a start of its own for each would cost more than they. */
let desk: Desk | undefined;

/** A page is looked at in three widths and two schemes, which a busy machine takes its time for. */
jest.setTimeout(120_000);

beforeAll(async () => {
  desk = await openDesk();
}, 120_000);

afterAll(async () => {
  await desk?.stop();
}, 60_000);

function running(): Desk {
  if (desk === undefined) throw new Error('The portal did not come up.');
  return desk;
}

signIn(running);
connect(running);
people(running);
admin(running);
imports(running);
mapping(running);
segment(running);
account(running);
clicks(running);
