import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../../src/engine/pattern/pattern.ts';

function pattern(source: string) {
  const compiled = compilePattern(source);
  if (!compiled.ok) throw new Error(compiled.message);
  return compiled.pattern;
}

describe('patterns', () => {
  it('match anywhere unless anchored', () => {
    expect(pattern('b+').test('abba')).toBe(true);
    expect(pattern('^b+$').test('abba')).toBe(false);
  });

  it('find the leftmost match, and all of them as Go does', () => {
    expect(pattern('[0-9]+[.][0-9]+').find('v1.29.3')).toBe('1.29');
    expect(pattern('x').find('abc')).toBeNull();
    expect(pattern('[a-z]').findAll('a1b2c3', -1)).toEqual(['a', 'b', 'c']);
    expect(pattern('[a-z]').findAll('a1b2c3', 2)).toEqual(['a', 'b']);
    expect(pattern('a*').findAll('baac', -1)).toEqual(['', 'aa', '']);
    expect(pattern('a').findAll('aaa', 0)).toEqual([]);
  });

  it.each([
    ['(', 'error parsing regexp: missing closing ): `(`'],
    ['a**', 'error parsing regexp: invalid nested repetition operator: `**`'],
    ['(?=a)', 'error parsing regexp: invalid or unsupported Perl syntax: `(?=`'],
    ['\\8', 'error parsing regexp: invalid escape sequence: `\\8`'],
    ['x{1001}', 'error parsing regexp: invalid repeat count: `{1001}`'],
  ])('say what Go says of %s', (source, message) => {
    expect(compilePattern(source)).toEqual({ ok: false, message });
  });

  it('refuse what is far too long', () => {
    expect(compilePattern('a'.repeat(20_000)).ok).toBe(false);
  });

  it('run in linear time where a backtracking engine would not end', () => {
    expect(pattern('^(a+)+$').test(`${'a'.repeat(50_000)}b`)).toBe(false);
  });
});
