import type { z } from 'zod';
import type { uploadedSchema } from '../../api/contract/integrations.js';
import { send } from './fetch.js';
import type { Import } from './imports.js';
import { integrationPath } from './integrations.js';

export type Uploaded = z.infer<typeof uploadedSchema>;
export type BadLines = NonNullable<Uploaded['badLines']>;

/**
 * The directory as a file; the answer is the integration until it is published, then the import that the file starts.
 * @param onProgress the share that was sent, 0 to 1
 */
export const uploadFile = (
  programme: string,
  integration: string,
  file: File,
  onProgress: (share: number) => void,
): Promise<Uploaded | Import> =>
  send(`${integrationPath(programme, integration)}/upload`, new Blob([file], { type: 'text/csv' }), onProgress);
