import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { base64Decode, base64Encode, utf8Decode, utf8Encode } from '../../src/base/bytes.ts';

describe('bytes', () => {
  it('encode texts as Node does', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect([...utf8Encode(text)]).toEqual([...Buffer.from(text)]);
      }),
    );
  });

  it('decode UTF-8 and nothing else', () => {
    const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 6 }), (bytes) => {
        let expected: string | null;
        try {
          expected = strict.decode(bytes);
        } catch {
          expected = null;
        }
        expect(utf8Decode(bytes)).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it('turn into base64 and back', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const text = base64Encode(bytes);
        expect(text).toBe(Buffer.from(bytes).toString('base64'));
        expect([...(base64Decode(text) ?? [])]).toEqual([...bytes]);
      }),
    );
    expect(base64Decode('a')).toBeNull();
    expect(base64Decode('a=b=')).toBeNull();
    expect(base64Decode('äöü=')).toBeNull();
  });
});
