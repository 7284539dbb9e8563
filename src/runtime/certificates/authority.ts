import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  type JsonName,
  KeyUsageFlags,
  KeyUsagesExtension,
  type Name,
  PemConverter,
  Pkcs10CertificateRequest,
  Pkcs10CertificateRequestGenerator,
  type PublicKey,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

/** A certificate and its private key, both PEM. The key is PKCS#8. */
export interface CertificateAndKey {
  readonly certificatePem: string;
  readonly keyPem: string;
}

/** From when to when, in milliseconds since the epoch. */
export interface Validity {
  readonly notBefore: number;
  readonly notAfter: number;
}

/** Who a certificate is for: Kubernetes reads the user from `commonName` and the groups from `organizations`. */
export interface Identity {
  readonly commonName: string;
  readonly organizations: readonly string[];
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** Makes a self-signed certificate authority (ECDSA P-256). */
export async function createAuthority(
  commonName: string,
  validity: Validity,
): Promise<CertificateAndKey> {
  const keys = await generateKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: nameOf({ commonName, organizations: [] }),
    ...dates(validity),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificatePem: pem(certificate), keyPem: await privatePem(keys.privateKey) };
}

/** A certificate for a server that answers under these names and addresses. */
export async function issueServerCertificate(
  authority: CertificateAndKey,
  of: {
    readonly commonName: string;
    readonly names: readonly string[];
    readonly addresses: readonly string[];
  },
  validity: Validity,
): Promise<CertificateAndKey> {
  const keys = await generateKeys();
  const alternatives = new SubjectAlternativeNameExtension([
    ...of.names.map((value) => ({ type: 'dns' as const, value })),
    ...of.addresses.map((value) => ({ type: 'ip' as const, value })),
  ]);
  const certificatePem = await issue(authority, {
    subject: nameOf({ commonName: of.commonName, organizations: [] }),
    publicKey: keys.publicKey,
    usage: ExtendedKeyUsage.serverAuth,
    extensions: [alternatives],
    validity,
  });
  return { certificatePem, keyPem: await privatePem(keys.privateKey) };
}

/** A certificate somebody proves himself with, with a new key. */
export async function issueClientCertificate(
  authority: CertificateAndKey,
  identity: Identity,
  validity: Validity,
): Promise<CertificateAndKey> {
  const keys = await generateKeys();
  const certificatePem = await issue(authority, {
    subject: nameOf(identity),
    publicKey: keys.publicKey,
    usage: ExtendedKeyUsage.clientAuth,
    extensions: [],
    validity,
  });
  return { certificatePem, keyPem: await privatePem(keys.privateKey) };
}

export type Signed =
  | { readonly ok: true; readonly certificatePem: string }
  | { readonly ok: false; readonly why: string };

/**
 * Signs a PKCS#10 request as a client certificate, its subject as asked and nothing else of it: usages and validity
 * are the signer's. Checks that the requester holds the key.
 */
export async function signClientRequest(
  authority: CertificateAndKey,
  requestPem: string,
  validity: Validity,
): Promise<Signed> {
  try {
    const request = new Pkcs10CertificateRequest(requestPem);
    if (!(await request.verify())) {
      return { ok: false, why: 'the signature of the request does not fit its key' };
    }
    const certificatePem = await issue(authority, {
      // As bytes: a subject that went through text may come back as another one.
      subject: request.subjectName,
      publicKey: request.publicKey,
      usage: ExtendedKeyUsage.clientAuth,
      extensions: [],
      validity,
    });
    return { ok: true, certificatePem };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { ok: false, why: `the request cannot be read: ${why}` };
  }
}

/** A new key and a request for a client certificate with it, both PEM. */
export async function createClientCsr(
  identity: Identity,
): Promise<{ readonly keyPem: string; readonly csrPem: string }> {
  const keys = await generateKeys();
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: nameOf(identity),
    keys,
    signingAlgorithm: algorithm,
  });
  return { keyPem: await privatePem(keys.privateKey), csrPem: `${request.toString('pem')}\n` };
}

interface IssueInput {
  /** A name, or the subject of a request, taken over as it is. */
  readonly subject: JsonName | Name;
  readonly publicKey: webcrypto.CryptoKey | PublicKey;
  readonly usage: ExtendedKeyUsage;
  readonly extensions: readonly Extension[];
  readonly validity: Validity;
}

async function issue(authority: CertificateAndKey, of: IssueInput): Promise<string> {
  const issuer = new X509Certificate(authority.certificatePem);
  const certificate = await X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: of.subject,
    issuer: issuer.subjectName,
    ...dates(within(of.validity, issuer)),
    publicKey: of.publicKey,
    signingKey: await privateKey(authority.keyPem),
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment, true),
      new ExtendedKeyUsageExtension([of.usage]),
      await AuthorityKeyIdentifierExtension.create(issuer.publicKey),
      ...of.extensions,
    ],
  });
  return pem(certificate);
}

/** Nothing outlives the authority that vouches for it. */
function within({ notBefore, notAfter }: Validity, issuer: X509Certificate): Validity {
  return { notBefore, notAfter: Math.min(notAfter, issuer.notAfter.getTime()) };
}

function dates({ notBefore, notAfter }: Validity) {
  return { notBefore: new Date(notBefore), notAfter: new Date(notAfter) };
}

function nameOf({ commonName, organizations }: Identity): JsonName {
  return [...organizations.map((o) => ({ O: [o] })), { CN: [commonName] }];
}

/** 127 random bits: positive, and never the same twice. */
function serialNumber(): string {
  const bytes = webcrypto.getRandomValues(new Uint8Array(16));
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return Buffer.from(bytes).toString('hex');
}

async function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return (await webcrypto.subtle.generateKey(algorithm, true, [
    'sign',
    'verify',
  ])) as webcrypto.CryptoKeyPair;
}

async function privatePem(key: webcrypto.CryptoKey): Promise<string> {
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', key);
  return `${PemConverter.encode(pkcs8, 'PRIVATE KEY')}\n`;
}

async function privateKey(keyPem: string): Promise<webcrypto.CryptoKey> {
  const [pkcs8] = PemConverter.decode(keyPem);
  if (pkcs8 === undefined) throw new Error('no private key in the PEM');
  return (await webcrypto.subtle.importKey('pkcs8', pkcs8, algorithm, false, [
    'sign',
  ])) as webcrypto.CryptoKey;
}

function pem(certificate: X509Certificate): string {
  return `${certificate.toString('pem')}\n`;
}
