/** Nobody is waited for longer than a day: a longer wish is a slip of the vendor, and the next import comes anyway. */
const LONGEST_SECONDS = 86_400;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} ([A-Z][a-z]{2}) \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * Seconds to wait by a `Retry-After` header (RFC 9110, 10.2.3): whole seconds or an HTTP date; null for an absent or
 * meaningless one, 0 for a moment that is over.
 */
export function retryAfterSeconds(header: string | null, now: number): number | null {
  const text = header?.trim() ?? '';
  if (/^\d{1,12}$/.test(text)) return Math.min(Number(text), LONGEST_SECONDS);
  const month = HTTP_DATE.exec(text)?.[1];
  if (month === undefined || !MONTHS.includes(month)) return null;
  const seconds = Math.ceil((Date.parse(text) - now) / 1000);
  return Number.isNaN(seconds) ? null : Math.min(Math.max(seconds, 0), LONGEST_SECONDS);
}
