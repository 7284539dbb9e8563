import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createClientCsr } from '../../../../src/runtime/certificates/authority.ts';
import { readCertificateRequest } from '../../../../src/runtime/hub/registration/certificate-request.ts';
import { makeRequest, subject } from './requests.ts';

const group = 'system:open-cluster-management:c1';
const common = 'system:open-cluster-management:managed-clusters';
const user = 'system:open-cluster-management:c1:agent';

describe('a certificate request', () => {
  test('of our agent is read', async () => {
    const { csrPem } = await createClientCsr({ commonName: user, organizations: [group, common] });
    expect(readCertificateRequest(csrPem)).toEqual({
      ok: true,
      request: { commonName: user, organizations: [group, common], key: 'ecdsa-p256' },
    });
  });

  test('of upstream’s agent, which writes all organizations as one set, is read', async () => {
    const pem = await makeRequest({ name: [{ O: [group, common] }, { CN: [user] }] });
    const read = readCertificateRequest(pem);
    expect(read).toMatchObject({ ok: true, request: { commonName: user } });
    expect(read.ok && [...read.request.organizations].sort()).toEqual([group, common]);
  });

  test('with an RSA key of 2048 bits is read', async () => {
    const algorithm = {
      name: 'RSASSA-PKCS1-v1_5',
      hash: 'SHA-256',
      modulusLength: 2048,
      publicExponent: new Uint8Array([1, 0, 1]),
    };
    expect(readCertificateRequest(await makeRequest({ algorithm }))).toMatchObject({
      ok: true,
      request: { key: 'rsa-2048' },
    });
  });

  test.each<[string, x509.JsonName, string]>([
    ['two common names', [...subject('c1'), { CN: ['admin'] }], 'exactly one common name'],
    ['no common name', [{ O: [group] }], 'exactly one common name'],
    [
      'a common name beside an organization',
      [{ O: [group], CN: [user] }],
      'more than a common name',
    ],
    ['an organization twice', [{ O: [group] }, ...subject('c1')], 'organization twice'],
    ['another attribute', [...subject('c1'), { OU: ['x'] }], 'more than a common name'],
    ['a control character', [{ O: [group] }, { CN: [`${user}\u0000`] }], 'no plain text'],
    ['an invisible character', [{ O: [group] }, { CN: [`${user}\u200b`] }], 'no plain text'],
  ])('with %s is refused', async (_what, name, why) => {
    expect(readCertificateRequest(await makeRequest({ name }))).toMatchObject({
      ok: false,
      why: expect.stringContaining(why),
    });
  });

  test('for alternative names is refused, other extensions are not', async () => {
    const names = new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: 'hub' }]);
    expect(readCertificateRequest(await makeRequest({ extensions: [names] }))).toMatchObject({
      ok: false,
      why: 'it asks for alternative names',
    });
    const usage = new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]);
    expect(readCertificateRequest(await makeRequest({ extensions: [usage] })).ok).toBe(true);
  });

  test('with a weak key is refused', async () => {
    const algorithm = {
      name: 'RSASSA-PKCS1-v1_5',
      hash: 'SHA-256',
      modulusLength: 1024,
      publicExponent: new Uint8Array([1, 0, 1]),
    };
    expect(readCertificateRequest(await makeRequest({ algorithm }))).toMatchObject({
      ok: false,
      why: expect.stringContaining('weak'),
    });
  });

  test('is one block of PEM and nothing else', async () => {
    const pem = await makeRequest();
    for (const text of [
      '',
      'nonsense',
      `${pem}\n${pem}`,
      pem.replaceAll('CERTIFICATE REQUEST', 'CERTIFICATE'),
      `text before\n${pem}`,
      pem.replace(/\n(.)/, '\n!$1'),
    ]) {
      expect(readCertificateRequest(text).ok).toBe(false);
    }
  });

  test('with any byte changed or cut is refused or read, and never throws', async () => {
    const pem = await makeRequest();
    const bytes = x509.PemConverter.decodeFirst(pem);
    fc.assert(
      fc.property(fc.nat(bytes.byteLength - 1), fc.nat(255), fc.nat(), (at, to, cut) => {
        const copy = Buffer.from(bytes.slice(0));
        copy[at] = to;
        const kept = copy.subarray(0, cut % 3 === 0 ? cut % copy.length : copy.length);
        const text = `-----BEGIN CERTIFICATE REQUEST-----\n${kept.toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`;
        const read = readCertificateRequest(text);
        if (read.ok) expect(read.request.commonName.length).toBeGreaterThan(0);
      }),
    );
  });
});
