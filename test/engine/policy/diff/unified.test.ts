import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unifiedDiff } from '../../../../src/engine/policy/diff/unified.ts';

const diff = (from: readonly string[], to: readonly string[], context = 5) =>
  unifiedDiff({
    from: { title: 'x : existing', text: from.map((line) => `${line}\n`).join('') },
    to: { title: 'x : updated', text: to.map((line) => `${line}\n`).join('') },
    context,
  });

describe('unifiedDiff', () => {
  test('shows what changed with lines around it; the end of the text is a line', () => {
    expect(diff(['a', 'b', 'c'], ['a', 'x', 'c'])).toBe(
      '--- x : existing\n+++ x : updated\n@@ -1,4 +1,4 @@\n a\n-b\n+x\n c\n \n',
    );
  });

  test('is empty where nothing changed', () => {
    expect(diff(['a'], ['a'])).toBe('');
  });

  test('keeps far changes apart and near ones together', () => {
    const lines = Array.from({ length: 40 }, (_, i) => `l${i}`);
    const changed = lines.map((line, i) => (i === 5 || i === 30 ? 'new' : line));
    expect(diff(lines, changed).match(/^@@/gm)).toHaveLength(2);
    const near = lines.map((line, i) => (i === 5 || i === 12 ? 'new' : line));
    expect(diff(lines, near).match(/^@@/gm)).toHaveLength(1);
  });

  test('of nothing and something', () => {
    expect(diff([], ['a'])).toBe('--- x : existing\n+++ x : updated\n@@ -1 +1,2 @@\n+a\n \n');
  });

  test('applied to one text it gives the other', () => {
    const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 60 });
    fc.assert(
      fc.property(lines, lines, (from, to) => {
        const text = diff(from, to, 1000);
        const body = text.split('\n').slice(3, -1);
        const side = (mark: string) =>
          body
            .filter((line) => line.startsWith(' ') || line.startsWith(mark))
            .map((line) => line.slice(1));
        if (text === '') expect(from).toEqual(to);
        else
          expect([side('-'), side('+')]).toEqual([
            [...from, ''],
            [...to, ''],
          ]);
      }),
    );
  });
});
