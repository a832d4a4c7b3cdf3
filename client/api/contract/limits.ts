/** What the portal works out before it asks: the same rules, not a second version of them. */
export { removalThreshold } from '../../../domain/removal-threshold.js';
