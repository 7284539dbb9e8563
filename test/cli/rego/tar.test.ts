import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fileIn } from '../../../src/cli/rego/tar.ts';

const text = (words: string) => new TextEncoder().encode(words);

function entry(name: string, content: string): Uint8Array {
  const size = Math.ceil(content.length / 512) * 512;
  const bytes = new Uint8Array(512 + size);
  bytes.set(text(name));
  bytes.set(text(content.length.toString(8).padStart(11, '0')), 124);
  bytes.set(text(content), 512);
  return bytes;
}

const archive = new Uint8Array([
  ...entry('/data.json', '{}'),
  ...entry('/policy.wasm', 'x'.repeat(600)),
]);

test('finds a file, and says where there is none', () => {
  expect(fileIn(archive, '/policy.wasm')).toEqual(text('x'.repeat(600)));
  expect(fileIn(archive, '/other')).toBeNull();
});

test('whatever the bytes are, it ends', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => {
      expect(() => fileIn(bytes, '/policy.wasm')).not.toThrow();
    }),
  );
});
