/**
 * Errors of Postgres, of its driver and of the pool that say "not now" instead of "never": it is away, is going or coming,
 * has no room, or asks to repeat. Whoever meets one asks again; nothing has to be mended in Rollcall.
 */
const NOT_NOW_CODE =
  /^(08...|25P03|40001|40P01|53...|57P..|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENOTFOUND|EPIPE|ETIMEDOUT)$/;

/** A connection that is cut under a statement, or that never came, is told of by a sentence without a code. */
const NOT_NOW_SENTENCE =
  /Connection terminated|Timeout acquiring a connection|timeout expired|timeout exceeded when trying to connect|is not queryable/i;

export function isDatabaseAway(error: unknown): boolean {
  // Not by class: an error of Node's core may come from another realm.
  if (typeof error !== 'object' || error === null) return false;
  const code = 'code' in error ? String(error.code) : '';
  const message = 'message' in error ? String(error.message) : '';
  return NOT_NOW_CODE.test(code) || NOT_NOW_SENTENCE.test(message);
}
