import { describe, expect, test } from 'vitest';
import type { Json } from '../../../src/base/json.ts';
import type { KubeObject } from '../../../src/kube/object.ts';
import { required } from '../../../src/kube/schema/field-error.ts';
import { readSchema } from '../../../src/kube/schema/read-schema.ts';
import { ruleErrors } from '../../../src/runtime/apiserver/objects/validation-rules.ts';

const object = (spec: Json): KubeObject => ({
  apiVersion: 'example.com/v1',
  kind: 'Widget',
  metadata: { name: 'one' },
  spec,
});

/** Faults of a spec by a schema of it, as `path: message`. */
function faults(spec: object, now: Json, before?: Json): readonly string[] {
  const schema = readSchema({ type: 'object', properties: { spec } });
  const old = before === undefined ? null : object(before);
  return ruleErrors(schema, object(now), old, []).map(
    ({ field, message }) => `${field}: ${message}`,
  );
}

const withRules = (...rules: readonly object[]) => ({
  type: 'object',
  properties: { size: { type: 'integer' }, absent: { type: 'integer' } },
  'x-kubernetes-validations': rules,
});

describe('rules of a schema', () => {
  test.each<[string, object, string]>([
    [
      'the message',
      { rule: 'self.size < 5', message: 'too large' },
      'spec: Invalid value: too large',
    ],
    [
      'the rule without one',
      { rule: 'self.size < 5' },
      'spec: Invalid value: failed rule: self.size < 5',
    ],
    [
      'what is computed',
      { rule: 'self.size < 5', messageExpression: '"not " + string(self.size)' },
      'spec: Invalid value: not 9',
    ],
    [
      'another reason and place',
      { rule: 'self.size < 5', message: 'no', reason: 'FieldValueForbidden', fieldPath: '.size' },
      'spec.size: Forbidden: no',
    ],
    [
      'an error while it is judged',
      { rule: 'self.absent < 5', message: 'm' },
      'spec: Invalid value: no such key evaluating rule: m',
    ],
  ])('tell %s', (_, rule, expected) => {
    expect(faults(withRules(rule), { size: 9 })).toEqual([expected]);
    const { rule: text } = rule as { rule: string };
    if (!text.includes('absent')) expect(faults(withRules(rule), { size: 1 })).toEqual([]);
  });

  test('of a change are judged only where there was something before', () => {
    const fixed = withRules({ rule: 'self.size == oldSelf.size', message: 'is immutable' });
    expect(faults(fixed, { size: 9 })).toEqual([]);
    expect(faults(fixed, { size: 9 }, { size: 9 })).toEqual([]);
    expect(faults(fixed, { size: 9 }, { size: 8 })).toEqual(['spec: Invalid value: is immutable']);
  });

  test('are not held against what an update leaves as it was', () => {
    const small = withRules({ rule: 'self.size < 5', message: 'too large' });
    expect(faults(small, { size: 9 }, { size: 9 })).toEqual([]);
    expect(faults(small, { size: 8 }, { size: 9 })).toHaveLength(1);
  });

  test('are found in items, which are the same by their keys, and in values of maps', () => {
    const part = {
      type: 'object',
      properties: { name: { type: 'string' }, weight: { type: 'integer' } },
      'x-kubernetes-validations': [{ rule: 'self.weight >= oldSelf.weight', message: 'grows' }],
    };
    const parts = {
      type: 'object',
      properties: {
        list: {
          type: 'array',
          items: part,
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['name'],
        },
        map: { type: 'object', additionalProperties: part },
      },
    };
    const of = (weight: number, at: number) => {
      const one = { name: 'a', weight };
      const list = at === 0 ? [one] : [{ name: 'b', weight: 1 }, one];
      return { list, map: { x: one } };
    };
    expect(faults(parts, of(1, 1), of(2, 0))).toEqual([
      'spec.list[1]: Invalid value: grows',
      'spec.map[x]: Invalid value: grows',
    ]);
  });

  test('are not judged after faults that make the object another one', () => {
    const schema = readSchema({
      type: 'object',
      properties: { spec: withRules({ rule: 'self.size < 5' }) },
    });
    const [only] = ruleErrors(schema, object({ size: 9 }), null, [required('spec.x')]);
    expect(only?.message).toContain('some validation rules were not checked');
    const plain = readSchema({ type: 'object', properties: { spec: { type: 'object' } } });
    expect(ruleErrors(plain, object({}), null, [required('spec.x')])).toEqual([]);
  });

  test('that cannot be judged refuse, and what costs too much ends', () => {
    const [odd] = faults(withRules({ rule: 'self.size <' }), { size: 1 });
    expect(odd).toContain('rule compile error: ');
    const long = Array.from({ length: 3000 }, (_, at) => at);
    const costly = {
      type: 'array',
      items: { type: 'integer' },
      'x-kubernetes-validations': [{ rule: 'self.all(a, self.all(b, self.all(c, a + b >= 0)))' }],
    };
    expect(faults(costly, long)).toHaveLength(1);
  });
});
