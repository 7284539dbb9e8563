import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../src/base/json.ts';
import { jsonPatch, maxCopiedBytes } from '../../../src/kube/patch/json-patch.ts';

const after = (target: Json, ...patch: unknown[]) => {
  const outcome = jsonPatch(target, patch);
  return outcome.ok ? outcome.value : outcome.message;
};

describe('jsonPatch', () => {
  // The examples of RFC 6902, appendix A, that apply.
  it.each<[Json, unknown[], Json]>([
    [{ foo: 'bar' }, [{ op: 'add', path: '/baz', value: 'qux' }], { foo: 'bar', baz: 'qux' }],
    [
      { foo: ['bar', 'baz'] },
      [{ op: 'add', path: '/foo/1', value: 'qux' }],
      { foo: ['bar', 'qux', 'baz'] },
    ],
    [{ baz: 'qux', foo: 'bar' }, [{ op: 'remove', path: '/baz' }], { foo: 'bar' }],
    [{ foo: ['a', 'b', 'c'] }, [{ op: 'remove', path: '/foo/1' }], { foo: ['a', 'c'] }],
    [{ baz: 'qux' }, [{ op: 'replace', path: '/baz', value: 'boo' }], { baz: 'boo' }],
    [
      { foo: { bar: 'baz', waldo: 'fred' }, qux: { corge: 'grault' } },
      [{ op: 'move', from: '/foo/waldo', path: '/qux/thud' }],
      { foo: { bar: 'baz' }, qux: { corge: 'grault', thud: 'fred' } },
    ],
    [
      { foo: ['all', 'grass', 'cows', 'eat'] },
      [{ op: 'move', from: '/foo/1', path: '/foo/3' }],
      { foo: ['all', 'cows', 'eat', 'grass'] },
    ],
    [
      { baz: 'qux', foo: ['a', 2, 'c'] },
      [
        { op: 'test', path: '/baz', value: 'qux' },
        { op: 'test', path: '/foo/1', value: 2 },
      ],
      { baz: 'qux', foo: ['a', 2, 'c'] },
    ],
    [
      { foo: 'bar' },
      [{ op: 'add', path: '/child', value: { grandchild: {} } }],
      { foo: 'bar', child: { grandchild: {} } },
    ],
    [{ foo: 'bar' }, [{ op: 'add', path: '/baz', value: 'q', xyz: 1 }], { foo: 'bar', baz: 'q' }],
    [{ '/': 9, '~1': 10 }, [{ op: 'test', path: '/~01', value: 10 }], { '/': 9, '~1': 10 }],
    [
      { foo: ['bar'] },
      [{ op: 'add', path: '/foo/-', value: ['abc', 'def'] }],
      { foo: ['bar', ['abc', 'def']] },
    ],
    [{ a: { b: 1 } }, [{ op: 'copy', from: '/a', path: '/c' }], { a: { b: 1 }, c: { b: 1 } }],
    [{ a: 1 }, [{ op: 'replace', path: '', value: { b: 2 } }], { b: 2 }],
  ])('%j after %j is %j', (target, patch, result) => {
    expect(after(target, ...patch)).toEqual(result);
  });

  it.each<[unknown, RegExp]>([
    [{ op: 'test', path: '/baz', value: 'bar' }, /^operation 0: testing value \/baz failed$/],
    [{ op: 'add', path: '/baz/bat', value: 'qux' }, /there is nothing below "bat"/],
    [{ op: 'remove', path: '/nope' }, /there is no "nope" to remove/],
    [{ op: 'replace', path: '/nope', value: 1 }, /there is no "nope" to replace/],
    [{ op: 'add', path: '/list/9', value: 1 }, /index 9 is out of bounds/],
    [{ op: 'add', path: '/list/01', value: 1 }, /"01" is no index/],
    [{ op: 'replace', path: '/list/-', value: 1 }, /"-" is no index/],
    [{ op: 'move', from: '/object', path: '/object/x' }, /cannot be moved into itself/],
    [{ op: 'frob', path: '/baz' }, /unknown operation "frob"/],
    [{ op: 'add', path: 'baz', value: 1 }, /is no JSON pointer/],
    [{ op: 'add', path: '/x' }, /no value/],
    [{ op: 'remove', path: '' }, /cannot be removed/],
  ])('refuses %j', (operation, message) => {
    expect(after({ baz: 'qux', list: [1], object: {} }, operation)).toMatch(message);
  });

  it('tells what is no patch from one that does not fit', () => {
    expect(jsonPatch({}, { op: 'add' })).toMatchObject({ ok: false, why: 'malformed' });
    expect(jsonPatch({}, [1])).toMatchObject({ ok: false, why: 'malformed' });
    expect(jsonPatch({}, [{ op: 'remove', path: '/a' }])).toMatchObject({ why: 'failed' });
    expect(
      jsonPatch(
        {},
        Array.from({ length: 10_001 }, () => ({})),
      ),
    ).toMatchObject({
      why: 'tooMany',
    });
  });

  it('copies no more than 3 MiB of JSON, however often it doubles', () => {
    const into = (count: number) =>
      Array.from({ length: count }, (_, n) => ({ op: 'copy', from: '/a', path: `/a/k${n}` }));
    expect(jsonPatch({ a: { b: 'c' } }, into(17))).toMatchObject({ ok: true });
    const message = expect.stringContaining('exceeding the limit 3145728');
    expect(jsonPatch({ a: { b: 'c' } }, into(60))).toEqual({ ok: false, why: 'failed', message });
    // the quotes of a text count, as they do upstream, and so does every byte of it
    const add = (from: string) => ({ op: 'copy', from, path: '/list/-' });
    const fits = 'ü'.repeat((maxCopiedBytes - 2) / 2);
    expect(jsonPatch({ a: fits, list: [] }, [add('/a')])).toMatchObject({ ok: true });
    const twice = [add('/a'), add('/b')];
    expect(jsonPatch({ a: fits, b: 1, list: [] }, twice)).toEqual({
      ...{ ok: false, why: 'failed' },
      message: `operation 1: Unable to complete the copy, the accumulated size increase of copy is ${maxCopiedBytes + 1}, exceeding the limit ${maxCopiedBytes}`,
    });
  });

  it('keeps a copy apart from what it was copied from', () => {
    const patch = [
      { op: 'add', path: '/a/b/c', value: { d: [1] } },
      { op: 'copy', from: '/a/b', path: '/e' },
      { op: 'add', path: '/a/b/c/d/-', value: 2 },
      { op: 'move', from: '/e/c', path: '/f' },
      { op: 'add', path: '/f/d/0', value: 0 },
    ];
    const value = { a: { b: { c: { d: [1, 2] } } }, e: {}, f: { d: [0, 1] } };
    expect(jsonPatch({ a: { b: {} } }, patch)).toEqual({ ok: true, value });
    expect(patch[0]?.value).toEqual({ d: [1] });
  });

  it('makes nothing that nests too deep for what reads it', () => {
    const deepest = '/a'.repeat(500);
    const chain = (levels: number): Json => (levels === 0 ? {} : { a: chain(levels - 1) });
    const doubling = Array.from({ length: 600 }, () => ({ op: 'copy', from: '/a', path: '/a/a' }));
    expect(jsonPatch({ a: {} }, doubling)).toMatchObject({ ok: false, why: 'failed' });
    const value = chain(20);
    for (const operation of [
      { op: 'add', path: deepest, value },
      { op: 'copy', from: '/b', path: deepest },
      { op: 'move', from: '/b', path: deepest },
      { op: 'add', path: '/a'.repeat(100_000), value },
    ]) {
      const outcome = jsonPatch({ a: chain(499), b: value }, [operation]);
      expect(outcome).toMatchObject({ ok: false, why: 'failed' });
    }
  });

  it('never throws, and never changes what it was given', () => {
    const path = fc
      .array(fc.constantFrom('a', 'b', '0', '-', '__proto__', '~', ''))
      .map((tokens) => tokens.map((token) => `/${token}`).join(''));
    const operation = fc.record(
      {
        op: fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test'),
        path,
        from: path,
        value: fc.jsonValue({ maxDepth: 2 }),
      },
      { requiredKeys: ['op'] },
    );
    fc.assert(
      fc.property(fc.jsonValue(), fc.array(operation), (target, patch) => {
        const before = structuredClone(target);
        jsonPatch(target as Json, patch);
        expect(target).toEqual(before);
      }),
    );
  });
});
