import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Json } from '../../src/base/json.ts';
import { parseYaml, writeYaml } from '../../src/kube/yaml.ts';

const json = fc
  .jsonValue({ maxDepth: 5 })
  .filter((value) => !JSON.stringify(value).includes('__proto__'))
  // integers that a JSON number does not hold exactly are refused: yaml.test.ts
  .filter((value) => !holdsUnsafeInteger(value)) as fc.Arbitrary<Json>;

function holdsUnsafeInteger(value: unknown): boolean {
  if (typeof value === 'number') return Number.isInteger(value) && !Number.isSafeInteger(value);
  return (
    typeof value === 'object' && value !== null && Object.values(value).some(holdsUnsafeInteger)
  );
}

it('reads back what it writes, in both dialects', () => {
  fc.assert(
    fc.property(json, (value) => {
      const plain = JSON.parse(JSON.stringify(value)) as Json;
      for (const dialect of ['core', 'kubernetes'] as const) {
        const read = parseYaml(writeYaml([{ value: plain }]), dialect);
        expect(read.ok && read.documents[0]?.value).toEqual({ value: plain });
      }
    }),
  );
});

it('never throws', () => {
  const soup = fc
    .array(
      fc.constantFrom(
        'a: ',
        '- ',
        '[',
        ']',
        '{',
        '}',
        '\n',
        '  ',
        '&a ',
        '*a',
        '!!str ',
        '|',
        '>',
        '"',
        "'",
        '#',
        '---\n',
        '? ',
        '<<: ',
        '1',
        ',',
      ),
    )
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), soup), (text) => {
      const read = parseYaml(text);
      if (!read.ok) expect(read.offset).toBeLessThanOrEqual(text.length);
    }),
    { numRuns: 500 },
  );
});
