import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import type { CertificateSigningRequest } from '../../../../src/kube/core.ts';
import { agentGroups, agentUser } from '../../../../src/kube/ocm/registration.ts';

const ecdsa = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** What a test may vary in a request. */
export interface RequestParts {
  readonly name?: x509.JsonName;
  readonly extensions?: readonly x509.Extension[];
  readonly algorithm?: webcrypto.RsaHashedKeyGenParams | typeof ecdsa;
}

/** The subject of an agent's request, as our agent writes it. */
export function subject(cluster: string, agent = 'agent'): x509.JsonName {
  const groups = agentGroups(cluster).map((group) => ({ O: [group] }));
  return [...groups, { CN: [agentUser(cluster, agent)] }];
}

/** A PKCS#10 request, PEM. */
export async function makeRequest(parts: RequestParts = {}): Promise<string> {
  const algorithm = parts.algorithm ?? ecdsa;
  const keys = (await webcrypto.subtle.generateKey(algorithm, true, [
    'sign',
    'verify',
  ])) as webcrypto.CryptoKeyPair;
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: parts.name ?? subject('c1'),
    keys,
    signingAlgorithm: algorithm,
    extensions: [...(parts.extensions ?? [])],
  });
  return request.toString('pem');
}

/** A CertificateSigningRequest of cluster `c1`. */
export function csrOf(
  pem: string,
  spec: Partial<NonNullable<CertificateSigningRequest['spec']>> = {},
): CertificateSigningRequest {
  return {
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'CertificateSigningRequest',
    metadata: {
      name: 'c1-x',
      uid: 'uid-csr',
      labels: { 'open-cluster-management.io/cluster-name': 'c1' },
    },
    spec: {
      request: Buffer.from(pem).toString('base64'),
      signerName: 'kubernetes.io/kube-apiserver-client',
      usages: ['digital signature', 'key encipherment', 'client auth'],
      username: 'bootstrap',
      ...spec,
    },
  };
}
