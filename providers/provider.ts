import type { EmploymentFacts, JsonRecord, SaasUser } from '../domain/employee.js';
import type { DateReading } from '../domain/values.js';

/**
 * What Rollcall asks of an HR system, and all it knows of one. A provider is a folder with the same files:
 * client.ts (wire), schema.ts (envelopes), form.ts (authorization and capabilities as data), employee.ts (records to
 * facts), README.md (which vendor facts are verified). It filters before it hands over: what leaves a provider holds
 * allow-listed fields only. Errors are those of errors.ts; nothing else is thrown.
 */
export interface Provider {
  readonly id: string;
  readonly name: string;
  readonly form: AuthorizationForm;
  /** What the client's admin is told before connecting, and what Rollcall will never read. */
  readonly permissions: readonly string[];
  readonly neverRead: readonly string[];
  readonly needsDateFormat: boolean;
  readonly installations: readonly ('cloud' | 'local')[];
  /**
   * The lists that together make the directory, in the order in which they are read. A person found in a later list
   * is described by that one (leavers after the active ones).
   */
  readonly lists: readonly string[];
  /** `from` of `employeeId` unless the admin maps it: the vendor's own immutable id of the person. */
  readonly employeeIdFrom: string;
  /** Where the vendor has a page of its own on which somebody links an account. */
  readonly linking?: Linking;
  /** What the vendor posts when something has changed. */
  readonly webhook?: Webhook;
  /** The HR systems behind a vendor that is a door to many, by name. */
  readonly systems?: readonly string[];
  /** Requests a minute that the vendor allows one account, where it says so; null: until it objects. */
  readonly requestsPerMinute: number | null;
  /** Where the directory comes as files that somebody uploads: nothing is authorized and nothing is scheduled. */
  readonly files?: Files;
  /** What is known of the person as a user of the vendor's application; null: there is no such application. */
  readonly saasUser: SaasUserFacts | null;
  /** Tells the customer's own fields by the first name of their path. */
  readonly isCustomField: (name: string) => boolean;
  /** Opens one account. No request is made before a method of the client is called. */
  connect(credential: Credential, context: ProviderContext): ProviderClient;
  /**
   * Reads the facts that decide out of one record of this provider, as `readPages` gave it.
   * @param zone where the company's days begin and end, for vendors that write dates as instants.
   */
  readEmployment(record: JsonRecord, list: string, zone: string): EmploymentFacts;
}

/** The values of the authorization form, normalised by it; what is secret stays out of every text. */
export type Credential = Readonly<Record<string, string>>;

export interface ProviderContext {
  /** Instead of the vendor's own address; only such a configured address may be a loopback or private one. */
  readonly baseUrl: string | null;
  /** Requests to one account under way at once. */
  readonly concurrency: number;
  /** What the platform itself is known by at the vendor, where that is needed. */
  readonly platformKey: string | null;
  /** What the vendor signs its webhooks with, where that is configured. */
  readonly webhookKey: string | null;
  /** Kept for all who read the same account; null where nobody else can be. */
  readonly pace: Pace | null;
  /** What is kept of the newest uploaded file, where the directory comes as files. */
  readonly file: KeptFile | null;
}

export interface SaasUserFacts {
  /** The facts that the vendor gives; the others are always null. */
  readonly facts: readonly (keyof SaasUser)[];
  read(record: JsonRecord): SaasUser;
}

export interface Pace {
  /** Returns when the account may be asked. Throws RateLimited when that is not soon. */
  turn(signal: AbortSignal): Promise<void>;
  /** The vendor objected. @param seconds for how long it wants to be left alone, where it says so */
  slowDown(seconds: number | null): Promise<void>;
}

export interface Files {
  readonly mediaType: string;
  /**
   * The records of a file, some hundred at a time and filtered already: what comes out is kept. A line that cannot be
   * understood becomes a record whose employment facts say so. Throws FileRefused for what is no such file at all.
   */
  read(file: SourceFile, dates: DateReading): AsyncIterable<UploadedRecords>;
  /** Where a record stands from which nobody can be read, and why; null: somebody can. */
  faultOf(record: JsonRecord): { readonly place: string; readonly detail: string } | null;
}

export interface SourceFile {
  /** From the beginning, as often as wanted. */
  open(): AsyncIterable<Uint8Array>;
}

export interface UploadedRecords {
  readonly records: readonly JsonRecord[];
  /** What the file calls fields that are known by another name, by that name. */
  readonly labels: Readonly<Record<string, string>>;
}

export interface KeptFile {
  /** Tells one file from another. */
  readonly digest: string;
  readonly rows: number;
  readonly pages: number;
  readonly labels: Readonly<Record<string, string>>;
  /** @param number from 1 on; null: it is gone. */
  page(number: number): Promise<readonly JsonRecord[] | null>;
}

export interface Linking {
  /** Gives what opens the linking page for one integration. Throws a ProviderError. */
  begin(
    who: { readonly organisation: string; readonly origin: string; readonly email: string },
    context: ProviderContext,
    signal: AbortSignal,
  ): Promise<{ readonly token: string; readonly url: string | null }>;
  /** The script that opens the page within one of ours, and the address that it asks meanwhile. */
  page(context: ProviderContext): { readonly script: string; readonly asks: string };
  /** Exchanges what the page gave, good for one use, for what is kept; what is kept already stays as it is. */
  finish(credential: Credential, context: ProviderContext, signal: AbortSignal): Promise<Credential>;
  /** Takes the link back: the vendor deletes the account and its copy of the directory. One that is gone is a success. */
  end(credential: Credential, context: ProviderContext, signal: AbortSignal): Promise<void>;
}

export interface Webhook {
  /**
   * Understands what the vendor has posted, once its signature is proven.
   * @param headers with names in small letters
   */
  read(
    body: Uint8Array,
    headers: Readonly<Record<string, string | string[] | undefined>>,
    key: string,
  ):
    | { readonly kind: 'refused' }
    | { readonly kind: 'other' }
    /** `origin` is what linking was begun with; `key` tells one posting from another. */
    | { readonly kind: 'changed'; readonly origin: string; readonly key: string };
}

export interface ProviderClient {
  /** Are the credentials good, can they see everyone, which fields come back? Throws a ProviderError if not. */
  probe(signal: AbortSignal): Promise<Probe>;
  /**
   * The pages of one list from a cursor on (null: the beginning), in order, each as soon as it is there; the next ones
   * are already being fetched meanwhile. Ends after the page whose `next` is null. Guards against loops, repeated
   * pages and totals that disagree are here; a page that breaks the vendor's contract throws.
   */
  readPages(list: string, cursor: string | null, options: ReadOptions): AsyncIterable<Page>;
  /**
   * Asks for one person who is missing in the lists. Absent where the vendor gives no sure answer to that. Throws a
   * ProviderError where it refuses or does not answer.
   *
   * @param personId as `readEmployment` gives it.
   */
  lookUp?(personId: string, signal: AbortSignal): Promise<LookUp>;
  close(): Promise<void>;
}

/**
 * `gone`: the vendor itself says that there is no such person any more. `there`: it has the person, also as a leaver.
 * `unknown`: everything else that it may say.
 */
export type LookUp = 'gone' | 'there' | 'unknown';

export interface ReadOptions {
  readonly signal: AbortSignal;
  /** Custom fields cost a request a person at some vendors, so they are read only when mapped or segmented on. */
  readonly customFields: boolean;
  /** What is told of people as users of the application costs requests of its own at some vendors. */
  readonly saasUsers?: boolean;
}

export interface Page {
  readonly list: string;
  /** The page's place in the list, from 1. */
  readonly number: number;
  /** Where this page began; identifies it, a repeated one is an error. Null for the first. */
  readonly cursor: string | null;
  /** Where the next page begins; null: this was the last. */
  readonly next: string | null;
  /** How many people the vendor says the list has, where it says so. */
  readonly total: number | null;
  /** Allow-listed fields under the vendor's own names, wrappers taken off. */
  readonly records: readonly JsonRecord[];
  /** Why the list may not be all of it, even if it is read to its end. */
  readonly doubt?: string;
}

export interface Probe {
  /** How many people are employed, as far as the probe saw; `exact` if the vendor named the number. */
  readonly people: number;
  readonly exact: boolean;
  /** Some records as readPages would give them (at most 200, custom fields of at most 20), for samples. */
  readonly records: readonly JsonRecord[];
  /**
   * What identifies the account (subdomain, tenant, organisation id); hashed before it is kept. Null where the vendor
   * names none: then the people tell whether it is the same one.
   */
  readonly account: string | null;
  /**
   * Which of the vendor's interfaces these credentials can use, where it has several. It is kept in the credential as
   * `interface`, so that people are read by the same one until somebody authorizes again.
   */
  readonly interface?: string;
  /** What the customer calls fields that are known by another name, by that name. */
  readonly labels?: Readonly<Record<string, string>>;
}

export interface AuthorizationForm {
  /** How one authorizes, in a word: `api-key`, `client-credentials`, `link`. */
  readonly kind: string;
  readonly fields: readonly FormField[];
  /**
   * Takes what the admin typed or pasted and gives the credential, or every fault at once. A pasted
   * `https://acme.sage.hr/` is understood as `acme`.
   */
  parse(input: Readonly<Record<string, unknown>>): FormResult;
}

export interface FormField {
  readonly name: string;
  readonly label: string;
  readonly help: string;
  readonly secret: boolean;
  readonly example: string;
}

export type FormResult =
  | { readonly ok: true; readonly credential: Credential }
  | { readonly ok: false; readonly faults: readonly { readonly field: string; readonly detail: string }[] };
