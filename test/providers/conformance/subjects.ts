import { csv } from '../../../providers/csv/index.js';
import { intelliHr } from '../../../providers/intellihr/index.js';
import { personio } from '../../../providers/personio/index.js';
import { sageHr } from '../../../providers/sage-hr/index.js';
import { sagePeople } from '../../../providers/sage-people/index.js';
import { merge } from '../../../providers/merge/index.js';
import { startIntelliHr } from '../../../simulators/intellihr.js';
import { startMerge } from '../../../simulators/merge.js';
import { startPersonio } from '../../../simulators/personio.js';
import { startSageHr } from '../../../simulators/sage-hr.js';
import { startSagePeople } from '../../../simulators/sage-people.js';
import { keptExport, startExport } from './export.js';
import type { Credential, KeptFile, Provider } from '../../../providers/provider.js';

/** One provider with its simulated vendor, and what the statements of the suite have to know of it. */
export interface Subject {
  readonly provider: Provider;
  /** Which of the vendor's interfaces, where it has several. */
  readonly way?: string;
  /** What the account is not allowed or has not got, so that this one is chosen. */
  readonly without?: readonly string[];
  /** How many are employed, where the usual number does not make three pages, or costs a request each. */
  readonly people?: number;
  readonly start: (options: { people: number; today: string }) => Promise<Simulator>;
  readonly credential: Credential;
  /** The name of the secret in the credential. */
  readonly secret: string;
  /** The simulated company, at the control endpoint. */
  readonly account: string;
  /** What a person's record is given raw, beside a canary under a name that no vendor uses. */
  readonly hire: (number: number, raw: Readonly<Record<string, unknown>>) => object;
  /** How the path of the list ends, which a fault shall meet. */
  readonly list: string;
  /** A page is as large as this. */
  readonly perPage: number;
  readonly hasTokens: boolean;
  /** False for files: nobody is asked over a network, so nothing can go wrong there. */
  readonly isAsked: boolean;
  /** What is kept of the newest file, where the directory comes as files. */
  readonly file?: (url: string) => Promise<KeptFile>;
  /** Where nothing but an empty page tells that a list is over, one that stays empty is the end. */
  readonly endsWithEmptyPage?: boolean;
  /** Columns of a file are all the customer's own: there are none that the vendor does not know. */
  readonly hasUnknownFields: boolean;
  /** Whether the vendor tells how many people a list has. */
  readonly hasTotals: boolean;
  /** Fields of the vendor's record that nobody may see, as they are set raw. */
  readonly sensitive: (canary: string) => Readonly<Record<string, unknown>>;
}

interface Simulator {
  readonly url: string;
  readonly baseUrl: string;
  close(): Promise<void>;
}

const hire = (number: number, raw: Readonly<Record<string, unknown>>) => ({
  firstName: `New${number}`,
  lastName: 'Hire',
  raw,
});

export const SUBJECTS: readonly Subject[] = [
  {
    provider: sageHr,
    start: startSageHr,
    credential: { subdomain: 'acme', apiKey: 'demo-sage-key' },
    secret: 'apiKey',
    account: 'acme',
    hire: (number, raw) => ({ first_name: `New${number}`, last_name: 'Hire', ...raw }),
    list: 'employees',
    perPage: 50,
    hasTokens: false,
    isAsked: true,
    hasUnknownFields: false,
    hasTotals: true,
    sensitive: (canary) => ({ gender: canary, home_phone: canary, picture_url: canary }),
  },
  {
    provider: intelliHr,
    start: startIntelliHr,
    credential: { subdomain: 'acme', apiKey: 'demo-access-key' },
    secret: 'apiKey',
    account: 'acme',
    hire,
    list: 'people',
    perPage: 100,
    hasTokens: false,
    isAsked: true,
    hasUnknownFields: true,
    hasTotals: true,
    sensitive: (canary) => ({
      gender: canary,
      medicalConditions: [{ body: canary }],
      emergencyContact: { name: canary, phone: canary },
      workRights: { name: canary },
      addresses: [{ fullAddress: canary }],
      customFields: { union: { name: 'Union', value: canary }, bank_account: { name: 'x', value: canary } },
    }),
  },
  {
    provider: personio,
    start: startPersonio,
    credential: { clientId: 'papi-demo-client', clientSecret: 'papi-demo-secret' },
    secret: 'clientSecret',
    account: 'papi-demo-client',
    hire,
    list: 'company/employees',
    perPage: 100,
    hasTokens: true,
    isAsked: true,
    hasUnknownFields: true,
    hasTotals: true,
    sensitive: (canary) => ({ gender: canary, fix_salary: canary, dynamic_24410: canary, termination_reason: canary }),
  },
  {
    provider: personio,
    way: 'v2',
    without: ['v1'],
    people: 140,
    start: startPersonio,
    credential: { clientId: 'papi-demo-client', clientSecret: 'papi-demo-secret', interface: 'v2' },
    secret: 'clientSecret',
    account: 'papi-demo-client',
    hire,
    list: 'v2/persons',
    perPage: 50,
    hasTokens: true,
    isAsked: true,
    hasUnknownFields: true,
    hasTotals: false,
    sensitive: (canary) => ({
      gender: canary,
      profile_picture: { url: canary },
      custom_attributes: [
        { id: 'dynamic_1', label: 'Bank account', value: canary },
        { id: 'dynamic_2', label: 'x', global_id: 'iban', value: canary },
        { id: 'dynamic_3', value: canary },
      ],
    }),
  },
  {
    provider: sagePeople,
    start: startSagePeople,
    credential: {
      hostname: 'acme.my.salesforce.com',
      consumerKey: '3MVG9demo.consumer.key',
      consumerSecret: 'demo-consumer-secret',
    },
    secret: 'consumerSecret',
    account: '3MVG9demo.consumer.key',
    hire,
    list: 'spapi/v4/employees',
    perPage: 100,
    endsWithEmptyPage: true,
    hasTokens: true,
    isAsked: true,
    hasUnknownFields: true,
    hasTotals: false,
    sensitive: (canary) => ({
      salary: canary,
      additionalFields: [
        { name: 'Gender', value: canary, source: 'fHCM2__Gender__c' },
        { name: 'Nothing', value: canary, source: 'fHCM2__National_Insurance__c' },
        { name: 'Bank account', value: canary, source: 'X__c' },
      ],
    }),
  },
  {
    provider: sagePeople,
    way: 'by queries',
    without: ['spapi'],
    people: 1100,
    start: startSagePeople,
    credential: {
      hostname: 'acme.my.salesforce.com',
      consumerKey: '3MVG9demo.consumer.key',
      consumerSecret: 'demo-consumer-secret',
      interface: 'soql',
    },
    secret: 'consumerSecret',
    account: '3MVG9demo.consumer.key',
    hire,
    list: 'v62.0/query',
    perPage: 500,
    hasTokens: true,
    isAsked: true,
    hasUnknownFields: true,
    hasTotals: true,
    sensitive: (canary) => ({
      fHCM2__Gender__c: canary,
      fHCM2__Birth_Date__c: canary,
      fHCM2__Home_Phone__c: canary,
      fHCM2__Home_Address_1__c: canary,
      Pay_Grade__c: canary,
      Bonus__c: canary,
      Notes__c: canary,
    }),
  },
  {
    provider: merge,
    start: startMerge,
    credential: { accountToken: 'demo-account-token' },
    secret: 'accountToken',
    account: 'acme',
    hire,
    list: 'hris/v1/employees',
    perPage: 100,
    hasTokens: false,
    isAsked: true,
    hasUnknownFields: true,
    hasTotals: false,
    sensitive: (canary) => ({
      ssn: canary,
      gender: canary,
      ethnicity: canary,
      marital_status: canary,
      remote_data: [{ path: '/x', data: { salary: canary } }],
      home_location: { street_1: canary },
      custom_fields: { bank_account: canary, religion: canary },
    }),
  },
  {
    provider: csv,
    start: startExport,
    credential: { file: 'of-no-meaning' },
    secret: 'file',
    account: 'acme',
    hire,
    list: 'export',
    perPage: 100,
    hasTokens: false,
    isAsked: false,
    file: keptExport,
    hasUnknownFields: false,
    hasTotals: true,
    sensitive: (canary) => ({
      Gender: canary,
      'National Insurance number': canary,
      Geschlecht: canary,
      Bruttogehalt: canary,
      'Numéro de sécurité sociale': canary,
      'Estado civil': canary,
      Burgerservicenummer: canary,
      'Emergency contact': canary,
    }),
  },
];
