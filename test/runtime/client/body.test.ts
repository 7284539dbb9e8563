import { once } from 'node:events';
import { connect, createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { textOf } from '../../../src/runtime/client/body.ts';

async function read(body: Readable): Promise<string> {
  let text = '';
  for await (const piece of textOf(body)) text += piece;
  return text;
}

/** Says of itself what an HTTP/2 stream says when the server has sent all: it is closed, read or not. */
function sentStream(): Readable {
  const stream = new Readable({ read: () => undefined });
  return Object.defineProperty(stream, 'closed', { get: () => true });
}

describe('the text of an answer', () => {
  test('is whole when the server had sent all of it before it was read', async () => {
    const body = sentStream();
    body.push('{"kind":');
    body.push('"ConfigMap"}');
    body.push(null);
    expect(await read(body)).toBe('{"kind":"ConfigMap"}');
  });

  test('is whole when it came in one turn, and everybody began to read it later', async () => {
    const server = createServer((_, response) => response.end('{"kind":"ConfigMap"}')).listen(0);
    await once(server, 'listening');
    const client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    try {
      const bodies = Array.from({ length: 20 }, () => client.request({ ':path': '/' }));
      await Promise.all(bodies.map((body) => once(body, 'response')));
      while (bodies.some((body) => !body.closed)) await new Promise(setImmediate);
      const texts = await Promise.all(bodies.map(read));
      expect(new Set(texts)).toEqual(new Set(['{"kind":"ConfigMap"}']));
    } finally {
      client.close();
      server.close();
    }
  });

  test('that was empty is empty, also when it ended before it was read', async () => {
    const body = Readable.from([]);
    body.resume();
    await once(body, 'end');
    expect(await read(body)).toBe('');
  });

  test('that was cut is never taken for whole', async () => {
    const body = new Readable({ autoDestroy: false, read: () => undefined });
    body.push('{"kind":');
    setImmediate(() => body.destroy());
    await expect(read(body)).rejects.toThrow('cut off');
  });

  test('that was cut before it was read says why', async () => {
    const body = new Readable({ read: () => undefined });
    body.on('error', () => undefined);
    body.push('{"kind":"ConfigMap"}');
    body.destroy(new Error('reset by the server'));
    await expect(read(body)).rejects.toThrow('reset by the server');
  });

  test('keeps characters whole whose bytes come apart', async () => {
    const bytes = Buffer.from('žluťoučký');
    const body = Readable.from([bytes.subarray(0, 1), bytes.subarray(1, 5), bytes.subarray(5)]);
    expect(await read(body)).toBe('žluťoučký');
  });
});
