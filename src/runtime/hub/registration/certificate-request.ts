import { type Element, hex, readElements, readOnly, tags } from '../../certificates/der.ts';

/** What a certificate request asks for. */
export interface CertificateRequest {
  readonly commonName: string;
  readonly organizations: readonly string[];
  /** For example `ecdsa-p256` or `rsa-2048`. */
  readonly key: string;
}
export type CertificateRequestOutcome =
  | { readonly ok: true; readonly request: CertificateRequest }
  | { readonly ok: false; readonly why: string };

const oids = {
  commonName: '550403',
  organization: '55040a',
  extensionRequest: '2a864886f70d01090e',
  subjectAltName: '551d11',
  ecPublicKey: '2a8648ce3d0201',
  rsa: '2a864886f70d010101',
  ed25519: '2b6570',
  curves: new Map([
    ['2a8648ce3d030107', 'ecdsa-p256'],
    ['2b81040022', 'ecdsa-p384'],
    ['2b81040023', 'ecdsa-p521'],
  ]),
} as const;

/**
 * Reads a PKCS#10 request strictly. Whatever two readers could understand differently is refused: a second common name,
 * an organization twice, other attributes of the subject, alternative names, unusual text types, lengths that are not
 * DER (after CVE-2026-4740: Go takes the last common name, others the first).
 */
export function readCertificateRequest(pem: string): CertificateRequestOutcome {
  const bytes = readPem(pem);
  if (bytes === null) return refused('it is not one PEM block of type CERTIFICATE REQUEST');
  const outer = elementsOf(bytes, tags.sequence);
  const [info] = outer ?? [];
  if (outer?.length !== 3 || info?.tag !== tags.sequence) return refused(notRequest);
  const parts = readElements(info.content);
  const [version, subject, publicKey, attributes] = parts ?? [];
  if (
    version?.tag !== tags.integer ||
    subject?.tag !== tags.sequence ||
    publicKey?.tag !== tags.sequence ||
    (attributes !== undefined && attributes.tag !== tags.first) ||
    (parts?.length ?? 0) > 4
  ) {
    return refused(notRequest);
  }
  const named = readSubject(subject.content);
  if ('why' in named) return refused(named.why);
  const key = readKey(publicKey.content);
  if (key === null) return refused('its key is weak or of an unknown type');
  if (attributes !== undefined && !hasNoAlternativeNames(attributes.content)) {
    return refused('it asks for alternative names');
  }
  return { ok: true, request: { ...named, key } };
}

const notRequest = 'it is not a certificate request';

function refused(why: string): CertificateRequestOutcome {
  return { ok: false, why };
}

function readPem(pem: string): Uint8Array | null {
  const match =
    /^-----BEGIN CERTIFICATE REQUEST-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END CERTIFICATE REQUEST-----\s*$/.exec(
      pem,
    );
  const text = match?.[1]?.replace(/[\r\n]/g, '');
  if (text === undefined) return null;
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : null;
}

function elementsOf(bytes: Uint8Array, tag: number): readonly Element[] | null {
  const content = readOnly(bytes, tag);
  return content === null ? null : readElements(content);
}

type Named = Pick<CertificateRequest, 'commonName' | 'organizations'>;

/** Go writes all organizations as one set, others as one set each: both are read, nothing else. */
function readSubject(content: Uint8Array): Named | { readonly why: string } {
  const sets = readElements(content)?.map(readSet) ?? [null];
  if (sets.includes(null)) return { why: 'its subject holds something that is no plain text' };
  const read = sets.filter((set) => set !== null);
  const values = (oid: string) => read.flat().filter((attribute) => attribute.oid === oid);
  const commonNames = values(oids.commonName);
  const organizations = values(oids.organization).map(({ value }) => value);
  const mixed = read.some((set) => set.length > 1 && !set.every(isOrganization));
  if (mixed || commonNames.length + organizations.length !== read.flat().length) {
    return { why: 'its subject holds more than a common name and organizations' };
  }
  const [commonName] = commonNames;
  if (commonName === undefined || commonNames.length > 1) {
    return { why: 'its subject has not exactly one common name' };
  }
  return new Set(organizations).size === organizations.length
    ? { commonName: commonName.value, organizations }
    : { why: 'its subject names an organization twice' };
}

function isOrganization({ oid }: Attribute): boolean {
  return oid === oids.organization;
}

interface Attribute {
  readonly oid: string;
  readonly value: string;
}

function readSet(set: Element): readonly Attribute[] | null {
  const attributes = set.tag === tags.set ? readElements(set.content)?.map(readAttribute) : null;
  if (!attributes || attributes.length === 0) return null;
  const read = attributes.filter((attribute) => attribute !== null);
  return read.length === attributes.length ? read : null;
}

function readAttribute(attribute: Element): Attribute | null {
  const parts = attribute.tag === tags.sequence ? readElements(attribute.content) : null;
  const [oid, value] = parts ?? [];
  if (parts?.length !== 2 || oid?.tag !== tags.oid || value === undefined) return null;
  if (value.tag !== tags.printableString && value.tag !== tags.utf8String) return null;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value.content);
    return /[\p{Cc}\p{Cf}]/u.test(text) ? null : { oid: hex(oid.content), value: text };
  } catch {
    return null;
  }
}

function readKey(content: Uint8Array): string | null {
  const parts = readElements(content);
  const [algorithm, bits] = parts ?? [];
  if (parts?.length !== 2 || algorithm?.tag !== tags.sequence || bits?.tag !== tags.bitString) {
    return null;
  }
  const [oid, parameters] = readElements(algorithm.content) ?? [];
  if (oid?.tag !== tags.oid) return null;
  switch (hex(oid.content)) {
    case oids.ed25519:
      return 'ed25519';
    case oids.ecPublicKey:
      return oids.curves.get(parameters?.tag === tags.oid ? hex(parameters.content) : '') ?? null;
    case oids.rsa:
      return readRsaKey(bits.content.subarray(1));
    default:
      return null;
  }
}

function readRsaKey(bytes: Uint8Array): string | null {
  const [modulus] = elementsOf(bytes, tags.sequence) ?? [];
  if (modulus?.tag !== tags.integer) return null;
  const leading = modulus.content[0] === 0 ? 1 : 0;
  const size = (modulus.content.length - leading) * 8;
  return size >= 2048 ? `rsa-${size}` : null;
}

function hasNoAlternativeNames(content: Uint8Array): boolean {
  const attributes = readElements(content);
  return attributes?.every((attribute) => isHarmless(attribute)) ?? false;
}

/** Extensions other than alternative names do not reach the certificate: the signer writes its own. */
function isHarmless(attribute: Element): boolean {
  const [oid, values, ...rest] =
    (attribute.tag === tags.sequence ? readElements(attribute.content) : null) ?? [];
  if (oid?.tag !== tags.oid || values?.tag !== tags.set || rest.length > 0) return false;
  if (hex(oid.content) !== oids.extensionRequest) return true;
  const [list, ...others] = readElements(values.content) ?? [];
  const extensions = list?.tag === tags.sequence ? readElements(list.content) : null;
  if (extensions === null || others.length > 0) return false;
  return extensions.every(({ content: extension }) => {
    const [name] = readElements(extension) ?? [];
    return name?.tag === tags.oid && hex(name.content) !== oids.subjectAltName;
  });
}
