import { describe, expect, it } from 'vitest';
import { maxYamlDepth, parseYaml, writeYaml, type YamlDialect } from '../../src/kube/yaml.ts';

const values = (text: string, dialect?: YamlDialect) => {
  const read = parseYaml(text, dialect);
  return read.ok ? read.documents.map(({ value }) => value) : read;
};
const refusal = (text: string) => {
  const read = parseYaml(text);
  return read.ok ? null : { message: read.message, at: text.slice(read.offset).split('\n')[0] };
};

describe('parseYaml', () => {
  it('reads the documents of a stream with their places and leaves empty ones out', () => {
    const text = '# head\na: 1\n---\n# nothing\n---\n- x\n---\n';
    const read = parseYaml(text);
    expect(read).toEqual({
      ok: true,
      documents: [
        { value: { a: 1 }, start: 7, end: 11 },
        { value: ['x'], start: 30, end: 33 },
      ],
    });
  });

  it('resolves plain scalars as YAML 1.2 does', () => {
    const text =
      '[~, null, "", true, False, yes, 12, -3, +4, 0o17, 0x1F, 0644, 1.5, .5, 1e3, 1_000, 12:30, 2001-01-01]';
    expect(values(text)).toEqual([
      [null, null, '', true, false, 'yes', 12, -3, 4, 15, 31, 644, 1.5, 0.5, 1000].concat([
        '1_000',
        '12:30',
        '2001-01-01',
      ] as never),
    ]);
  });

  it('resolves plain scalars as kubectl does where it reads manifests', () => {
    expect(values('[yes, Off, y, N, 0644, 0b11, 1_000, on]', 'kubernetes')).toEqual([
      [true, false, true, false, 420, 3, 1000, true],
    ]);
    expect(values('["yes", \'0644\', !!str 0644]', 'kubernetes')).toEqual([
      ['yes', '0644', '0644'],
    ]);
  });

  it('refuses integers that JSON does not keep, and numbers it does not have', () => {
    expect(values('9007199254740991')).toEqual([9007199254740991]);
    expect(refusal('a: 9007199254740993')).toEqual({
      message: '`9007199254740993` is beyond the integers JSON keeps exactly: write it in quotes',
      at: '9007199254740993',
    });
    expect(refusal(`a: ${'9'.repeat(100_000)}`)?.message).toContain('beyond the integers');
    expect(refusal('a: .nan')?.message).toBe('`.nan` has no form in JSON');
    expect(refusal('a: 1e999')?.message).toBe('`1e999` is too large a number');
  });

  it('refuses keys that are written twice, are no scalars or would reach a prototype', () => {
    expect(refusal('a: 1\nb: 2\na: 3')).toEqual({
      message: 'the key `a` is written twice',
      at: 'a: 3',
    });
    expect(refusal('? [a]\n: b')?.message).toBe('a key must be a scalar');
    expect(refusal('x:\n  __proto__: 1')?.message).toBe('the key `__proto__` is not allowed');
    expect(values('constructor: 1\ntoString: 2')).toEqual([{ constructor: 1, toString: 2 }]);
  });

  it('follows aliases and merges, within bounds', () => {
    expect(values('a: &x {b: 1}\nc: *x\nd: {<<: *x, e: 2}\nf: {<<: [*x, {b: 5, g: 6}]}')).toEqual([
      { a: { b: 1 }, c: { b: 1 }, d: { b: 1, e: 2 }, f: { b: 1, g: 6 } },
    ]);
    expect(refusal('a: *b')?.message).toBe('no anchor `b` before this');
    expect(refusal('a: &a [*a]')?.message).toBe('no anchor `a` before this');
    const wide = Array.from({ length: 10 }, (_, i) =>
      i === 0 ? 'a0: &a0 [x,x,x,x,x,x,x,x,x]' : `a${i}: &a${i} [${Array(9).fill(`*a${i - 1}`)}]`,
    );
    expect(refusal(wide.join('\n'))?.message).toBe('aliases make this too large');
    const deep = Array.from({ length: 200 }, (_, i) =>
      i === 0 ? 'a0: &a0 [x]' : `a${i}: &a${i} [*a${i - 1}]`,
    );
    expect(refusal(deep.join('\n'))?.message).toBe('aliases make this too large');
  });

  it('refuses nesting without end, unknown tags and text that is no YAML, and says where', () => {
    expect(parseYaml('['.repeat(100_000)).ok).toBe(false);
    expect(parseYaml(`${'['.repeat(maxYamlDepth - 1)}${']'.repeat(maxYamlDepth - 1)}`).ok).toBe(
      true,
    );
    expect(refusal('a: !foo 1')).toEqual({ message: 'the tag `!foo` is not known', at: '!foo 1' });
    expect(refusal('a: !!int x')?.message).toBe('`x` is no !!int');
    expect(refusal('a: [1,\nb: }')).toEqual({ message: 'deficient indentation', at: 'b: }' });
    expect(parseYaml('\0').ok).toBe(false);
  });
});

describe('writeYaml', () => {
  it('writes what every reader takes for the same', () => {
    const value = {
      b: 'yes',
      a: '0644',
      text: 'line\nanother\n',
      list: ['a', { c: [] }],
      empty: {},
      none: null,
      template: '{{hub fromConfigMap "" "c" "k" hub}}',
      number: '12',
      date: '2001-01-01',
      long: 'word '.repeat(40),
      on: true,
    };
    const text = writeYaml([value, 1]);
    expect(values(text)).toEqual([value, 1]);
    expect(values(text, 'kubernetes')).toEqual([value, 1]);
    expect(text).toBe(`b: "yes"
a: "0644"
text: |
  line
  another
list:
  - a
  - c: []
empty: {}
none: null
template: "{{hub fromConfigMap \\"\\" \\"c\\" \\"k\\" hub}}"
number: "12"
date: "2001-01-01"
long: "${'word '.repeat(40)}"
"on": true
---
1
`);
  });
});
