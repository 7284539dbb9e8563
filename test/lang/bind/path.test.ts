import { describe, expect, test } from 'vitest';
import { declaredKind, findBuiltInKind } from '../../../src/lang/bind/kinds.ts';
import { folderOf, inFolder, resolvePath } from '../../../src/lang/bind/path.ts';
import { nearest } from '../../../src/lang/suggest.ts';

describe('paths', () => {
  test.each([
    ['', './a/b', 'a/b'],
    ['x/y', '../z/./q.ocm', 'x/z/q.ocm'],
    ['x', '..', ''],
    ['x', '../..', null],
    ['', '../a', null],
    ['a', 'b//c/', 'a/b/c'],
  ])('%j with %j is %j', (folder, path, expected) => {
    expect(resolvePath(folder, path)).toBe(expected);
  });

  test('the folder of a path, and a name in it', () => {
    expect(folderOf('a/b/c.ocm')).toBe('a/b');
    expect(folderOf('c.ocm')).toBe('');
    expect(inFolder('', '*.ocm')).toBe('*.ocm');
    expect(inFolder('a/b', '*.ocm')).toBe('a/b/*.ocm');
  });
});

describe('kinds', () => {
  test('a kind of one group is found by its name as written, a core Event before the other', () => {
    expect(findBuiltInKind('Deployment')).toMatchObject({
      kind: { group: 'apps', namespaced: true },
    });
    expect(findBuiltInKind('Event')).toMatchObject({ kind: { group: '', version: 'v1' } });
    expect(findBuiltInKind('deployment')).toBeNull();
    expect(findBuiltInKind('constructor')).toBeNull();
  });

  test.each(['v1', 'acme.io/v1beta1'])('%s is an API version', (text) => {
    expect(declaredKind('Widget', text)).toMatchObject({ kind: 'Widget' });
  });
  test.each(['', '1', 'acme.io/', 'acme.io/v1/x', 'Acme.io/v1'])('%j is none', (text) => {
    expect(declaredKind('Widget', text)).toBeNull();
  });
});

describe('nearest', () => {
  const names = ['placement', 'policy', 'rollout', 'take', 'tolerate', 'env', 'eu-web'];
  test.each([
    ['plcement', ['placement']],
    ['polciy', ['policy']],
    ['enb', ['env']],
    ['xyz', []],
    ['', []],
    ['x'.repeat(10_000), []],
  ])('%s', (word, expected) => {
    expect(nearest(word, names)).toEqual(expected);
  });
});
