import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { yamlText } from '../../../../src/engine/policy/diff/yaml-text.ts';
import { parseYaml } from '../../../../src/kube/yaml.ts';

// Answers of sigs.k8s.io/yaml 1.6.
describe('yamlText', () => {
  test.each<[unknown, string]>([
    [{ b: 1, a: [] }, 'a: []\nb: 1\n'],
    [{ a: {} }, 'a: {}\n'],
    [
      { n: [1, { x: [{ y: 1 }], z: [] }, [], {}, [[1, 2], [3]]] },
      '"n":\n- 1\n- x:\n  - "y": 1\n  z: []\n- []\n- {}\n- - - 1\n    - 2\n  - - 3\n',
    ],
    [{ k: 'multi\nline' }, 'k: |-\n  multi\n  line\n'],
    [{ l: 'multi\nline\n' }, 'l: |\n  multi\n  line\n'],
    [{ lead: '\n x' }, 'lead: |2-\n\n   x\n'],
    [{ nl: '\n', z: 1 }, 'nl: |2+\n\nz: 1\n'],
    [{ a10: 1, a9: 2, B: 3, 1: 4 }, '"1": 4\nB: 3\na9: 2\na10: 1\n'],
    [
      {
        m: 'a very long string that goes on and on over more than eighty columns so that a wrapping emitter would fold it',
      },
      'm: a very long string that goes on and on over more than eighty columns so that a\n  wrapping emitter would fold it\n',
    ],
    [{ 'a\nb': 1 }, '? |-\n  a\n  b\n: 1\n'],
  ])('%j', (value, text) => {
    expect(yamlText(value)).toBe(text);
  });

  test.each<[unknown, string]>([
    ['yes', '"yes"'],
    ['y', '"y"'],
    ['2001-01-01', '"2001-01-01"'],
    ['0x10', '"0x10"'],
    ['1e3', '"1e3"'],
    ['~', '"~"'],
    ['', '""'],
    [' x', "' x'"],
    ['a: b', "'a: b'"],
    ['a #b', "'a #b'"],
    ['1_000', '"1_000"'],
    ['=', '='],
    ['<<', '<<'],
    ['@x', "'@x'"],
    ['-a', '-a'],
    ['- a', "'- a'"],
    ['a:', "'a:'"],
    [':a', ':a'],
    ["it's", "it's"],
    ["'", "''''"],
    ['tab\tx', '"tab\\tx"'],
    ['é', 'é'],
    ['😀', '"\\U0001F600"'],
    ['12:30:45', '"12:30:45"'],
    ['0777', '"0777"'],
    ['---', "'---'"],
    ['a \nb', '"a \\nb"'],
    ['\u0001', '"\\x01"'],
    ['a\rb', '"a\\rb"'],
    [1.5, '1.5'],
    [1e21, '1e+21'],
    [12_345_678_901, '12345678901'],
    [1_234_567.5, '1.2345675e+06'],
    [null, 'null'],
    [true, 'true'],
  ])('%j is written %s', (value, text) => {
    expect(yamlText({ v: value })).toBe(`v: ${text}\n`);
  });

  test('what it writes is read back', () => {
    const text = fc.oneof(fc.string(), fc.stringMatching(/^[-?:# 'a-z\n"[{]{0,30}$/));
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.array(text)), (value) => {
        const read = parseYaml(yamlText(value), 'kubernetes');
        if (!read.ok) throw new Error(read.message);
        expect(read.documents[0]?.value).toEqual({ ...value });
      }),
    );
  });
});
