import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeSecretFile } from '../local/secret-file.ts';

/** A certificate and its private key, both PEM. */
export interface Pair {
  readonly certificatePem: string;
  readonly keyPem: string;
}

/** All that a server proves itself with, signs with, and lets its owner in with. */
export interface ServerKeys {
  /** Signs the server's certificate and those of clients. */
  readonly authority: Pair;
  readonly server: Pair;
  /** In the group `system:masters`. */
  readonly admin: Pair;
  /** Signs service account tokens. */
  readonly tokenKeyPem: string;
}

const day = 24 * 60 * 60 * 1000;
const authorityMillis = 3650 * day;
const certificateMillis = 365 * day;
/** Certificates are made anew at a start when less than this is left of them. */
const renewMillis = 60 * day;

/** Reads the keys in a folder and makes those that are missing, about to expire, or for another host. */
export async function serverKeys(dir: string, host: string, now: number): Promise<ServerKeys> {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const authority =
    readPair(dir, 'ca', now) ??
    writePair(
      dir,
      'ca',
      await makeAuthority({ notBefore: now - day, notAfter: now + authorityMillis }),
    );
  const validity = { notBefore: now - day, notAfter: now + certificateMillis };
  const signed = (pair: Pair | null) => (isSignedBy(pair, authority) ? pair : null);
  const server =
    forHost(signed(readPair(dir, 'server', now)), host) ??
    writePair(dir, 'server', await makeServer(authority, host, validity));
  const admin =
    signed(readPair(dir, 'admin', now)) ??
    writePair(dir, 'admin', await makeAdmin(authority, validity));
  return { authority, server, admin, tokenKeyPem: tokenKey(dir) };
}

type Validity = { readonly notBefore: number; readonly notAfter: number };

// loaded only when something has to be made: most starts need none of it
const certificates = () => import('../../runtime/certificates/authority.ts');

async function makeAuthority(validity: Validity): Promise<Pair> {
  const { createAuthority } = await certificates();
  return createAuthority('ocm', validity);
}

const names = [
  'localhost',
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
  'kubernetes.default.svc.cluster.local',
];

async function makeServer(authority: Pair, host: string, validity: Validity): Promise<Pair> {
  const { issueServerCertificate } = await certificates();
  const isAddress = /^[\d.]+$|:/.test(host);
  const wildcard = host === '0.0.0.0' || host === '::';
  const addresses = ['127.0.0.1', '::1', ...(isAddress && !wildcard ? [host] : [])];
  return issueServerCertificate(
    authority,
    {
      commonName: 'ocm-server',
      names: [...new Set([...names, ...(isAddress ? [] : [host])])],
      addresses: [...new Set(addresses)],
    },
    validity,
  );
}

async function makeAdmin(authority: Pair, validity: Validity): Promise<Pair> {
  const { issueClientCertificate } = await certificates();
  const identity = { commonName: 'ocm-admin', organizations: ['system:masters'] };
  return issueClientCertificate(authority, identity, validity);
}

function tokenKey(dir: string): string {
  const file = join(dir, 'service-account.key');
  const known = read(file);
  if (known !== null) return known;
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  writeSecretFile(file, pem);
  return pem;
}

function readPair(dir: string, name: string, now: number): Pair | null {
  const certificatePem = read(join(dir, `${name}.crt`));
  const keyPem = read(join(dir, `${name}.key`));
  if (certificatePem === null || keyPem === null) return null;
  const left = Date.parse(parsed(certificatePem)?.validTo ?? '') - now;
  return left > renewMillis ? { certificatePem, keyPem } : null;
}

function writePair(dir: string, name: string, pair: Pair): Pair {
  // the certificate last: it counts only together with its key
  writeSecretFile(join(dir, `${name}.key`), pair.keyPem);
  writeSecretFile(join(dir, `${name}.crt`), pair.certificatePem);
  return pair;
}

function isSignedBy(pair: Pair | null, authority: Pair): boolean {
  const issuer = parsed(authority.certificatePem);
  const certificate = pair === null ? null : parsed(pair.certificatePem);
  return issuer !== null && certificate?.verify(issuer.publicKey) === true;
}

function forHost(pair: Pair | null, host: string): Pair | null {
  const certificate = pair === null ? null : parsed(pair.certificatePem);
  if (host === '0.0.0.0' || host === '::') return pair;
  const fits = certificate?.checkIP(host) ?? certificate?.checkHost(host);
  return fits === undefined ? null : pair;
}

function parsed(pem: string): X509Certificate | null {
  try {
    return new X509Certificate(pem);
  } catch {
    return null;
  }
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
