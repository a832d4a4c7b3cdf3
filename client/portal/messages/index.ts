import { admin } from './en/admin.js';
import { connect } from './en/connect.js';
import { decisions } from './en/decisions.js';
import { imports } from './en/imports.js';
import { mapping } from './en/mapping.js';
import { people } from './en/people.js';
import { review } from './en/review.js';
import { segment } from './en/segment.js';
import { setup } from './en/setup.js';
import { shell } from './en/shell.js';

/** All words of the portal, one file a part. A key is `part.what`, a value ICU MessageFormat. */
export const MESSAGES = {
  ...shell,
  ...connect,
  ...setup,
  ...mapping,
  ...segment,
  ...review,
  ...imports,
  ...decisions,
  ...people,
  ...admin,
};

export type TextKey = keyof typeof MESSAGES;
