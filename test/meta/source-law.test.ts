import { expect, test } from 'vitest';
import { root } from '../support/capabilities.ts';
import { mirror } from './mirror.ts';
import { scan } from './source-scan.ts';

test('the scan finds what it looks for, and nothing else', () => {
  const tree = mirror({
    'src/engine/dice.ts': 'export const it = Math.random();\n',
    'src/engine/late.ts': 'export const it = async () => 1;\n',
    'src/lang/around.ts': 'export const it = (globalThis as unknown as { x: 1 }).x;\n',
    'src/kube/order.ts': "export const it = 'a'.localeCompare('b');\n",
    'src/cli/source.ts': "export const it: unknown = new Function('return 1');\n",
    'src/cli/found.ts': 'export const it = (text: string, by: string) => text.match(by);\n',
    'src/base/fine.ts': `/** Math.random */
export const it = (text: string, tree: { search: (by: string) => number }) =>
  [text.match(/a/), text.search(/b/), tree.search(text), { Intl: 'Math.random' }];\n`,
    'src/runtime/fine.ts':
      'export const it = async () => [Math.random(), globalThis] as unknown;\n',
  });
  try {
    expect(scan(`${tree.path}/`)).toEqual([
      { file: 'src/cli/found.ts', line: 1, what: 'text as pattern: match' },
      { file: 'src/cli/source.ts', line: 1, what: 'eval' },
      { file: 'src/engine/dice.ts', line: 1, what: 'Math.random' },
      { file: 'src/engine/late.ts', line: 1, what: 'async' },
      { file: 'src/kube/order.ts', line: 1, what: 'locale: localeCompare' },
      { file: 'src/lang/around.ts', line: 1, what: 'globalThis' },
    ]);
  } finally {
    tree.remove();
  }
}, 120_000);

test('no source is random, locale-bound or asynchronous where it must not be, or makes a pattern of a text', () => {
  expect(scan(root)).toEqual([]);
}, 120_000);
