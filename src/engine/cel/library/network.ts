import type { Cidr, Ip } from '../../../kube/ip.ts';
import {
  cidrContains,
  formatCidr,
  formatIp,
  maskedCidr,
  parseCidr,
  parseIp,
} from '../../../kube/ip.ts';
import type { Library, Overload } from '../environment.ts';
import { global, member } from '../environment.ts';
import type { CelValue } from '../value.ts';
import { celError, isTagged, noSuchOverload } from '../value.ts';

type Run = Overload['run'];

const notAnIp = celError('not an IP address');
const notACidr = celError('not a CIDR');

function readIp(value: CelValue): Ip | null {
  return isTagged(value) && value.cel === 'object' && value.of === 'net.IP' ? value.ip : null;
}

function readCidr(value: CelValue): Cidr | null {
  return isTagged(value) && value.cel === 'object' && value.of === 'net.CIDR' ? value.cidr : null;
}

function onIp(of: (ip: Ip) => CelValue): Run {
  return ([value = null]) => {
    const ip = readIp(value);
    return ip === null ? noSuchOverload : of(ip);
  };
}

function onCidr(of: (cidr: Cidr, other: CelValue) => CelValue): Run {
  return ([value = null, other = null]) => {
    const cidr = readCidr(value);
    return cidr === null ? noSuchOverload : of(cidr, other);
  };
}

function onText(of: (text: string) => CelValue): Run {
  return ([text]) => (typeof text === 'string' ? of(text) : noSuchOverload);
}

function ipValue(ip: Ip | null): CelValue {
  return ip === null ? notAnIp : { cel: 'object', of: 'net.IP', ip };
}

function cidrValue(cidr: Cidr | null): CelValue {
  return cidr === null ? notACidr : { cel: 'object', of: 'net.CIDR', cidr };
}

const containsIp = onCidr((cidr, other) => {
  const ip = typeof other === 'string' ? parseIp(other) : readIp(other);
  return ip === null ? notAnIp : cidrContains(cidr, ip);
});
const containsCidr = onCidr((cidr, other) => {
  const inner = typeof other === 'string' ? parseCidr(other) : readCidr(other);
  if (inner === null) return notACidr;
  return cidr.length <= inner.length && cidrContains(cidr, inner.ip);
});

// Blocks by family: the first 8 or 16 bits and what they must be.
function within(...blocks: readonly string[]): (ip: Ip) => boolean {
  const cidrs = blocks.flatMap((block) => parseCidr(block) ?? []);
  return (ip) => cidrs.some((cidr) => cidrContains(cidr, ip));
}
const isUnspecified = within('0.0.0.0/32', '::/128');
const isLoopback = within('127.0.0.0/8', '::1/128');
const isMulticast = within('224.0.0.0/4', 'ff00::/8');
const isLinkLocalMulticast = within(
  '224.0.0.0/24',
  ...Array.from({ length: 16 }, (_, flags) => `ff${flags.toString(16)}2::/16`),
);
const isLinkLocalUnicast = within('169.254.0.0/16', 'fe80::/10');
const isBroadcast = within('255.255.255.255/32');

function isGlobalUnicast(ip: Ip): boolean {
  const special = [isUnspecified, isLoopback, isMulticast, isLinkLocalUnicast, isBroadcast];
  return !special.some((is) => is(ip));
}

/** Kubernetes' IP addresses and CIDRs (apiserver `pkg/cel/library/{ip,cidr}.go`). */
export const network: Library = {
  functions: new Map<string, Overload[]>([
    [
      'ip',
      [
        global(
          'string_to_ip',
          'string -> net.IP',
          onText((text) => ipValue(parseIp(text))),
        ),
        member(
          'cidr_ip',
          'net.CIDR -> net.IP',
          onCidr(({ ip }) => ipValue(ip)),
        ),
      ],
    ],
    [
      'isIP',
      [
        global(
          'is_ip',
          'string -> bool',
          onText((text) => parseIp(text) !== null),
        ),
      ],
    ],
    [
      'ip.isCanonical',
      [
        global(
          'ip_is_canonical',
          'string -> bool',
          onText((text) => {
            const ip = parseIp(text);
            return ip === null ? notAnIp : formatIp(ip) === text;
          }),
        ),
      ],
    ],
    [
      'family',
      [
        member(
          'ip_family',
          'net.IP -> int',
          onIp(({ family }) => BigInt(family)),
        ),
      ],
    ],
    ...(
      [
        ['isUnspecified', isUnspecified],
        ['isLoopback', isLoopback],
        ['isLinkLocalMulticast', isLinkLocalMulticast],
        ['isLinkLocalUnicast', isLinkLocalUnicast],
        ['isGlobalUnicast', isGlobalUnicast],
      ] as const
    ).map(([name, is]): [string, Overload[]] => [
      name,
      [member(`ip_${name}`, 'net.IP -> bool', onIp(is))],
    ]),
    [
      'string',
      [
        global('ip_to_string', 'net.IP -> string', onIp(formatIp)),
        global('cidr_to_string', 'net.CIDR -> string', onCidr(formatCidr)),
      ],
    ],
    [
      'cidr',
      [
        global(
          'string_to_cidr',
          'string -> net.CIDR',
          onText((text) => cidrValue(parseCidr(text))),
        ),
      ],
    ],
    [
      'isCIDR',
      [
        global(
          'is_cidr',
          'string -> bool',
          onText((text) => parseCidr(text) !== null),
        ),
      ],
    ],
    [
      'containsIP',
      [
        member('cidr_contains_ip_string', 'net.CIDR, string -> bool', containsIp),
        member('cidr_contains_ip_ip', 'net.CIDR, net.IP -> bool', containsIp),
      ],
    ],
    [
      'containsCIDR',
      [
        member('cidr_contains_cidr_string', 'net.CIDR, string -> bool', containsCidr),
        member('cidr_contains_cidr', 'net.CIDR, net.CIDR -> bool', containsCidr),
      ],
    ],
    [
      'prefixLength',
      [
        member(
          'cidr_prefix_length',
          'net.CIDR -> int',
          onCidr(({ length }) => BigInt(length)),
        ),
      ],
    ],
    [
      'masked',
      [
        member(
          'cidr_masked',
          'net.CIDR -> net.CIDR',
          onCidr((cidr) => cidrValue(maskedCidr(cidr))),
        ),
      ],
    ],
  ]),
};
