import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../../src/kube/object.ts';
import type { Schema } from '../../../../src/kube/schema/schema.ts';
import { Completion } from '../../../../src/runtime/apiserver/conversion/completion.ts';
import { StoredObject } from '../../../../src/runtime/store/stored.ts';

const key = { group: 'example.com', resource: 'lamps', namespace: 'ns', name: 'x' };
const object = { apiVersion: 'example.com/v1', kind: 'Lamp', metadata: { name: 'x' } };

/** Counts how often it is looked into. */
class Counted extends StoredObject {
  looks = 0;

  override object(): KubeObject {
    this.looks += 1;
    return super.object();
  }
}

const stored = (more: object = {}) => new Counted(key, 3, JSON.stringify({ ...object, ...more }));
const lamps = (watts: Schema, revision = 0) =>
  new Completion(
    new Map([['example.com/v1', { type: 'object', properties: { watts } } as Schema]]),
    revision,
  );

describe('defaults of what is stored', () => {
  test('cost nothing where a kind has none', () => {
    const one = stored();
    expect(lamps({ type: 'integer' }).of(one)).toBe(one);
    expect(one.looks).toBe(0);
  });

  test('are looked for once in each object', () => {
    const completion = lamps({ type: 'integer', default: 40 });
    const [old, whole] = [stored(), stored({ watts: 3 })];
    expect(completion.of(whole)).toBe(whole);
    const filled = completion.of(old);
    expect(filled.object()).toEqual({ ...object, watts: 40 });
    expect([completion.of(old), completion.of(whole)]).toEqual([filled, whole]);
    expect([old.looks, whole.looks]).toEqual([1, 1]);
  });

  test('are not looked for in what was written long after its definition', () => {
    const completion = lamps({ type: 'integer', default: 40 }, 2);
    const late = new Counted(key, 200_000, JSON.stringify(object));
    expect(completion.of(late)).toBe(late);
    expect(late.looks).toBe(0);
  });

  test('are those of the version it is stored in', () => {
    const other = stored({ apiVersion: 'example.com/v2' });
    expect(lamps({ type: 'integer', default: 40 }).of(other)).toBe(other);
  });
});
