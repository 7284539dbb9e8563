import fc from 'fast-check';
import { expect, test } from 'vitest';
import { utf8Encode } from '../../../src/base/bytes.ts';
import { decode } from '../../../src/ir/decode.ts';
import { type Encoded, encode } from '../../../src/ir/encode.ts';
import { maxPartBytes } from '../../../src/ir/program-object.ts';
import { programs } from '../from-schema.ts';

type Parts = Extract<Encoded, { ok: true }>;

function encoded(program: Parameters<typeof encode>[0]): Parts {
  const result = encode(program, { namespace: 'payments' });
  if (!result.ok) throw new Error(result.why);
  return result;
}

const finder = ({ objects }: Parts) => {
  // As an API server gives them back: through JSON.
  const stored = new Map(objects.map((part) => [part.metadata.name, JSON.stringify(part)]));
  return (name: string) => {
    const text = stored.get(name);
    return text === undefined ? undefined : JSON.parse(text);
  };
};

test('decode ∘ encode = id', () => {
  fc.assert(
    fc.property(programs, (drawn) => {
      const program = JSON.parse(JSON.stringify(drawn));
      const parts = encoded(program);
      expect(decode(parts, finder(parts))).toEqual({ state: 'ok', program });
    }),
  );
});

test('the same program has the same parts, each named by its content and within the limit', () => {
  fc.assert(
    fc.property(programs, (program) => {
      const parts = encoded(program);
      expect(encoded(JSON.parse(JSON.stringify(program)))).toEqual(parts);
      for (const part of parts.objects) {
        expect(utf8Encode(JSON.stringify(part)).length).toBeLessThan(maxPartBytes);
      }
      expect(new Set(parts.parts.map(({ name }) => name))).toEqual(
        new Set(parts.objects.map(({ metadata }) => metadata.name)),
      );
    }),
  );
});
