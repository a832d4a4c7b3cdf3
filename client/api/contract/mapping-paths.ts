/** How a mapping's `from` is written, for a page that judges it while it is typed. */
export { parseFrom } from '../../../domain/paths.js';
