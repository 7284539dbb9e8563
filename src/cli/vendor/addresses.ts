import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { CommandFailure, exit } from '../io.ts';

/** Hosts a source may be fetched from although their addresses are refused, as `host` or `host:port`. */
export interface Allowed {
  readonly hosts: ReadonlySet<string>;
  /** Names of hubs of this machine's kubeconfig. */
  readonly hubs: ReadonlySet<string>;
}

const refused = new BlockList();
refused.addSubnet('127.0.0.0', 8, 'ipv4');
refused.addSubnet('0.0.0.0', 8, 'ipv4');
refused.addSubnet('169.254.0.0', 16, 'ipv4');
refused.addAddress('::1', 'ipv6');
refused.addAddress('::', 'ipv6');
refused.addSubnet('fe80::', 10, 'ipv6');
refused.addSubnet('::ffff:127.0.0.0', 104, 'ipv6');
refused.addSubnet('::ffff:0.0.0.0', 104, 'ipv6');
refused.addSubnet('::ffff:169.254.0.0', 112, 'ipv6');

/** Whether an address is of this machine or of its link: what no source of others has to do with (Rule 68). */
export function isRefused(address: string): boolean {
  return refused.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/** Whether a host was allowed by name. */
export function isAllowed(host: string, port: string, { hosts }: Allowed): boolean {
  return hosts.has(host) || hosts.has(`${host}:${port}`);
}

/** The addresses of a host, checked: these are to be connected to, not what another look-up gives. */
export function checkedAddresses(
  host: string,
  port: string,
  allowed: Allowed,
): Promise<readonly LookupAddress[]> {
  const name = host.replace(/^\[|\]$/g, '');
  return new Promise((resolve, reject) => {
    dnsLookup(name, { all: true }, (error, addresses) => {
      if (error !== null) {
        reject(new CommandFailure(exit.environment, `cannot resolve ${name}: ${error.code ?? ''}`));
        return;
      }
      const why = isAllowed(name, port, allowed) ? null : reasonAgainst(name, addresses, allowed);
      if (why === null) resolve(addresses);
      else {
        const remedy = `if that is meant: --allow-host ${name}`;
        reject(new CommandFailure(exit.no, `refused: ${name} is ${why}; ${remedy}`));
      }
    });
  });
}

function reasonAgainst(
  host: string,
  addresses: readonly LookupAddress[],
  { hubs }: Allowed,
): string | null {
  if (hubs.has(host) || addresses.some(({ address }) => hubs.has(address))) return 'the hub';
  const found = addresses.find(({ address }) => isRefused(address));
  return found === undefined ? null : `an address of this machine or its link (${found.address})`;
}

/** The look-up of a connection: it gives the checked addresses, and nothing else. */
export function pinned(addresses: readonly LookupAddress[]): LookupFunction {
  return (_host, options, callback) => {
    const [first] = addresses;
    if (options.all === true) callback(null, [...addresses]);
    else callback(null, first?.address ?? '', first?.family);
  };
}
