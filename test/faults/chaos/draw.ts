/**
 * Draws by a seed: the same seed draws the same storms in the same order. What the machine makes of them in time is its
 * own; two runs of one seed are alike, not equal.
 */
export class Draw {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** Draws of its own for a part of a run, so that how often others draw changes nothing in it. */
  static of(seed: number, storm: number, part: number): Draw {
    const draw = new Draw(Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(storm + 1, 0x85ebca6b) ^ part);
    draw.fraction();
    return draw;
  }

  /** From 0 up to, and without, 1 (mulberry32). */
  fraction(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number, both ends included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.fraction() * (most - least + 1));
  }

  chance(share: number): boolean {
    return this.fraction() < share;
  }

  one<T>(of: readonly T[]): T {
    const drawn = of[Math.floor(this.fraction() * of.length)];
    if (drawn === undefined) throw new Error('There is nothing to draw from.');
    return drawn;
  }

  some<T>(of: readonly T[], count: number): T[] {
    const left = [...of];
    return Array.from({ length: Math.min(count, left.length) }, () => {
      const [drawn] = left.splice(Math.floor(this.fraction() * left.length), 1);
      if (drawn === undefined) throw new Error('There is nothing to draw from.');
      return drawn;
    });
  }
}
