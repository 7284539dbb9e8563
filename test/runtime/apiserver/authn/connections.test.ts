import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { once } from 'node:events';
import { connect, type TLSSocket } from 'node:tls';
import { PemConverter, X509Certificate, X509CertificateGenerator } from '@peculiar/x509';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Access, Client, type OurServer, startOurs } from '../harness.ts';

let server: OurServer;
beforeAll(async () => {
  server = await startOurs();
});
afterAll(() => server.stop());

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** A certificate with any subject, signed by the authority of the server. */
async function certified(...commonNames: readonly string[]): Promise<Access> {
  const authority = new X509Certificate(server.authority.certificatePem);
  const signingKey = await webcrypto.subtle.importKey(
    'pkcs8',
    PemConverter.decodeFirst(server.authority.keyPem),
    algorithm,
    false,
    ['sign'],
  );
  const keys = (await webcrypto.subtle.generateKey(algorithm, true, [
    'sign',
    'verify',
  ])) as webcrypto.CryptoKeyPair;
  const certificate = await X509CertificateGenerator.create({
    ...{ serialNumber: '02', issuer: authority.subject, publicKey: keys.publicKey, signingKey },
    ...{ signingAlgorithm: algorithm, notBefore: new Date(Date.now() - 60_000) },
    notAfter: new Date(Date.now() + 3_600_000),
    subject: commonNames.map((each) => ({ CN: [each] })),
  });
  const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  const cert = certificate.toString('pem');
  return { ...server.nobody, cert, key: PemConverter.encode(key, 'PRIVATE KEY') };
}

async function userOf(access: Access): Promise<unknown> {
  const client = new Client(access);
  const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
  const reply = await client.post('/apis/authentication.k8s.io/v1/selfsubjectreviews', review);
  client.close();
  return reply.status === 201 ? reply.body.status.userInfo.username : reply.status;
}

test('of two common names in a certificate the last is the user, as for kube-apiserver', async () => {
  expect(await userOf(await certified('one'))).toBe('one');
  expect(await userOf(await certified('system:admin', 'agent'))).toBe('agent');
});

test('a certificate without a name is no credential, and does not make somebody anonymous', async () => {
  expect(await userOf(await certified(''))).toBe(401);
  expect(await userOf(await certified())).toBe(401);
});

test('no connection goes on with the credentials of another: nothing is there to resume it by', async () => {
  const { port } = new URL(server.admin.url);
  const { ca, cert, key } = server.admin as Required<Access>;
  const to = { port: Number(port), host: '127.0.0.1', ca, ALPNProtocols: ['http/1.1'] };
  const sessions: Buffer[] = [];
  const open = async (more: object): Promise<TLSSocket> => {
    const socket = connect({ ...to, ...more });
    socket.on('session', (session: Buffer) => sessions.push(session));
    await once(socket, 'secureConnect');
    return socket;
  };
  const first = await open({ cert, key });
  first.end('GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n').resume();
  await once(first, 'close');
  for (const session of sessions) {
    const again = await open({ session });
    expect(again.isSessionReused()).toBe(false);
    again.destroy();
  }
});
