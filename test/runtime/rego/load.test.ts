import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { base64Encode } from '../../../src/base/bytes.ts';
import { sha256Hex } from '../../../src/base/hash.ts';
import { loadRego } from '../../../src/runtime/rego/load.ts';

const wasmOf = (bytes: Uint8Array) => ({
  sha256: sha256Hex(bytes),
  gzip: base64Encode(gzipSync(bytes)),
});
const empty = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);

// A module that does something is built by opa: test/real/rego.test.ts.
test.each([
  ['no base64', { sha256: '', gzip: '%' }, 'cannot be unpacked'],
  ['not compressed', { sha256: '', gzip: base64Encode(empty) }, 'cannot be unpacked'],
  ['another module', { ...wasmOf(empty), sha256: sha256Hex('x') }, 'is not what was compiled'],
  ['no Wasm', wasmOf(new Uint8Array([1, 2, 3])), 'is no Wasm'],
  ['Wasm that is no policy', wasmOf(empty), 'does not start'],
])('%s is refused with a reason', (_, wasm, why) => {
  const loaded = loadRego(wasm);
  expect(loaded.ok ? '' : loaded.message).toContain(why);
});

test('what would unpack to more than a module may have is refused', () => {
  const bomb = new Uint8Array(64 * 1024 * 1024);
  expect(loadRego(wasmOf(bomb))).toEqual({ ok: false, message: 'the module cannot be unpacked' });
});
