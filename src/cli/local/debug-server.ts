import { readFileSync } from 'node:fs';
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import { createServer } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { certificateClaim } from '../../runtime/apiserver/authn/certificate.ts';
import { createAuthority, issueServerCertificate } from '../../runtime/certificates/authority.ts';
import { type DebugInput, debugPlacement } from '../../runtime/hub/placement/debug/debug.ts';
import { mostBytes } from '../../runtime/hub/placement/debug/request.ts';
import { CommandFailure, exit } from '../io.ts';
import { why } from '../workspace.ts';
import { addressOf, listen, urlOf } from './address.ts';

export interface DebugServerInput extends DebugInput {
  /** `host:port`, `:port` or `port`; loopback unless a host is said. */
  readonly address: string;
  /** Files with a certificate and its key, PEM; without them a certificate is made, which nobody trusts by itself. */
  readonly tls: { readonly cert: string; readonly key: string } | null;
  /** A file with the authorities, PEM, whose client certificates name a caller; null: tokens only. */
  readonly clientCa: string | null;
}

/** Requests that are answered at once; each may take the process a moment. */
const mostAtOnce = 4;

/** Serves `/debug/placements/` over TLS. Fails with a `CommandFailure` where it cannot listen. */
export async function startDebugServer(
  input: DebugServerInput,
): Promise<{ readonly url: string; readonly close: () => void }> {
  const { address } = input;
  let running = 0;
  const server = createServer(
    { ...(await certificateOf(input)), ...clientCaOf(input), minVersion: 'TLSv1.2' },
    async (request, response) => {
      const send = (status: number, body: unknown): void => {
        const head = { 'content-type': 'application/json', 'cache-control': 'no-store' };
        response.writeHead(status, STATUS_CODES[status] ?? '', head).end(JSON.stringify(body));
      };
      if (running >= mostAtOnce) return send(429, { error: 'too many requests at once' });
      running += 1;
      try {
        const { method = '', url: target = '', headers } = request;
        const { authorization } = headers;
        const certified = certifiedBy(request.socket as TLSSocket);
        const body = await bodyOf(request);
        const asked = { method, target, authorization, ...certified, body };
        const answer = await debugPlacement(asked, input);
        send(answer.status, answer.body);
      } catch {
        send(500, { error: 'the request could not be answered' });
      } finally {
        running -= 1;
      }
    },
  );
  server.requestTimeout = 30_000;
  server.headersTimeout = 10_000;
  server.maxConnections = 64;
  const port = await listen(server, address, 'placements to debug');
  return {
    url: urlOf('https', address, port),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** The body as text; null where it is larger than may be, and then the rest of it is not waited for. */
async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > mostBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function clientCaOf({ clientCa }: DebugServerInput) {
  if (clientCa === null) return {};
  // Who has none may still have a token.
  return { ca: fileOf(clientCa), requestCert: true, rejectUnauthorized: false };
}

/** Whom the certificate of a connection names, if an authority that is trusted signed it. */
function certifiedBy(socket: TLSSocket) {
  const claim = certificateClaim(socket, Date.now());
  if (claim.state !== 'valid') return {};
  const { name: username, groups } = claim.requester;
  return { certified: { username, groups } };
}

const year = 365 * 24 * 3_600_000;

async function certificateOf({ address, tls }: DebugServerInput) {
  if (tls !== null) return { cert: fileOf(tls.cert), key: fileOf(tls.key) };
  const { host } = addressOf(address);
  const now = Date.now();
  const validity = { notBefore: now - 60_000, notAfter: now + year };
  const authority = await createAuthority('ocm-placement-debugger', validity);
  const isAddress = /^[\d.]+$|:/.test(host);
  const { certificatePem, keyPem } = await issueServerCertificate(
    authority,
    {
      commonName: 'ocm-placement-debugger',
      names: isAddress ? ['localhost'] : ['localhost', host],
      addresses: isAddress ? [host] : [],
    },
    validity,
  );
  return { cert: certificatePem, key: keyPem };
}

function fileOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new CommandFailure(exit.usage, `cannot read ${path}: ${why(error)}`);
  }
}
