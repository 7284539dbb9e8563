import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { textOf } from '../../../src/runtime/client/body.ts';

async function read(body: Readable): Promise<string> {
  let text = '';
  for await (const piece of textOf(body)) text += piece;
  return text;
}

/** What an HTTP/2 stream does now and then whose end and close come in one turn. */
class HastyStream extends Readable {
  override async *[Symbol.asyncIterator](): NodeJS.AsyncIterator<unknown, undefined> {
    yield* super[Symbol.asyncIterator]();
    throw new Error('Premature close');
  }
}

describe('the text of an answer', () => {
  test('is whole when Node calls the stream closed too early after all of it was read', async () => {
    const body = new HastyStream({ read: () => undefined });
    body.push('{"kind":');
    body.push('"ConfigMap"}');
    body.push(null);
    expect(await read(body)).toBe('{"kind":"ConfigMap"}');
  });

  test('that was cut is never taken for whole', async () => {
    const body = new Readable({ autoDestroy: false, read: () => undefined });
    body.push('{"kind":');
    setImmediate(() => body.destroy());
    await expect(read(body)).rejects.toThrow('Premature close');
  });

  test('keeps characters whole whose bytes come apart', async () => {
    const bytes = Buffer.from('žluťoučký');
    const body = Readable.from([bytes.subarray(0, 1), bytes.subarray(1, 5), bytes.subarray(5)]);
    expect(await read(body)).toBe('žluťoučký');
  });
});
