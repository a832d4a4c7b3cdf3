import { findSourceMap } from 'node:module';
import { fileURLToPath } from 'node:url';

/**
 * Stack traces with the lines of the TypeScript sources. Node would do that by itself, but names each arrow function
 * `<anonymous>`, and Jest hides what is called so: the line of a test that failed would not be told.
 *
 * @param {Error} error @param {NodeJS.CallSite[]} frames
 */
export function tellSourceLines(error, frames) {
  return [`${error.name}: ${error.message}`, ...frames.map((frame) => `    at ${placeOf(frame)}`)].join('\n');
}

/** @param {NodeJS.CallSite} frame */
function placeOf(frame) {
  const file = frame.getFileName();
  const origin = file && findSourceMap(file)?.findOrigin(frame.getLineNumber() ?? 1, frame.getColumnNumber() ?? 1);
  if (!origin?.fileName) return String(frame);
  const path = origin.fileName.startsWith('file:') ? fileURLToPath(origin.fileName) : origin.fileName;
  const place = `${path.split('?')[0]}:${origin.lineNumber}:${origin.columnNumber}`;
  const name = frame.getFunctionName();
  return name ? `${frame.isAsync() ? 'async ' : ''}${name} (${place})` : place;
}
