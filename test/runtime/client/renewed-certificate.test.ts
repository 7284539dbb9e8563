import { once } from 'node:events';
import { createSecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { expect, test } from 'vitest';
import {
  createAuthority,
  issueClientCertificate,
  issueServerCertificate,
} from '../../../src/runtime/certificates/authority.ts';
import { Http2Connections } from '../../../src/runtime/client/http2.ts';

test('a connection with another certificate is not resumed as that of the first', async () => {
  const validity = { notBefore: Date.now() - 60_000, notAfter: Date.now() + 3_600_000 };
  const authority = await createAuthority('test', validity);
  const of = { commonName: 'hub', names: [], addresses: ['127.0.0.1'] };
  const { certificatePem: cert, keyPem: key } = await issueServerCertificate(
    authority,
    of,
    validity,
  );
  const ca = authority.certificatePem;
  const server = createSecureServer({ ca, cert, key, requestCert: true });
  const seen: (string | boolean)[][] = [];
  server.on('secureConnection', (socket: TLSSocket) => {
    seen.push([String(socket.getPeerCertificate().subject.CN), socket.isSessionReused()]);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const connections = new Http2Connections(new URL(`https://127.0.0.1:${port}`));
  for (const commonName of ['bootstrap', 'agent']) {
    const pair = await issueClientCertificate(
      authority,
      { commonName, organizations: [] },
      validity,
    );
    await connections.connection({ ca, cert: pair.certificatePem, key: pair.keyPem }, commonName);
  }
  connections.close();
  server.close();
  expect(seen).toEqual([
    ['bootstrap', false],
    ['agent', false],
  ]);
});
