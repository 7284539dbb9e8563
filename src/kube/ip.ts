/** An IP address without a zone. */
export interface Ip {
  readonly family: 4 | 6;
  readonly bits: bigint;
}

/** An address with the length of its prefix; the address keeps bits beyond the prefix, as it was written. */
export interface Cidr {
  readonly ip: Ip;
  readonly length: number;
}

/** Reads an address as Kubernetes does (`netip`, without zones and IPv4-mapped IPv6); null where it is none. */
export function parseIp(text: string): Ip | null {
  if (text.length > 64) return null;
  if (!text.includes(':')) {
    const bits = ipv4(text);
    return bits === null ? null : { family: 4, bits };
  }
  const bits = ipv6(text);
  if (bits === null || bits >> 32n === 0xffffn) return null;
  return { family: 6, bits };
}

/** Is this an IPv6 address, IPv4-mapped ones included? */
export function isIpv6(text: string): boolean {
  return text.length <= 64 && ipv6(text) !== null;
}

/** The canonical text of an address (RFC 5952). */
export function formatIp({ family, bits }: Ip): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((by) => (bits >> by) & 0xffn).join('.');
  const groups = Array.from({ length: 8 }, (_, at) =>
    Number((bits >> BigInt(112 - 16 * at)) & 0xffffn),
  );
  const [start, length] = longestZeros(groups);
  const hex = (from: number, to: number) =>
    groups
      .slice(from, to)
      .map((group) => group.toString(16))
      .join(':');
  return length < 2 ? hex(0, 8) : `${hex(0, start)}::${hex(start + length, 8)}`;
}

/** Reads `10.0.0.0/8`; null where the text is no CIDR. */
export function parseCidr(text: string): Cidr | null {
  const slash = text.lastIndexOf('/');
  const ip = slash < 0 ? null : parseIp(text.slice(0, slash));
  const digits = text.slice(slash + 1);
  if (ip === null || !/^(?:0|[1-9]\d{0,2})$/.test(digits)) return null;
  const length = Number(digits);
  return length > widthOf(ip) ? null : { ip, length };
}

export function formatCidr({ ip, length }: Cidr): string {
  return `${formatIp(ip)}/${length}`;
}

/** The CIDR with all bits beyond its prefix cleared. */
export function maskedCidr({ ip, length }: Cidr): Cidr {
  const rest = BigInt(widthOf(ip) - length);
  return { ip: { family: ip.family, bits: (ip.bits >> rest) << rest }, length };
}

/** Is the address in the block? Addresses of the other family never are. */
export function cidrContains({ ip, length }: Cidr, address: Ip): boolean {
  const rest = BigInt(widthOf(ip) - length);
  return ip.family === address.family && ip.bits >> rest === address.bits >> rest;
}

function widthOf({ family }: Ip): number {
  return family === 4 ? 32 : 128;
}

function ipv4(text: string): bigint | null {
  const fields = text.split('.');
  if (fields.length !== 4) return null;
  let bits = 0n;
  for (const field of fields) {
    if (!/^(?:0|[1-9]\d{0,2})$/.test(field) || Number(field) > 255) return null;
    bits = (bits << 8n) | BigInt(field);
  }
  return bits;
}

function ipv6(text: string): bigint | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const [head = '', tail] = halves;
  const left = groupsOf(head, tail === undefined);
  const right = groupsOf(tail ?? '', true);
  if (left === null || right === null) return null;
  const count = left.length + right.length;
  if (tail === undefined ? count !== 8 : count > 7) return null;
  const zeros = Array.from({ length: 8 - count }, () => 0n);
  return [...left, ...zeros, ...right].reduce((bits, group) => (bits << 16n) | group, 0n);
}

function groupsOf(text: string, mayEndInIpv4: boolean): bigint[] | null {
  if (text === '') return [];
  const fields = text.split(':');
  const groups: bigint[] = [];
  for (const [at, field] of fields.entries()) {
    if (field.includes('.')) {
      const bits = mayEndInIpv4 && at === fields.length - 1 ? ipv4(field) : null;
      if (bits === null) return null;
      groups.push(bits >> 16n, bits & 0xffffn);
    } else if (/^[0-9a-fA-F]{1,4}$/.test(field)) groups.push(BigInt(`0x${field}`));
    else return null;
  }
  return groups;
}

function longestZeros(groups: readonly number[]): [start: number, length: number] {
  let best: [number, number] = [0, 0];
  for (let start = 0; start < groups.length; start += 1) {
    let end = start;
    while (end < groups.length && groups[end] === 0) end += 1;
    if (end - start > best[1]) best = [start, end - start];
  }
  return best;
}
