const begin = '-----BEGIN CERTIFICATE REQUEST-----';
const end = '-----END CERTIFICATE REQUEST-----';
/** 2.5.4.10, organization. */
const organization = Buffer.from([0x55, 0x04, 0x0a]);
const sequence = 0x30;
const set = 0x31;
const objectIdentifier = 0x06;
const bmpString = 0x1e;

/** The organizations in the subject of a PKCS#10 request; null where it cannot be read. */
export function organizationsOf(pem: string): readonly string[] | null {
  const from = pem.indexOf(begin);
  const to = pem.indexOf(end);
  if (from < 0 || to < from) return null;
  const der = Buffer.from(pem.slice(from + begin.length, to), 'base64');
  const request = inside(der, 0, sequence);
  const info = request && inside(request, 0, sequence);
  if (!info) return null;
  // CertificationRequestInfo: version, subject, key, attributes
  const version = read(info, 0);
  const subject = version && inside(info, version.next, sequence);
  return subject ? organizations(subject) : null;
}

function organizations(subject: Buffer): readonly string[] | null {
  const found: string[] = [];
  for (let at = 0; at < subject.length; ) {
    const relative = read(subject, at);
    if (relative === null || relative.tag !== set) return null;
    at = relative.next;
    for (let inner = 0; inner < relative.content.length; ) {
      const attribute = read(relative.content, inner);
      if (attribute === null || attribute.tag !== sequence) return null;
      inner = attribute.next;
      const type = read(attribute.content, 0);
      const value = type && read(attribute.content, type.next);
      if (!type || !value || type.tag !== objectIdentifier) return null;
      if (type.content.equals(organization)) found.push(text(value));
    }
  }
  return found;
}

function text({ tag, content }: Element): string {
  if (tag !== bmpString || content.length % 2 === 1) return content.toString('utf8');
  return Buffer.from(content).swap16().toString('utf16le');
}

interface Element {
  readonly tag: number;
  readonly content: Buffer;
  readonly next: number;
}

function inside(bytes: Buffer, at: number, tag: number): Buffer | null {
  const element = read(bytes, at);
  return element?.tag === tag ? element.content : null;
}

/** One element of DER. */
function read(bytes: Buffer, at: number): Element | null {
  const tag = bytes[at];
  const short = bytes[at + 1];
  if (tag === undefined || short === undefined) return null;
  let length = short;
  let start = at + 2;
  if (short >= 0x80) {
    const count = short & 0x7f;
    if (count === 0 || count > 4 || start + count > bytes.length) return null;
    length = bytes.readUIntBE(start, count);
    start += count;
  }
  const next = start + length;
  return next > bytes.length ? null : { tag, content: bytes.subarray(start, next), next };
}
