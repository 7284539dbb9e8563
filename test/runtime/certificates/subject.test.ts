import 'reflect-metadata';
import { webcrypto, X509Certificate } from 'node:crypto';
import { type JsonAttributeObject, type JsonName, X509CertificateGenerator } from '@peculiar/x509';
import { expect, test } from 'vitest';
import {
  createAuthority,
  issueClientCertificate,
} from '../../../src/runtime/certificates/authority.ts';
import { readNamedCertificate } from '../../../src/runtime/certificates/subject.ts';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const keys = (await webcrypto.subtle.generateKey(algorithm, true, [
  'sign',
  'verify',
])) as webcrypto.CryptoKeyPair;

async function certificate(
  name: JsonName,
  notAfter = new Date('2031-02-03T04:05:06Z'),
): Promise<Buffer> {
  const made = await X509CertificateGenerator.createSelfSigned({
    ...{ name, keys, notAfter, serialNumber: '01', signingAlgorithm: algorithm },
    notBefore: new Date('2020-01-01T00:00:00Z'),
  });
  return Buffer.from(made.rawData);
}

test('what a certificate names is what Node reads of it', async () => {
  const authority = await createAuthority('ca', { notBefore: 0, notAfter: Date.now() + 1e9 });
  for (const [commonName, organizations] of [
    ['admin', []],
    ['system:open-cluster-management:c1:a1', ['system:masters', 'a, b=c', 'Größe']],
    ['', ['nobody']],
  ] as const) {
    const validity = { notBefore: Date.now() - 1000, notAfter: Date.now() + 1e7 };
    const pair = await issueClientCertificate(authority, { commonName, organizations }, validity);
    const node = new X509Certificate(pair.certificatePem);
    expect(readNamedCertificate(node.raw)).toEqual({
      commonName: node.toLegacyObject().subject.CN ?? '',
      organizations,
      notAfter: Date.parse(node.validTo),
    });
  }
});

test('of two common names the last counts, as Go reads them', async () => {
  const der = await certificate([
    { CN: ['admin'] },
    { O: ['o'], OU: ['masters'] },
    { CN: ['agent'] },
  ]);
  expect(readNamedCertificate(der)).toMatchObject({ commonName: 'agent', organizations: ['o'] });
});

test('texts of the types that names are written in are read, and other types are not', async () => {
  // the package takes objects for texts, and its types do not say so
  const named = async (value: JsonAttributeObject) =>
    readNamedCertificate(await certificate([{ CN: [value as unknown as string] }]))?.commonName;
  expect(await named({ utf8String: 'ä' })).toBe('ä');
  expect(await named({ printableString: 'a b' })).toBe('a b');
  expect(await named({ ia5String: 'a@b' })).toBe('a@b');
  expect(await named({ bmpString: 'Ω1' })).toBe('Ω1');
  expect(await named({ universalString: 'Ω1' })).toBeUndefined();
});

test('times are those of both forms', async () => {
  for (const end of ['2049-12-31T23:59:59Z', '2050-01-01T00:00:00Z', '9999-12-31T23:59:59Z']) {
    const der = await certificate([{ CN: ['a'] }], new Date(end));
    expect(readNamedCertificate(der)?.notAfter).toBe(Date.parse(end));
  }
});

test('bytes that are no certificate, or half a one, name nobody and never throw', async () => {
  const der = await certificate([{ O: ['system:masters'] }, { CN: ['admin'] }]);
  for (let length = 0; length < der.length; length++) {
    expect(readNamedCertificate(der.subarray(0, length))).toBeNull();
  }
  for (let at = 0; at < der.length; at++) {
    for (const byte of [0x00, 0x1f, 0x30, 0x80, 0xff]) {
      const spoilt = Buffer.from(der);
      spoilt[at] = byte;
      expect(() => readNamedCertificate(spoilt)).not.toThrow();
    }
  }
});
