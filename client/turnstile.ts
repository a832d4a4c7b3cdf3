/**
 * Lets a few through at a time for each key, the others in the order in which they came. The Temporal server refuses
 * more than ten updates of one workflow under way; dozens that knock again and again keep the workflow from ever
 * answering the first (seen with 30 at once: no answer in four minutes).
 */
export class Turnstile {
  readonly #inside = new Map<string, number>();
  readonly #queues = new Map<string, (() => void)[]>();

  constructor(private readonly atOnce: number) {}

  async pass<T>(key: string, work: () => Promise<T>): Promise<T> {
    await this.#enter(key);
    try {
      return await work();
    } finally {
      this.#leave(key);
    }
  }

  #enter(key: string): Promise<void> {
    const inside = this.#inside.get(key) ?? 0;
    if (inside < this.atOnce) {
      this.#inside.set(key, inside + 1);
      return Promise.resolve();
    }
    const queue = this.#queues.get(key) ?? [];
    this.#queues.set(key, queue);
    return new Promise((resolve) => queue.push(resolve));
  }

  /** Whoever waits takes the place; without anybody, the key is forgotten. */
  #leave(key: string): void {
    const next = this.#queues.get(key)?.shift();
    if (next !== undefined) {
      next();
      return;
    }
    this.#queues.delete(key);
    const left = (this.#inside.get(key) ?? 1) - 1;
    if (left === 0) this.#inside.delete(key);
    else this.#inside.set(key, left);
  }
}
