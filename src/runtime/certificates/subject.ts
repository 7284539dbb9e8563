import { isAscii, isUtf8 } from 'node:buffer';
import { type Element, hex, readElements, readOnly, tags } from './der.ts';

/** Whom a certificate names, and until when. */
export interface NamedCertificate {
  /** The last common name, as Go reads it; empty where there is none. */
  readonly commonName: string;
  readonly organizations: readonly string[];
  /** Milliseconds since the epoch. */
  readonly notAfter: number;
}

const oids = { commonName: '550403', organization: '55040a' };

/**
 * Reads of a certificate in DER what authentication wants to know, in a fraction of the time that all of it takes; null
 * where that cannot be read. It believes what it reads: the signature is for others to verify.
 */
export function readNamedCertificate(der: Uint8Array): NamedCertificate | null {
  const [body] = partsOf(readOnly(der, tags.sequence));
  const parts = body?.tag === tags.sequence ? partsOf(body.content) : [];
  // [version], serial number, algorithm, issuer, validity, subject, key
  const [validity, subject] = parts.slice(parts[0]?.tag === tags.first ? 4 : 3);
  if (validity?.tag !== tags.sequence || subject?.tag !== tags.sequence) return null;
  const [, end] = partsOf(validity.content);
  const notAfter = end === undefined ? null : readTime(end);
  const names = readNames(subject.content);
  return notAfter === null || names === null ? null : { ...names, notAfter };
}

/** The names in a subject; null where it holds something that is no name or whose text cannot be read. */
export function readNames(subject: Uint8Array): Omit<NamedCertificate, 'notAfter'> | null {
  const sets: readonly (Element | null)[] = readElements(subject) ?? [null];
  const attributes = sets.flatMap((set): readonly (Element | null)[] => {
    return (set?.tag === tags.set && readElements(set.content)) || [null];
  });
  const read = attributes.map(readName);
  if (read.includes(null)) return null;
  const values = (of: string) => read.flatMap((name) => (name?.oid === of ? [name.text] : []));
  return {
    commonName: values(oids.commonName).at(-1) ?? '',
    organizations: values(oids.organization),
  };
}

/** One name of a subject, its text where that is wanted. */
function readName(
  attribute: Element | null,
): { readonly oid: string; readonly text: string } | null {
  const [type, value, more] = attribute?.tag === tags.sequence ? partsOf(attribute.content) : [];
  if (type?.tag !== tags.oid || value === undefined || more !== undefined) return null;
  const oid = hex(type.content);
  if (oid !== oids.commonName && oid !== oids.organization) return { oid, text: '' };
  const text = readText(value);
  return text === null ? null : { oid, text };
}

function partsOf(content: Uint8Array | null): readonly Element[] {
  return (content && readElements(content)) ?? [];
}

const singleByte: readonly number[] = [tags.printableString, tags.ia5String, tags.numericString];

function readText({ tag, content }: Element): string | null {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.length);
  if (tag === tags.bmpString) {
    return bytes.length % 2 === 1 ? null : Buffer.from(bytes).swap16().toString('utf16le');
  }
  if (tag !== tags.utf8String && !singleByte.includes(tag)) return null;
  if (!(tag === tags.utf8String ? isUtf8(bytes) : isAscii(bytes))) return null;
  return bytes.toString('utf8');
}

/** UTCTime is of the years 1950 to 2049 (RFC 5280, 4.1.2.5); both are in whole seconds of UTC. */
function readTime({ tag, content }: Element): number | null {
  const text = Buffer.from(content).toString('latin1');
  const short = tag === tags.utcTime;
  if (!short && tag !== tags.generalizedTime) return null;
  const century = !short ? '' : text < '50' ? '20' : '19';
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(`${century}${text}`);
  if (match === null) return null;
  const [, year, month, day, hour, minute, second] = match;
  const millis = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(millis) ? null : millis;
}
