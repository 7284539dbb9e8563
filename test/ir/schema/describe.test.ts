import { expect, test } from 'vitest';
import type { Json } from '../../../src/base/json.ts';
import {
  anyOfType,
  either,
  integer,
  list,
  literal,
  nullable,
  object,
  optional,
  type Schema,
  tagged,
  text,
  words,
} from '../../../src/ir/schema/describe.ts';

interface Point {
  readonly kind: 'point';
  readonly x: number;
  readonly label?: string;
}

test('describes an object of exactly these fields', () => {
  const point = object<Point>({ kind: literal('point'), x: integer(), label: optional(text) });
  const whole = { type: 'integer', minimum: -(2 ** 53) + 1, maximum: 2 ** 53 - 1 };
  expect(point.describe(new Map())).toEqual({
    type: 'object',
    properties: { kind: { const: 'point' }, x: whole, label: { type: 'string' } },
    required: ['kind', 'x'],
    additionalProperties: false,
  });
});

// Each of these must fail to compile; `npm run types` fails where one does not.
test('a schema that differs from its type does not compile', () => {
  // @ts-expect-error a field is missing
  object<Point>({ kind: literal('point'), label: optional(text) });
  // @ts-expect-error a field is one too many
  object<Point>({ kind: literal('point'), x: integer(), y: integer(), label: optional(text) });
  // @ts-expect-error a field has another type
  object<Point>({ kind: literal('point'), x: text, label: optional(text) });
  // @ts-expect-error a required field is optional
  object<Point>({ kind: literal('point'), x: optional(integer()), label: optional(text) });
  // @ts-expect-error an optional field is required
  object<Point>({ kind: literal('point'), x: integer(), label: text });
  // @ts-expect-error the schema says more than the type
  object<Point>({ kind: words('point', 'line'), x: integer(), label: optional(text) });
  // @ts-expect-error null is allowed by the schema only
  object<Point>({ kind: literal('point'), x: nullable(integer()), label: optional(text) });
  // @ts-expect-error a member of the union is missing
  const less: Schema<'a' | 'b'> = either(literal('a'));
  // @ts-expect-error a member of the union is one too many
  const more: Schema<'a'> = either(literal('a'), literal('b'));
  // @ts-expect-error the elements have another type
  const other: Schema<readonly string[]> = list(integer());
  // @ts-expect-error any JSON is more than a text
  const wide: Schema<string> = anyOfType<Json>({});
  expect([less, more, other, wide]).toHaveLength(4);
});

test('tells the members of a union by one field, each a definition of its own', () => {
  const shape: Schema<{ readonly is: 'a'; readonly n: number } | { readonly is: 'b' }> = tagged(
    { name: 'Shape', by: 'is' },
    () => [
      object<{ readonly is: 'a'; readonly n: number }>({ is: literal('a'), n: integer(0) }),
      object<{ readonly is: 'b' }>({ is: literal('b') }),
    ],
  );
  const definitions = new Map();
  expect(shape.describe(definitions)).toEqual({ $ref: '#/$defs/Shape' });
  expect(definitions.get('Shape')).toEqual({
    type: 'object',
    discriminator: { propertyName: 'is' },
    oneOf: [{ $ref: '#/$defs/Shape.a' }, { $ref: '#/$defs/Shape.b' }],
  });
  expect(definitions.get('Shape.a')).toMatchObject({ required: ['is', 'n'] });
});
