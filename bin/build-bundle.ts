import { writeWorkflowBundle } from '../workers/bundle-workflows.js';

/** The last step of `npm run build`. */
await writeWorkflowBundle();
