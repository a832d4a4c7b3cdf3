/**
 * Fetches numbered pages before they are asked for, so that the vendor's latency is paid while earlier pages are
 * being stored. Nothing is reordered: a page is taken by its number, and a failed one fails when its turn comes, after
 * all the pages before it were handed over and could be kept.
 */
export class ReadAhead<T> {
  readonly #pages = new Map<number, Promise<T>>();
  readonly #fetch: (page: number) => Promise<T>;
  readonly #depth: number;
  #furthest = 0;
  #failed = false;

  /** @param depth pages that may be fetched or lie ready beyond the one in hand. */
  constructor(depth: number, fetch: (page: number) => Promise<T>) {
    this.#depth = depth;
    this.#fetch = fetch;
  }

  /** The page of this number, fetched now unless it already is. */
  take(page: number): Promise<T> {
    const fetched = this.#pages.get(page) ?? this.#fetch(page);
    this.#furthest = Math.max(this.#furthest, page);
    for (const number of this.#pages.keys()) if (number <= page) this.#pages.delete(number);
    return fetched;
  }

  /** Begins the pages after the one in hand, up to `last`. After a failure none is begun: a vendor in trouble rests. */
  begin(last: number): void {
    while (!this.#failed && this.#pages.size < this.#depth && this.#furthest < last) {
      this.#furthest += 1;
      const page = this.#fetch(this.#furthest);
      // Marks the failure and keeps it from counting as unhandled; whoever takes the page still receives it.
      page.catch(() => (this.#failed = true));
      this.#pages.set(this.#furthest, page);
    }
  }
}
