import { X509Certificate } from 'node:crypto';
import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import {
  createAuthority,
  createClientCsr,
  issueClientCertificate,
  issueServerCertificate,
  signClientRequest,
} from '../../../src/runtime/certificates/authority.ts';

const day = 86_400_000;
const validity = { notBefore: Date.now() - 60_000, notAfter: Date.now() + day };
const identity = {
  commonName: 'system:open-cluster-management:cluster1:agent1',
  organizations: [
    'system:open-cluster-management:cluster1',
    'system:open-cluster-management:managed-clusters',
  ],
};

test('a request of a client is signed: subject as asked, usages and validity as the signer says', async () => {
  const authority = await createAuthority('test-ca', validity);
  const { csrPem, keyPem } = await createClientCsr(identity);
  const signed = await signClientRequest(authority, csrPem, validity);
  if (!signed.ok) throw new Error(signed.why);
  const certificate = new X509Certificate(signed.certificatePem);
  expect(certificate.verify(new X509Certificate(authority.certificatePem).publicKey)).toBe(true);
  expect(certificate.subject.split('\n').sort()).toEqual([
    `CN=${identity.commonName}`,
    ...identity.organizations.map((o) => `O=${o}`),
  ]);
  expect(certificate.ca).toBe(false);
  expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
  expect(Date.parse(certificate.validTo)).toBeCloseTo(validity.notAfter, -4);
  expect(keyPem).toMatch(/^-----BEGIN PRIVATE KEY-----/);
});

test('a request whose signature does not fit, or that is none, is refused with a reason', async () => {
  const authority = await createAuthority('test-ca', validity);
  const { csrPem } = await createClientCsr(identity);
  const bytes = Buffer.from(csrPem.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64');
  const at = bytes.indexOf('cluster1');
  bytes.write('cluster2', at);
  const forged = `-----BEGIN CERTIFICATE REQUEST-----\n${bytes.toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`;
  for (const text of [
    forged,
    '',
    'no PEM',
    '-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----',
  ]) {
    expect(await signClientRequest(authority, text, validity)).toMatchObject({ ok: false });
  }
});

test('server and client certificates of one authority speak TLS with each other', async () => {
  const authority = await createAuthority('test-ca', validity);
  const of = { commonName: 'hub', names: ['localhost'], addresses: ['127.0.0.1', '::1'] };
  const server = await issueServerCertificate(authority, of, validity);
  const client = await issueClientCertificate(authority, identity, validity);
  const listener = createServer(
    {
      cert: server.certificatePem,
      key: server.keyPem,
      ca: authority.certificatePem,
      requestCert: true,
    },
    (incoming, response) => {
      const socket = incoming.socket as import('node:tls').TLSSocket;
      response.end(socket.authorized ? socket.getPeerCertificate().subject.CN : 'nobody');
    },
  );
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as AddressInfo;
  const answer = await new Promise<string>((resolve, reject) => {
    const options = {
      host: '127.0.0.1',
      port,
      ca: authority.certificatePem,
      cert: client.certificatePem,
      key: client.keyPem,
    };
    request(options, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve(text));
    })
      .on('error', reject)
      .end();
  });
  listener.closeAllConnections();
  listener.close();
  expect(answer).toBe(identity.commonName);
});

test('the subject of a request goes into the certificate byte by byte, whatever is in it', async () => {
  const authority = await createAuthority('test-ca', validity);
  const odd = ['x\\', 'a, O=system:masters', 'a+O=system:masters', ' ;"=\n', '\u{1d11e}'];
  for (const commonName of odd) {
    const { csrPem } = await createClientCsr({ commonName, organizations: [commonName] });
    const signed = await signClientRequest(authority, csrPem, validity);
    if (!signed.ok) throw new Error(signed.why);
    const certificate = new X509Certificate(signed.certificatePem).raw;
    const subject = subjectOf(Buffer.from(csrPem.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64'));
    expect(certificate.includes(subject), commonName).toBe(true);
  }
});

/** The subject of a PKCS#10 request: the element after the version. */
function subjectOf(request: Buffer): Buffer {
  const inside = (at: number) =>
    at + ((request[at + 1] ?? 0) < 0x80 ? 2 : 2 + ((request[at + 1] ?? 0) & 0x7f));
  const subject = inside(inside(0)) + 3;
  return request.subarray(subject, inside(subject) + (request[subject + 1] ?? 0));
}

test('no certificate outlives its authority', async () => {
  const authority = await createAuthority('test-ca', validity);
  const longer = { ...validity, notAfter: validity.notAfter + 10 * day };
  const { certificatePem } = await issueClientCertificate(authority, identity, longer);
  expect(Date.parse(new X509Certificate(certificatePem).validTo)).toBeLessThanOrEqual(
    validity.notAfter,
  );
});
