/** What a provider hands over and what the pipeline makes of it. A plain JSON value, already filtered. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonRecord;
export interface JsonRecord {
  readonly [key: string]: JsonValue | undefined;
}

/** The facts about employment that a provider reads out of one of its records. */
export interface EmploymentFacts {
  /** The vendor's own immutable id of the person, as text; null when the record has none. */
  readonly personId: string | null;
  /** What the vendor says, before dates are considered; `unknown` leaves the person exactly as they are. */
  readonly status: 'employed' | 'left' | 'unknown';
  /** First day of work, `YYYY-MM-DD`. */
  readonly startsOn: string | null;
  /** Last working day (inclusive), `YYYY-MM-DD`. */
  readonly endsOn: string | null;
  /** What was received where a date could not be read, named by field; never a person's data beyond it. */
  readonly unreadable?: readonly { field: string; received: string }[];
  /** Where the record stands, for whoever has to find it: `Line 17`. */
  readonly place?: string;
  /** Why nobody can be read out of the record at all. */
  readonly unusable?: { readonly detail: string; readonly allowed: string };
}

/** The person as a user of the source application, as far as its provider tells. */
export interface SaasUser {
  readonly id: string | null;
  readonly role: string | null;
  readonly status: string | null;
  /** ISO 8601. Its changes alone are no change of a member. */
  readonly lastActivityAt: string | null;
}
