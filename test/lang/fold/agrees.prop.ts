import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instant } from '../../../src/base/instant.ts';
import { arithmetic, negate as negateLater } from '../../../src/engine/predicate/arithmetic.ts';
import { evaluate } from '../../../src/engine/predicate/evaluate.ts';
import { callBuiltin as callLater } from '../../../src/engine/predicate/functions.ts';
import { startRun } from '../../../src/engine/predicate/scope.ts';
import {
  valuesEqual as equalLater,
  isMissing,
  toJson as jsonLater,
  type Value as Later,
  orderOf as orderLater,
} from '../../../src/engine/predicate/value.ts';
import { functions, methodsOf } from '../../../src/lang/check/builtins.ts';
import { listOf, mapOf, text } from '../../../src/lang/check/type.ts';
import { compute, negate } from '../../../src/lang/fold/arithmetic.ts';
import { callBuiltin } from '../../../src/lang/fold/functions.ts';
import {
  readDuration,
  readPercent,
  readQuantity,
  readVersion,
} from '../../../src/lang/fold/literal.ts';
import { orderOf, toJson, type Value, valuesEqual } from '../../../src/lang/fold/value.ts';

// The compiler folds what is known, the engine computes what is not: an author must not see which of them did.

const texts = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.constantFrom(
    'a',
    'b',
    'a-b',
    '12',
    '-3',
    '1.5',
    '512Mi',
    '90s',
    'v1.29.3',
    '25%',
    'e30=',
    '[1,{"a":2}]',
    'true',
  ),
);
const ints = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.bigInt({ min: -20n, max: 20n }),
);
const floats = fc.double({ noNaN: true, noDefaultInfinity: true });
const known = <T>(read: (text: string) => T | null, ...written: readonly string[]) =>
  fc.constantFrom(...written.map(read).filter((value) => value !== null));
const quantities = known(readQuantity, '512Mi', '1Gi', '0.5', '250m', '3');
const durations = known(readDuration, '90s', '1h30m', '2h', '250ms');
const percents = known(readPercent, '25%', '100%');
const versions = known(readVersion, 'v1.29', 'v1.29.3', 'v1.30.0');

/** Values of one type each: the checker lets no others meet. */
const kinds: readonly fc.Arbitrary<Value>[] = [
  texts,
  ints,
  floats,
  fc.boolean(),
  quantities,
  durations,
  percents,
  versions,
];
const scalars = fc.oneof(...kinds);
const lists = fc.oneof(...kinds.map((kind) => fc.array(kind, { maxLength: 6 })));
const records: fc.Arbitrary<Value> = fc.letrec<{ record: Value }>((tie) => ({
  record: fc
    .array(
      fc.tuple(
        fc.constantFrom('a', 'b', 'c', '__proto__'),
        fc.oneof({ depthSize: 'small' }, scalars, lists, tie('record')),
      ),
      { maxLength: 4 },
    )
    .map((entries): Value => new Map(entries)),
})).record;
const pairs = fc.oneof(...kinds.slice(1).map((kind) => fc.tuple(kind, kind)));

const any = fc.oneof(scalars, lists, records);
const args: Readonly<Record<string, fc.Arbitrary<readonly Value[]>>> = {
  string: fc.tuple(scalars),
  json: fc.tuple(any),
  fromJson: fc.tuple(texts),
  int: fc.tuple(scalars),
  float: fc.tuple(scalars),
  quantity: fc.tuple(scalars),
  duration: fc.tuple(scalars),
  version: fc.tuple(scalars),
  percent: fc.tuple(scalars),
  min: pairs,
  max: pairs,
  range: fc.tuple(fc.bigInt({ min: -9n, max: 9n }), fc.bigInt({ min: -9n, max: 20_000n })),
  size: fc.tuple(fc.oneof(texts, lists, records)),
  contains: fc.oneof(
    fc.tuple(texts, texts),
    ...kinds.map((kind) => fc.tuple(fc.array(kind, { maxLength: 6 }), kind)),
  ),
  startsWith: fc.tuple(texts, texts),
  endsWith: fc.tuple(texts, texts),
  matches: fc.tuple(texts, fc.constantFrom('a', '^a', '(', '[0-9]+$', '.*', 'a|b')),
  lower: fc.tuple(texts),
  upper: fc.tuple(texts),
  trim: fc.tuple(texts),
  split: fc.tuple(texts, texts),
  replace: fc.tuple(texts, texts, texts),
  base64: fc.tuple(texts),
  unbase64: fc.tuple(texts),
  sha256: fc.tuple(texts),
  sort: fc.tuple(lists),
  unique: fc.tuple(lists),
  join: fc.oneof(fc.tuple(lists), fc.tuple(lists, texts)),
  first: fc.tuple(lists),
  keys: fc.tuple(records),
  values: fc.tuple(records),
  merge: fc.tuple(records, records),
  major: fc.tuple(versions),
  minor: fc.tuple(versions),
  patch: fc.tuple(versions),
};

const run = () => startRun({ cluster: null, now: instant(0), compat: 'native' }, evaluate as never);
const plain = (value: Value | undefined): unknown =>
  value === undefined ? 'missing' : toJson(value);
const plainLater = (value: Parameters<typeof isMissing>[0]): unknown =>
  isMissing(value) ? 'missing' : jsonLater(value);

test.each(Object.keys(args))('%s gives the same in the compiler and in the engine', (name) => {
  fc.assert(
    fc.property(args[name] ?? fc.constant([]), (of) => {
      const early = plain(callBuiltin(name, of));
      expect(early).toEqual(plainLater(callLater(name, of as readonly Later[], run())));
    }),
    { numRuns: 150 },
  );
});

test('there is a case for every built-in of the language', () => {
  const written = [...functions.keys(), ...['string', 'list', 'record'].flatMap(methods)];
  const known = new Set([...Object.keys(args), 'yaml', 'fromYaml', 'any', 'all', 'filter', 'map']);
  expect(written.filter((name) => !known.has(name))).toEqual([]);
});

function methods(of: string): readonly string[] {
  const types = { string: text, list: listOf(text), record: mapOf(text) };
  return [...(methodsOf(types[of as keyof typeof types])?.keys() ?? [])];
}

const computable = fc.oneof(
  fc.tuple(ints, ints),
  fc.tuple(floats, floats),
  fc.tuple(texts, texts),
  fc.tuple(lists, lists),
  fc.tuple(quantities, fc.oneof(quantities, ints)),
  fc.tuple(durations, fc.oneof(durations, ints)),
  fc.tuple(ints, quantities),
);

test('arithmetic, order and equality give the same in the compiler and in the engine', () => {
  const operators = fc.constantFrom('+' as const, '-' as const, '*' as const, '/' as const);
  fc.assert(
    fc.property(
      computable,
      fc.oneof(pairs, fc.tuple(texts, texts)),
      operators,
      ([a, b], [c, d], by) => {
        const early = compute(by, a, b);
        const late = plainLater(arithmetic(by, a as Later, b as Later));
        expect(early.ok ? plain(early.value) : 'missing').toEqual(late);
        const minus = negate(a);
        expect(minus.ok ? plain(minus.value) : 'missing').toEqual(
          plainLater(negateLater(a as Later)),
        );
        expect(valuesEqual(c, d)).toBe(equalLater(c as Later, d as Later));
        expect(sign(orderOf(c, d))).toBe(sign(orderLater(c as Later, d as Later)));
      },
    ),
    { numRuns: 1000 },
  );
});

function sign(order: number | null): number | null {
  return order === null ? null : Math.sign(order);
}
