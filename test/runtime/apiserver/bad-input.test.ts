import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { PassThrough } from 'node:stream';
import { connect, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { customResourceDefinitions } from '../../../src/kube/schema/definitions.ts';
import { readBody } from '../../../src/runtime/apiserver/http/body.ts';
import { duplicateFields } from '../../../src/runtime/apiserver/http/duplicates.ts';
import { badInputObjects, badRequests } from './bad-input.ts';
import { Client, type OurServer, startOurs } from './harness.ts';

describe('bad input', () => {
  let server: OurServer;
  let admin: Client;
  beforeAll(async () => {
    server = await startOurs({ definitions: customResourceDefinitions() });
    admin = new Client(server.admin);
    for (const [path, object] of badInputObjects) {
      expect((await admin.post(path, object)).status).toBe(201);
    }
  });
  afterAll(async () => {
    admin.close();
    await server.stop();
    expect(server.bugs).toEqual([]);
  });

  // what the answers must be: test/real/bad-input.test.ts
  test('is told as a Status, changes nothing and is nobody’s bug', async () => {
    const { revision } = server.store;
    for (const { name, ask } of badRequests) {
      const { status, body, text, headers } = await ask(admin);
      const about = [name, status, text.slice(0, 200)];
      expect(about).toEqual([
        name,
        (status >= 200 && status <= 500) || status === 504 ? status : 0,
        about[2],
      ]);
      // a write that kube-apiserver refuses at its store has no better code there either
      if (status === 500) expect(body.message).toContain('resourceVersion should not be set');
      if (status < 400 || headers['content-type'] !== 'application/json') continue;
      if (text === '') continue;
      expect([name, body.kind, body.code]).toEqual([name, 'Status', status]);
    }
    expect(server.store.revision).toBe(revision);
  });

  describe('integers beyond 2^53', () => {
    const path = '/apis/work.open-cluster-management.io/v1/namespaces/bad/manifestworks';
    const work = (name: string, number: string) =>
      `{"apiVersion":"work.open-cluster-management.io/v1","kind":"ManifestWork","metadata":{"name":"${name}"},"spec":{"workload":{"manifests":[{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x","namespace":"x"},"n":${number}}]}}}`;

    test.each([
      '9007199254740993',
      '-9007199254740993',
      '9223372036854775807',
      '-9223372036854775808',
    ])('stay what they are in every answer: %s', async (number) => {
      const name = `n${number.replace('-', 'minus')}`;
      const exact = `"n":${number}`;
      expect((await admin.post(path, work(name, number))).text).toContain(exact);
      expect((await admin.get(`${path}/${name}`)).text).toContain(exact);
      expect((await admin.get(path)).text).toContain(exact);
      const labels = { metadata: { labels: { a: 'b' } } };
      expect((await admin.patch(`${path}/${name}`, 'merge', labels)).text).toContain(exact);
      const applied = await admin.patch(
        `${path}/${name}?fieldManager=x&force=true`,
        'apply',
        work(name, number),
      );
      expect(applied.text).toContain(exact);
      const watching = await fetchFirstLine(
        admin,
        `${path}?watch=true&fieldSelector=metadata.name%3D${name}`,
      );
      expect(watching).toContain(name);
    });

    test('are refused where no number holds them, and never become null', async () => {
      const { status, body } = await admin.post(path, work('huge', '1e400'));
      expect([status, body.reason]).toEqual([400, 'BadRequest']);
      expect(body.message).toContain('cannot unmarshal number 1e400');
    });
  });

  test('a body that does not come in its time is not waited for', async () => {
    const stream = new PassThrough();
    stream.write('{"a":');
    const outcome = await readBody(stream, undefined, { limit: 100, millis: 20 });
    expect(outcome).toMatchObject({ code: 504, reason: 'Timeout' });
    const whole = new PassThrough();
    whole.end('{}');
    const read = await readBody(whole, undefined, { limit: 100, millis: 10_000 });
    expect(String(read)).toBe('{}');
    const long = new PassThrough();
    long.end('x'.repeat(101));
    expect(await readBody(long, undefined, { limit: 100, millis: 10_000 })).toMatchObject({
      code: 413,
    });
  });

  test('fields that are written twice are found where they are', () => {
    const text =
      '{"a":{"b":1,"b":2,"c":[{"d":1},{"d":1,"\\u0064":2}]},"a":"{\\"x\\":1,\\"x\\":2}"}';
    expect(duplicateFields(text)).toEqual(['a.b', 'a.c[1].d', 'a']);
    expect(duplicateFields('{"a":[{"b":"}{,"},{"b":1}],"c":{"b":1}}')).toEqual([]);
    expect(duplicateFields('{"\\q":1,"\\q":1,,}]]')).toEqual(['\\q']);
    expect(duplicateFields('{"__proto__":1,"__proto__":2}')).toEqual(['__proto__']);
  });

  describe('broken connections', () => {
    const open = async (): Promise<TLSSocket> => {
      const { ca, cert = '', key = '' } = server.admin;
      const { port } = new URL(server.admin.url);
      const socket = connect({ port: Number(port), host: '127.0.0.1', ca, cert, key });
      socket.on('error', () => undefined);
      await once(socket, 'secureConnect');
      return socket;
    };
    const readAll = async (socket: TLSSocket): Promise<string> => {
      let text = '';
      socket.on('data', (chunk) => {
        text += String(chunk);
      });
      if (!socket.closed) await once(socket, 'close');
      return text;
    };
    const alive = async () => expect((await admin.get('/livez')).text).toBe('ok');

    test.each([
      ['no request', 'hello\r\n\r\n', '400'],
      ['a method nobody knows', 'BREW /api HTTP/1.1\r\nHost: x\r\n\r\n', '400'],
      [
        'two lengths',
        'POST /api HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx',
        '400',
      ],
      [
        'a length and chunks',
        'POST /api HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
        '400',
      ],
      [
        'chunks that are none',
        'POST /api/v1/namespaces/bad/configmaps HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
        '400',
      ],
      [
        'headers without end',
        `GET /api HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(17_000)}\r\n\r\n`,
        '431',
      ],
    ])('%s is told so', async (_, text, code) => {
      const socket = await open();
      socket.end(text);
      expect(await readAll(socket)).toMatch(new RegExp(`^HTTP/1.1 ${code} `));
      await alive();
    });

    test('half a request leaves nothing behind', async () => {
      const { revision } = server.store;
      const head =
        'POST /api/v1/namespaces/bad/configmaps HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n';
      for (const text of ['POST', head, `${head}{"apiVersion":"v1","kind":"ConfigMap",`]) {
        const socket = await open();
        socket.write(text);
        await alive();
        socket.destroy();
        await once(socket, 'close');
      }
      await alive();
      expect(server.store.revision).toBe(revision);
    });

    test('a client that sends slowly is served, and holds up nobody', async () => {
      const object = JSON.stringify({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'slow' },
      });
      const socket = await open();
      const text = `POST /api/v1/namespaces/bad/configmaps HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${object.length}\r\n\r\n${object}`;
      for (const piece of text.match(/.{1,10}/gs) ?? []) {
        socket.write(piece);
        await alive();
      }
      expect(await readAll(socket)).toMatch(/^HTTP\/1.1 201 /);
    });

    test('a client that reads no answer holds up nobody', async () => {
      const socket = await open();
      socket.pause();
      for (let count = 0; count < 200; count += 1) {
        socket.write('GET /openapi/v2 HTTP/1.1\r\nHost: x\r\n\r\n');
      }
      await alive();
      socket.destroy();
      await alive();
    });

    test('what is no TLS is dropped', async () => {
      const socket = connectTcp(Number(new URL(server.admin.url).port), '127.0.0.1');
      socket.on('error', () => undefined);
      socket.end('GET /livez HTTP/1.1\r\nHost: x\r\n\r\n');
      socket.resume();
      await once(socket, 'close');
      await alive();
    });
  });
});

async function fetchFirstLine(client: Client, path: string): Promise<string> {
  const watching = await client.watch(path);
  const event = await watching.next();
  watching.close();
  return JSON.stringify(event);
}
