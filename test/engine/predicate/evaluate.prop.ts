import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Json } from '../../../src/base/json.ts';
import { evaluate, holds } from '../../../src/engine/predicate/evaluate.ts';
import { render } from '../../../src/engine/predicate/render.ts';
import { isMissing, toJson } from '../../../src/engine/predicate/value.ts';
import { callBuiltin } from '../../../src/lang/fold/functions.ts';
import {
  fromJson as foldedFromJson,
  toJson as foldedToJson,
} from '../../../src/lang/fold/value.ts';
import { arities, clusterFacts, expr, name, texts } from './arbitraries.ts';
import { call, json, scope } from './builders.ts';

test('every expression has a value or a reason on every cluster, always the same', () => {
  fc.assert(
    fc.property(expr, clusterFacts, (of, on) => {
      const before = JSON.stringify(of);
      const value = evaluate(of, scope(on));
      expect(evaluate(structuredClone(of), scope(on))).toEqual(value);
      expect(holds(of, scope(on))).toBe(value === true);
      const rendered = render(of, scope(on));
      expect(rendered.ok).toBe(!isMissing(value));
      if (rendered.ok) expect(JSON.parse(JSON.stringify(rendered.value))).toEqual(rendered.value);
      expect(JSON.stringify(of)).toBe(before);
    }),
    { numRuns: 1500 },
  );
});

test('built-ins give at run time what they give when they are folded', () => {
  // Ints and floats compare at run time, where JSON does not say which it means; while compiling they do not mix.
  const { plain } = fc.letrec<{ plain: Json }>((tie) => ({
    plain: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom<Json>(null, true, false, ...texts),
      fc.maxSafeInteger(),
      fc.array(tie('plain'), { maxLength: 3 }),
      fc.dictionary(name, tie('plain'), { maxKeys: 3, noNullPrototype: true }),
    ),
  }));
  const applied = fc
    .constantFrom(...arities.keys())
    .chain((of) => fc.tuple(fc.constant(of), fc.array(plain, exactly(arities.get(of) ?? 0))));
  fc.assert(
    fc.property(applied, ([of, values]) => {
      const folded = callBuiltin(
        of,
        values.map((value) => foldedFromJson(value) ?? null),
      );
      const value = evaluate(call(of, ...values.map(json)), scope(null));
      expect(isMissing(value) ? undefined : toJson(value)).toEqual(
        folded === undefined ? undefined : foldedToJson(folded),
      );
    }),
    { numRuns: 3000 },
  );
});

function exactly(length: number) {
  return { minLength: length, maxLength: length };
}
