import { utf8Decode, utf8Encode } from '../../../base/bytes.ts';
import { isIpv6 } from '../../../kube/ip.ts';
import type { Url } from '../value.ts';

/** Reads a URL as Kubernetes' CEL does: absolute, by the rules of Go's net/url; null where it is none. */
export function parseUrl(text: string): Url | null {
  // The request form takes a fragment for a part of the path, so the text is read twice.
  if (readUrl(text, true) === null) return null;
  const hash = text.indexOf('#');
  return readUrl(hash < 0 ? text : text.slice(0, hash), false, text);
}

function readUrl(source: string, request: boolean, whole = source): Url | null {
  if (hasControl(source) || (source === '' && request)) return null;
  const scheme = readScheme(source);
  if (scheme === null) return null;
  let rest = scheme === '' ? source : source.slice(scheme.length + 1);
  const question = rest.indexOf('?');
  const query = question < 0 ? '' : rest.slice(question + 1);
  if (question >= 0) rest = rest.slice(0, question);
  const parts = { text: whole, scheme: scheme.toLowerCase(), query: readQuery(query) };
  const empty = { host: '', hostname: '', port: '', escapedPath: '' };
  if (!rest.startsWith('/')) {
    if (scheme !== '') return { ...parts, ...empty };
    if (request && source !== '*') return null;
    return isRelative(rest) ? withPath(parts, empty, rest) : null;
  }
  const slashes = scheme !== '' || (!request && !rest.startsWith('///'));
  if (!slashes || !rest.startsWith('//')) return withPath(parts, empty, rest);
  const slash = rest.indexOf('/', 2);
  const host = readAuthority(slash < 0 ? rest.slice(2) : rest.slice(2, slash));
  return host && withPath(parts, host, slash < 0 ? '' : rest.slice(slash));
}

// A colon in the first segment would read as the end of a scheme.
function isRelative(path: string): boolean {
  const [segment = ''] = path.split('/');
  return !segment.includes(':');
}

type Host = Pick<Url, 'host' | 'hostname' | 'port'>;

function withPath(
  parts: Pick<Url, 'text' | 'scheme' | 'query'>,
  { host, hostname, port }: Host,
  path: string,
): Url | null {
  const decoded = decodePercent(path);
  if (decoded === null) return null;
  const escaped = escapePath(decoded);
  const escapedPath = escaped === path || !isEncodedPath(path) ? escaped : path;
  return { ...parts, host, hostname, port, escapedPath: path === '*' ? '*' : escapedPath };
}

// A scheme ends at the first colon; what cannot be one means there is none, and a colon first is an error.
function readScheme(text: string): string | null {
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === ':') return at === 0 ? null : text.slice(0, at);
    if (!(/[A-Za-z]/.test(char) || (at > 0 && /[0-9+.-]/.test(char)))) return '';
  }
  return '';
}

function readAuthority(authority: string): Host | null {
  const at = authority.lastIndexOf('@');
  if (at >= 0 && !/^[A-Za-z0-9\-._~!$&'()*+,;=:%@]*$/.test(authority.slice(0, at))) return null;
  if (at >= 0 && decodePercent(authority.slice(0, at)) === null) return null;
  const host = authority.slice(at + 1);
  if (host.startsWith('[') && host.lastIndexOf('[') === 0) return readBracketed(host);
  if (host.includes('[')) return null;
  const colon = host.lastIndexOf(':');
  if (colon >= 0 && !isPort(host.slice(colon))) return null;
  if (!isHost(host)) return null;
  const decoded = decodePercent(host) ?? host;
  return { host: decoded, ...splitPort(decoded) };
}

function readBracketed(host: string): Host | null {
  const close = host.lastIndexOf(']');
  if (close < 0 || !isPort(host.slice(close + 1))) return null;
  const zone = host.slice(0, close).indexOf('%25');
  const address = zone < 0 ? host.slice(0, close) : host.slice(0, zone);
  if (!isIpv6(address.slice(1))) return null;
  const decoded = decodePercent(host) ?? host;
  return { host: decoded, ...splitPort(decoded) };
}

function splitPort(host: string): Pick<Host, 'hostname' | 'port'> {
  const colon = host.lastIndexOf(':');
  const has = colon >= 0 && isPort(host.slice(colon)) && !host.slice(colon).includes(']');
  const name = has ? host.slice(0, colon) : host;
  const bare = name.startsWith('[') && name.endsWith(']') ? name.slice(1, -1) : name;
  return { hostname: bare, port: has ? host.slice(colon + 1) : '' };
}

function isPort(text: string): boolean {
  return text === '' || /^:\d*$/.test(text);
}

function isHost(host: string): boolean {
  for (let at = 0; at < host.length; at += 1) {
    const char = host.charAt(at);
    if (char === '%') {
      // Only bytes beyond ASCII may be escaped in a host.
      if (!/^%[89A-Fa-f][0-9A-Fa-f]/.test(host.slice(at))) return false;
    } else if (char < '\u0080' && !/[A-Za-z0-9\-_.~!$&'()*+,;=:[\]<>"]/.test(char)) return false;
  }
  return true;
}

function readQuery(query: string): Map<string, string[]> {
  const values = new Map<string, string[]>();
  for (const part of query.split('&')) {
    if (part === '' || part.includes(';')) continue;
    const equals = part.indexOf('=');
    const key = decodePercent((equals < 0 ? part : part.slice(0, equals)).replaceAll('+', ' '));
    const value = decodePercent((equals < 0 ? '' : part.slice(equals + 1)).replaceAll('+', ' '));
    if (key === null || value === null) continue;
    const before = values.get(key);
    if (before === undefined) values.set(key, [value]);
    else before.push(value);
  }
  return values;
}

function decodePercent(text: string): string | null {
  if (!text.includes('%')) return text;
  const bytes: number[] = [];
  for (let at = 0; at < text.length; ) {
    if (text.charAt(at) !== '%') {
      const char = String.fromCodePoint(text.codePointAt(at) ?? 0);
      bytes.push(...utf8Encode(char));
      at += char.length;
      continue;
    }
    const hex = text.slice(at + 1, at + 3);
    if (!/^[0-9A-Fa-f]{2}$/.test(hex)) return null;
    bytes.push(Number.parseInt(hex, 16));
    at += 3;
  }
  return utf8Decode(Uint8Array.from(bytes)) ?? '\ufffd';
}

function escapePath(path: string): string {
  let escaped = '';
  for (const byte of utf8Encode(path)) {
    const char = String.fromCharCode(byte);
    const plain = byte < 0x80 && /[A-Za-z0-9\-_.~$&+,/:;=@]/.test(char);
    escaped += plain ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return escaped;
}

function isEncodedPath(path: string): boolean {
  return /^[A-Za-z0-9\-_.~!$&'()*+,;=:@[\]/%]*$/.test(path);
}

function hasControl(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 0x20 || code === 0x7f) return true;
  }
  return false;
}
