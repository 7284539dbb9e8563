import { constants, createPrivateKey } from 'node:crypto';
import { once, setMaxListeners } from 'node:events';
import { createSecureServer, type Http2SecureServer, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { formatInstant, type Instant, instant } from '../../base/instant.ts';
import type { CustomResourceDefinition } from '../../kube/core.ts';
import type { Store } from '../store/store.ts';
import { certificateAdmission } from './admission/certificates.ts';
import { clusterAdmission } from './admission/clusters.ts';
import { noEscalation } from './admission/escalation.ts';
import { namespaceLifecycle } from './admission/namespaces.ts';
import { placementAdmission } from './admission/placements.ts';
import { workAdmission } from './admission/works.ts';
import type { Api } from './api.ts';
import type { StaticToken } from './authn/authenticate.ts';
import { TokenVerifier } from './authn/service-account-token.ts';
import { RoleIndex } from './authz/role-index.ts';
import { bootstrap } from './bootstrap/bootstrap.ts';
import { Catalog } from './resources/catalog.ts';
import { requestHandler, type TellBug } from './serve/handler.ts';
import { aggregateRoles } from './upkeep/aggregate.ts';
import { finishDefinitions } from './upkeep/definitions.ts';
import { forgetEvents } from './upkeep/events.ts';
import { WatchHub } from './watch/hub.ts';
import { Standing } from './watch/standing.ts';

/** What an API server needs. All certificates and keys are PEM. */
export interface ApiserverInput {
  readonly store: Store;
  /** With the certificates that lead to a root: what is missing of them is looked up anew for each connection. */
  readonly tls: { readonly certificatePem: string; readonly keyPem: string };
  /** Signs the certificates clients may prove themselves with. */
  readonly clientCaPem: string;
  /** Signs service account tokens: an EC key on P-256. */
  readonly tokenKeyPem: string;
  /** Known from the start, for tests and tools; none unless told. */
  readonly tokens?: readonly StaticToken[];
  /** Kinds that are there from the start. */
  readonly definitions?: readonly CustomResourceDefinition[];
  /** Loopback unless told. */
  readonly host?: string;
  /** 0: any free one. */
  readonly port: number;
  readonly now?: () => Instant;
  readonly tellBug: TellBug;
}

export interface Apiserver {
  readonly url: string;
  readonly port: number;
  /** Lets running requests end for a moment, then closes all connections. The store stays open. */
  readonly close: () => Promise<void>;
}

/** Of service account tokens; what a kube-apiserver in a cluster calls itself. */
export const tokenIssuer = 'https://kubernetes.default.svc.cluster.local';
/** For requests that are running when the server is told to end. */
const graceMillis = 2000;
const keepAliveMillis = 120_000;
/** Connections that may wait to be taken, for a fleet that comes back all at once: what Linux allows by default. */
const backlog = 4096;

/** Starts an API server and comes back when it answers. Rejects where the port is taken (`EADDRINUSE`). */
export async function startApiserver(input: ApiserverInput): Promise<Apiserver> {
  const { store, host = '127.0.0.1', port } = input;
  const now = input.now ?? (() => instant(Date.now()));
  const catalog = new Catalog(store);
  const authorizer = new RoleIndex(store);
  // after the roles and before the watches: it asks those what it then lets these tell
  const standing = new Standing(store);
  const watches = new WatchHub(store, now);
  const issuer = {
    issuer: tokenIssuer,
    audience: tokenIssuer,
    key: createPrivateKey(input.tokenKeyPem),
  };
  let unready: string | null = 'starting';
  const closing = new AbortController();
  setMaxListeners(0, closing.signal);
  const server = secureServer(input);
  const api: Api = {
    store,
    catalog,
    authorizer,
    tokens: {
      store,
      verifier: new TokenVerifier(issuer, store),
      tokens: input.tokens ?? [],
      audiences: [issuer.audience],
    },
    issuer,
    admission: [
      namespaceLifecycle(store),
      noEscalation(authorizer),
      certificateAdmission(authorizer),
      clusterAdmission(store, authorizer, () => formatInstant(now())),
      placementAdmission,
      workAdmission(authorizer),
    ],
    watches,
    standing,
    now,
    unready: () => unready,
    closing: closing.signal,
    address: () => `${host}:${portOf(server)}`,
  };
  server.on('request', requestHandler(api, input.tellBug));
  const closeConnections = followConnections(server);
  const { definitions = [], clientCaPem } = input;
  await bootstrap(api, { definitions, clientCaPem });
  await listen(server, host, port);
  // not before: where the port is in use, no round may be under way on a store that is then closed
  const upkeep = startUpkeep(api, input.tellBug);
  unready = null;
  return {
    url: `https://${host.includes(':') ? `[${host}]` : host}:${portOf(server)}`,
    port: portOf(server),
    close: async () => {
      unready = 'shutting down';
      closing.abort();
      for (const stop of upkeep) stop();
      await closeConnections();
      watches.close();
      standing.close();
      authorizer.close();
    },
  };
}

/** What takes the connections, over HTTP/1.1 and HTTP/2. */
function secureServer({ tls, clientCaPem }: ApiserverInput): Http2SecureServer {
  return createSecureServer({
    key: tls.keyPem,
    cert: tls.certificatePem,
    ca: clientCaPem,
    requestCert: true,
    // each connection proves its certificate anew: few clients of Kubernetes resume one, and all would pay for tickets
    secureOptions: constants.SSL_OP_NO_TICKET,
    // a certificate is one way among others: who has none, or a wrong one, is told 401 and not cut off
    rejectUnauthorized: false,
    allowHTTP1: true,
    keepAliveTimeout: keepAliveMillis,
    // a watch of many events may have more on its way than the 10 MB Node allows a connection
    maxSessionMemory: 256,
    settings: { maxConcurrentStreams: 1000, initialWindowSize: 1024 * 1024 },
  } as Parameters<typeof createSecureServer>[0]);
}

/** Starts what works beside the requests; gives how to stop each. */
function startUpkeep(api: Api, tellBug: TellBug): readonly (() => void)[] {
  // a round that is under way when the server closes finds its store closed: that is no bug
  const tell = (error: unknown) => {
    if (!api.closing.aborted) tellBug(error, 'upkeep');
  };
  return [
    aggregateRoles(api, tell),
    finishDefinitions(api, tell),
    forgetEvents(api.store, api.now),
  ];
}

async function listen(server: Http2SecureServer, host: string, port: number): Promise<void> {
  server.listen({ host, port, backlog });
  await once(server, 'listening');
}

function portOf(server: Http2SecureServer): number {
  return (server.address() as AddressInfo | null)?.port ?? 0;
}

/** What is no request of HTTP/1.1 is told so, as far as somebody listens. */
function answerBroken(error: NodeJS.ErrnoException, socket: Socket): void {
  const answers: Readonly<Record<string, string>> = {
    HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
    ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  };
  const answer = answers[error.code ?? ''] ?? '400 Bad Request';
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  socket.end(`HTTP/1.1 ${answer}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

/** Knows the open connections, because a server of HTTP/2 does not close them by itself. */
function followConnections(server: Http2SecureServer): () => Promise<void> {
  const sockets = new Set<Socket>();
  const sessions = new Set<ServerHttp2Session>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('session', (session) => {
    sessions.add(session);
    session.on('close', () => sessions.delete(session));
    session.on('error', () => session.destroy());
  });
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  server.on('clientError', answerBroken);
  return async () => {
    const closed = once(server, 'close');
    server.close();
    for (const session of sessions) session.close();
    const timer = setTimeout(() => {
      for (const socket of sockets) socket.destroy();
    }, graceMillis);
    await closed;
    clearTimeout(timer);
  };
}
