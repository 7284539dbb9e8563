import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findJsonPath, parseJsonPath } from '../../src/kube/json-path.ts';

const object = {
  metadata: { labels: { 'app.kubernetes.io/name': 'web', env: 'prod' }, name: 'web' },
  spec: {
    containers: [
      { name: 'a', image: 'a:1', port: 80 },
      { name: 'b', image: 'b:2', port: 90 },
    ],
  },
  status: {
    conditions: [
      { type: 'Ready', status: 'True' },
      { type: 'Other', status: 'False' },
    ],
    ready: 3,
  },
};

const find = (text: string): readonly unknown[] | string => {
  const path = parseJsonPath(text);
  return path.ok ? findJsonPath(path, object) : path.error;
};

describe('findJsonPath', () => {
  test.each([
    ['.status.ready', [3]],
    ['$.status.ready', [3]],
    ['status.ready', [3]],
    ['.metadata.labels.app\\.kubernetes\\.io/name', ['web']],
    [".metadata.labels['app.kubernetes.io/name']", ['web']],
    ['.spec.containers[*].image', ['a:1', 'b:2']],
    ['.spec.containers[0].image', ['a:1']],
    ['.spec.containers[-1].image', ['b:2']],
    ['.spec.containers[0:1].name', ['a']],
    ['.spec.containers[0,1].name', ['a', 'b']],
    ['.spec.containers[?(@.name=="b")].image', ['b:2']],
    ['.spec.containers[?(@.port > 80)].name', ['b']],
    ['.spec.containers[?(@.port)].name', ['a', 'b']],
    ['.status.conditions[?(@.type=="Ready")].status', ['True']],
    ['..image', ['a:1', 'b:2']],
    ['.metadata.labels.*', ['web', 'prod']],
    ['.status.missing.deeper', []],
    ['.spec.containers[7]', []],
    ['.constructor', []],
    ['.__proto__', []],
    ['.', [object]],
    ['', [object]],
  ])('%s', (path, expected) => {
    expect(find(path)).toEqual(expected);
  });

  test.each(['.[', '.a[', '.a[?(', '.a[x]', '.a[?(@.b=]', '.a]', '.a[0:1:0]', '..', ')'])(
    'says why %s is no path',
    (path) => {
      expect(find(path)).toContain('expected');
    },
  );

  test('never throws and ends on any text', () => {
    const soup = fc.array(
      fc.constantFrom(
        '.',
        '..',
        '[',
        ']',
        '*',
        '?(',
        ')',
        '@',
        '==',
        'a',
        '0',
        ':',
        "'",
        '\\',
        ' ',
      ),
    );
    fc.assert(
      fc.property(soup, (parts) => {
        const path = parseJsonPath(parts.join(''));
        if (path.ok) findJsonPath(path, object);
      }),
    );
  });
});
