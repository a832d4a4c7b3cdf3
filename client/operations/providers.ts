import type { Environment } from '../../config/environment.js';
import { contextFor, findProvider, PROVIDERS } from '../../providers/registry.js';
import { notFound } from './refusals.js';

/** The catalogue: what each HR system asks for, and what is never read from it. */
export interface ProviderView {
  readonly id: string;
  readonly name: string;
  readonly authorization: {
    readonly kind: string;
    readonly fields: { name: string; label: string; help: string; secret: boolean; example: string }[];
  };
  readonly permissions: string[];
  readonly neverRead: string[];
  readonly needsDateFormat: boolean;
  readonly installations: ('cloud' | 'local')[];
  /** What it tells of a SaaS user; empty: none. */
  readonly saasUserFacts: string[];
  /** The HR systems behind it, where it is a door to many. */
  readonly systems: string[];
}

/** With what this Rollcall has been given: an account at a vendor of its own, where one is needed. */
export type OfferedProvider = ProviderView & { readonly configured: boolean };

type Provider = (typeof PROVIDERS)[number];

/** @param search as of listProviders */
export function offerProviders(
  environment: Environment,
  search: string | undefined,
): { items: OfferedProvider[]; next: null } {
  const { items, next } = listProviders(search);
  return { items: items.map((item) => ({ ...item, configured: isConfigured(environment, item.id) })), next };
}

export function offerProvider(environment: Environment, id: string): OfferedProvider {
  return { ...getProvider(id), configured: isConfigured(environment, id) };
}

function isConfigured(environment: Environment, id: string): boolean {
  const provider = findProvider(id);
  return provider?.linking === undefined || contextFor(environment, provider).platformKey !== null;
}

/** Where the scripts of linking pages come from, and what they ask: only the page that opens one may load them. */
export function linkingOrigins(environment: Environment): { scripts: string[]; asked: string[] } {
  const pages = PROVIDERS.flatMap((provider) => {
    const page = provider.linking?.page(contextFor(environment, provider));
    return page === undefined ? [] : [page];
  });
  return {
    scripts: pages.map(({ script }) => new URL(script).origin),
    asked: pages.map(({ asks }) => new URL(asks).origin),
  };
}

/** @param search any part of a name or id, in any case */
export function listProviders(search: string | undefined): { items: ProviderView[]; next: null } {
  const wanted = (search ?? '').trim().toLowerCase();
  const items = PROVIDERS.filter((provider) =>
    [provider.id, provider.name, ...(provider.systems ?? [])].some((text) => text.toLowerCase().includes(wanted)),
  ).map(view);
  return { items, next: null };
}

function getProvider(id: string): ProviderView {
  const provider = findProvider(id);
  if (provider === undefined) throw notFound('provider');
  return view(provider);
}

function view(provider: Provider): ProviderView {
  return {
    id: provider.id,
    name: provider.name,
    authorization: {
      kind: provider.form.kind,
      fields: provider.form.fields.map(({ name, label, help, secret, example }) => ({
        name,
        label,
        help,
        secret,
        example,
      })),
    },
    permissions: [...provider.permissions],
    neverRead: [...provider.neverRead],
    needsDateFormat: provider.needsDateFormat,
    installations: [...provider.installations],
    saasUserFacts: [...(provider.saasUser?.facts ?? [])],
    systems: [...(provider.systems ?? [])],
  };
}
