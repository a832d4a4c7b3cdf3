import { parseForm } from '../form.js';
import type { AuthorizationForm } from '../provider.js';

/** There is nothing to type: the file stands for the access. */
export const form: AuthorizationForm = { kind: 'upload', fields: [], parse: (input) => parseForm([], {}, input) };
