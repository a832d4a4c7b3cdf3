/** How workflows and activities name what they are about: by ids alone, never by a person's data. */
export interface IntegrationRef {
  readonly programme: string;
  readonly integration: string;
}

/** One import run, with the fence it writes behind. */
export interface RunRef extends IntegrationRef {
  readonly import: string;
  readonly lane: 'write' | 'review';
  readonly epoch: number;
  readonly provider: string;
  /** Carries out what was approved, or puts back what a run did, and reads nothing; absent: an import or a review. */
  readonly kind?: 'removals' | 'undo';
}
