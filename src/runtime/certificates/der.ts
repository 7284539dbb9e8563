/** One element of DER: its tag, its content and where it ends. */
export interface Element {
  readonly tag: number;
  readonly content: Uint8Array;
  readonly end: number;
}

/** Tags of X.690 that certificates and requests for them are made of. */
export const tags = {
  integer: 0x02,
  bitString: 0x03,
  oid: 0x06,
  utf8String: 0x0c,
  numericString: 0x12,
  printableString: 0x13,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
  /** The first part of a certificate, its version, and the last of a request, its attributes. */
  first: 0xa0,
} as const;

/**
 * Reads the element at an offset; null where there is none. Only DER's one way to write a length is understood, so that
 * no two readers can see different things in the same bytes.
 */
export function readElement(bytes: Uint8Array, at: number): Element | null {
  const tag = bytes[at];
  const first = bytes[at + 1];
  // Tags above 30 take further bytes; nothing in a request has one.
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) return null;
  let length = first;
  let start = at + 2;
  if (first >= 0x80) {
    const size = first & 0x7f;
    if (size < 1 || size > 3) return null;
    length = 0;
    for (let n = 0; n < size; n += 1) length = length * 256 + (bytes[start + n] ?? 0);
    start += size;
    if (length < 0x80 || length < 256 ** (size - 1)) return null;
  }
  const end = start + length;
  return end > bytes.length ? null : { tag, content: bytes.subarray(start, end), end };
}

/** The elements content is made of, null where something is left over. */
export function readElements(content: Uint8Array): readonly Element[] | null {
  const elements: Element[] = [];
  let at = 0;
  while (at < content.length) {
    const element = readElement(content, at);
    if (element === null) return null;
    elements.push(element);
    at = element.end;
  }
  return elements;
}

/** The only element, where it has the tag and nothing follows. */
export function readOnly(bytes: Uint8Array, tag: number): Uint8Array | null {
  const element = readElement(bytes, 0);
  return element !== null && element.tag === tag && element.end === bytes.length
    ? element.content
    : null;
}

/** Bytes as hexadecimal digits, to compare object identifiers by. */
export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
