import { chmod } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { writeWorkflowBundle } from '../workers/bundle-workflows.js';

/** The last step of `npm run build`. A compiled file is not executable by itself, and `npx rollcall` executes it. */
await writeWorkflowBundle();
await chmod(fileURLToPath(new URL('./rollcall.js', import.meta.url)), 0o755);
