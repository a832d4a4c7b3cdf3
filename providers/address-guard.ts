import { lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { buildConnector } from 'undici';
import { AddressRefused } from './errors.js';

/**
 * Keeps Rollcall from calling into the network it runs in. A host comes partly from what somebody typed, so a name
 * such as `acme` must not lead to a metadata service or to Postgres. The check sits in the connection itself, on the
 * very addresses that are dialled: a name that is public when asked and private when dialled (DNS rebinding) finds no
 * gap. Names are checked as they resolve, literals before, because no lookup is made for them.
 */
export function guardedConnector(options: {
  readonly allowPrivate: boolean;
  readonly connectMs: number;
  /** How names become addresses; the system's resolver unless a test brings its own. */
  readonly lookup?: LookupFunction | undefined;
}): buildConnector.connector {
  const lookup = options.lookup ?? systemLookup;
  if (options.allowPrivate) return buildConnector({ timeout: options.connectMs, lookup });
  const connect = buildConnector({ timeout: options.connectMs, lookup: guardLookup(lookup) });
  return (target, callback) => {
    const literal = target.hostname.replace(/^\[|\]$/g, '');
    if (target.protocol !== 'https:') {
      callback(new AddressRefused('Only https addresses are called, because credentials go with every request.'), null);
    } else if (isIP(literal) !== 0 && !isPublicAddress(literal)) {
      callback(refusal(), null);
    } else {
      connect(target, callback);
    }
  };
}

/** A lookup that answers with an error if any address of the name is not a public one. */
export function guardLookup(lookup: LookupFunction): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, options, (error, address, family) => {
      // With an error there is no address at all, whatever the types say.
      if (error !== null) {
        callback(error, address, family);
        return;
      }
      const addresses = typeof address === 'string' ? [address] : address.map((entry) => entry.address);
      if (addresses.every(isPublicAddress)) callback(null, address, family);
      else callback(refusal(), '', 0);
    });
  };
}

/** False for loopback, private, link-local, shared, reserved and translated (NAT64, 6to4) ranges, and for no address. */
export function isPublicAddress(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast';
}

function refusal(): AddressRefused {
  return new AddressRefused(
    'The address leads to a private or loopback network, which Rollcall does not call. ' +
      "Check the account's address; an operator can allow another one by configuring it.",
  );
}
