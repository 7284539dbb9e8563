/** A text as UTF-8; half a surrogate pair becomes U+FFFD. */
export function utf8Encode(text: string): Uint8Array {
  // Three bytes a unit are always enough, and large texts must not become lists of numbers.
  const bytes = new Uint8Array(3 * text.length);
  let at = 0;
  for (const char of text.toWellFormed()) {
    const code = char.codePointAt(0) ?? 0;
    if (code < 0x80) bytes[at++] = code;
    else {
      if (code < 0x800) bytes[at++] = 0xc0 | (code >> 6);
      else {
        if (code < 0x10000) bytes[at++] = 0xe0 | (code >> 12);
        else {
          bytes[at++] = 0xf0 | (code >> 18);
          bytes[at++] = tail(code >> 12);
        }
        bytes[at++] = tail(code >> 6);
      }
      bytes[at++] = tail(code);
    }
  }
  return bytes.slice(0, at);
}

/** The text of UTF-8 bytes; null where they are not UTF-8. */
export function utf8Decode(bytes: Uint8Array): string | null {
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at] ?? 0;
    const length = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (length === 0 || first > 0xf4 || at + length > bytes.length) return null;
    let code = length === 1 ? first : first & (0x7f >> length);
    for (let next = at + 1; next < at + length; next += 1) {
      const byte = bytes[next] ?? 0;
      if ((byte & 0xc0) !== 0x80) return null;
      code = (code << 6) | (byte & 0x3f);
    }
    const overlong = (length === 3 && code < 0x800) || (length === 4 && code < 0x10000);
    if (overlong || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return null;
    text += String.fromCodePoint(code);
    at += length;
  }
  return text;
}

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

const valueOfDigit = new Map([...digits].map((digit, value) => [digit, value]));

/** Bytes as base64 with padding. */
export function base64Encode(bytes: Uint8Array): string {
  const groups: string[] = [];
  for (let at = 0; at < bytes.length; at += 3) {
    const group = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    groups.push(digit(group >> 18) + digit(group >> 12) + digit(group >> 6) + digit(group));
  }
  const text = groups.join('');
  const padding = (3 - (bytes.length % 3)) % 3;
  return padding === 0 ? text : text.slice(0, -padding) + '='.repeat(padding);
}

/** The bytes of a base64 text with padding; null where it is none. */
export function base64Decode(text: string): Uint8Array | null {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return null;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  let bits = 0;
  for (let from = 0, at = 0; from < text.length; from++) {
    bits = ((bits << 6) | (valueOfDigit.get(text.charAt(from)) ?? 0)) & 0xffffff;
    if (from % 4 !== 3) continue;
    for (const shift of [16, 8, 0]) if (at < bytes.length) bytes[at++] = (bits >> shift) & 0xff;
  }
  return bytes;
}

function digit(bits: number): string {
  return digits.charAt(bits & 63);
}

function tail(code: number): number {
  return 0x80 | (code & 63);
}
