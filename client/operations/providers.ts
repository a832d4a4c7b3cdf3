import { findProvider, PROVIDERS } from '../../providers/registry.js';
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

type Provider = (typeof PROVIDERS)[number];

/** @param search any part of a name or id, in any case */
export function listProviders(search: string | undefined): { items: ProviderView[]; next: null } {
  const wanted = (search ?? '').trim().toLowerCase();
  const items = PROVIDERS.filter((provider) =>
    [provider.id, provider.name, ...(provider.systems ?? [])].some((text) => text.toLowerCase().includes(wanted)),
  ).map(view);
  return { items, next: null };
}

export function getProvider(id: string): ProviderView {
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
