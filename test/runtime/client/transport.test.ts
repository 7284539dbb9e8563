import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createSecureServer } from 'node:http2';
import { createServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { beforeAll, describe, expect, test } from 'vitest';
import { configMapKind } from '../../../src/kube/core.ts';
import type { Cluster, WatchEvent } from '../../../src/runtime/client/cluster.ts';
import { connect } from '../../../src/runtime/client/kube.ts';
import { formatKubeconfig, loadKubeconfig } from '../../../src/runtime/client/kubeconfig.ts';
import { makeTls, type TestTls } from './tls.ts';

type Answerer = (request: IncomingMessage, response: ServerResponse) => void;

let tls: TestTls;
beforeAll(async () => {
  tls = await makeTls();
});

/** A server that answers as the test says, and a client of it. */
async function serve(
  protocol: 'h2' | 'http/1.1',
  answer: Answerer,
  timeout = 5_000,
): Promise<{ cluster: Cluster; server: Server; sockets: () => number; stop: () => Promise<void> }> {
  const options = { cert: tls.certPem, key: tls.keyPem };
  const server: Server =
    protocol === 'h2'
      ? createSecureServer({ ...options, allowHTTP1: true }, answer as never)
      : createServer(options, answer);
  let connections = 0;
  const open = new Set<{ destroy: () => void }>();
  server.on('secureConnection', (socket) => {
    connections += 1;
    open.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => open.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const text = formatKubeconfig({
    context: 'test',
    cluster: 'test',
    user: 'test',
    server: `https://127.0.0.1:${port}`,
    caPem: tls.certPem,
    credential: { token: 'secret-token' },
  });
  const loaded = await loadKubeconfig({ text });
  if (!loaded.ok) throw new Error(loaded.why);
  const cluster = connect(loaded.kubeconfig, { timeout, userAgent: 'ocm-test' });
  const stop = async (): Promise<void> => {
    cluster.close();
    for (const socket of open) socket.destroy();
    server.close();
    await once(server, 'close');
  };
  return { cluster, server, sockets: () => connections, stop };
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.statusCode = status;
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(body));
}

async function all(events: AsyncIterable<WatchEvent>): Promise<WatchEvent[]> {
  const seen: WatchEvent[] = [];
  for await (const event of events) seen.push(event);
  return seen;
}

describe.each(['h2', 'http/1.1'] as const)('over %s', (protocol) => {
  test('sends who it is and for whom it acts, on few connections', async () => {
    const seen: IncomingMessage['headers'][] = [];
    const { cluster, sockets, stop } = await serve(protocol, (request, response) => {
      seen.push(request.headers);
      json(response, 200, { metadata: { name: 'a' } });
    });
    try {
      const as = { user: 'system:serviceaccount:n:a', groups: ['g1', 'g2'] };
      const object = {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'a', namespace: 'n' },
      };
      expect((await cluster.create(object, { as })).ok).toBe(true);
      for (let n = 0; n < 20; n += 1) await cluster.get(configMapKind, 'n', 'a');
      expect(seen[0]).toMatchObject({
        authorization: 'Bearer secret-token',
        'user-agent': 'ocm-test',
        'impersonate-user': as.user,
        'impersonate-group': 'g1, g2',
      });
      // Over HTTP/1.1 one more, which found out that the server speaks nothing newer.
      expect(sockets()).toBeLessThanOrEqual(protocol === 'h2' ? 1 : 2);
    } finally {
      await stop();
    }
  });

  test('turns answers that are no Status, no JSON or no object into refusals', async () => {
    const { cluster, stop } = await serve(protocol, ({ url }, response) => {
      if (url?.includes('proxy')) {
        response.statusCode = 502;
        response.end('<html>bad gateway</html>');
      } else if (url?.includes('list')) json(response, 200, [1, 2]);
      else json(response, 403, { kind: 'Status', reason: 'Forbidden', message: 'not you' });
    });
    try {
      expect(await cluster.get(configMapKind, 'n', 'proxy')).toEqual({
        ok: false,
        status: 502,
        reason: 'Unknown',
        message: 'the server answered 502: <html>bad gateway</html>',
      });
      expect(await cluster.get(configMapKind, 'n', 'list')).toMatchObject({ ok: false, status: 0 });
      expect(await cluster.get(configMapKind, 'n', 'x')).toEqual({
        ok: false,
        status: 403,
        reason: 'Forbidden',
        message: 'not you',
      });
    } finally {
      await stop();
    }
  });

  test('gives up on a server that does not answer, and goes on with one that comes back', async () => {
    let silent = true;
    const { cluster, stop } = await serve(
      protocol,
      (_request, response) => {
        if (!silent) json(response, 200, { metadata: { name: 'a' } });
      },
      200,
    );
    try {
      const answer = await cluster.get(configMapKind, 'n', 'a');
      expect(answer).toMatchObject({ ok: false, status: 0, reason: 'NoAnswer' });
      silent = false;
      expect((await cluster.get(configMapKind, 'n', 'a')).ok).toBe(true);
    } finally {
      await stop();
    }
  });

  test('reads a watch whose lines come in pieces, and drops one that is cut off', async () => {
    const line = (name: string): string =>
      `${JSON.stringify({ type: 'ADDED', object: { metadata: { name, resourceVersion: '5' } } })}\n`;
    const { cluster, stop } = await serve(protocol, (_request, response) => {
      const text = line('ä') + line('b') + line('c').slice(0, -10);
      const bytes = Buffer.from(text);
      response.statusCode = 200;
      for (let at = 0; at < bytes.length; at += 7) response.write(bytes.subarray(at, at + 7));
      response.end();
    });
    try {
      const signal = new AbortController().signal;
      const seen = await all(cluster.watch(configMapKind, { resourceVersion: '1' }, signal));
      expect(seen).toEqual(
        ['ä', 'b'].map((name) => ({
          type: 'ADDED',
          object: {
            apiVersion: 'v1',
            kind: 'ConfigMap',
            metadata: { name, resourceVersion: '5' },
          },
        })),
      );
    } finally {
      await stop();
    }
  });

  test('tells an expired watch from a broken one', async () => {
    const { cluster, stop } = await serve(protocol, ({ url }, response) => {
      const expired = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' };
      if (url?.includes('resourceVersion=1&')) json(response, 410, expired);
      else if (url?.includes('resourceVersion=2&')) {
        response.end(`${JSON.stringify({ type: 'ERROR', object: expired })}\n`);
      } else response.end('no json\n');
    });
    try {
      const signal = new AbortController().signal;
      const watch = (resourceVersion: string): Promise<WatchEvent[]> =>
        all(cluster.watch(configMapKind, { resourceVersion }, signal));
      const over = { type: 'ERROR', expired: true, message: 'too old' };
      expect(await watch('1')).toEqual([over]);
      expect(await watch('2')).toEqual([over]);
      expect(await watch('3')).toMatchObject([{ type: 'ERROR', expired: false }]);
    } finally {
      await stop();
    }
  });
});

test('a server with another certificate than the kubeconfig vouches for gets no request', async () => {
  const other = await makeTls();
  let asked = 0;
  const { server, stop } = await serve('h2', (_request, response) => {
    asked += 1;
    json(response, 200, { metadata: { name: 'a' } });
  });
  try {
    const { port } = server.address() as AddressInfo;
    const text = formatKubeconfig({
      context: 't',
      cluster: 't',
      user: 't',
      server: `https://127.0.0.1:${port}`,
      caPem: other.certPem,
      credential: { token: 'secret-token' },
    });
    const loaded = await loadKubeconfig({ text });
    if (!loaded.ok) throw new Error(loaded.why);
    const cluster = connect(loaded.kubeconfig);
    const answer = await cluster.get(configMapKind, 'n', 'a');
    cluster.close();
    expect(answer).toMatchObject({ ok: false, status: 0 });
    expect(asked).toBe(0);
  } finally {
    await stop();
  }
});
