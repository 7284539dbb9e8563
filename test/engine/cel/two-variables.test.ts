import { describe, expect, test } from 'vitest';
import { compileCel } from '../../../src/engine/cel/cel.ts';
import { compileClusterCel } from '../../../src/engine/cel/cluster-selector.ts';
import { environment } from '../../../src/engine/cel/environment.ts';
import { baseLibraries, namedTypes } from '../../../src/engine/cel/libraries.ts';
import { twoVariables } from '../../../src/engine/cel/library/two-variables.ts';
import { fromJson } from '../../../src/engine/cel/map.ts';
import { dyn } from '../../../src/engine/cel/types.ts';
import { isError } from '../../../src/engine/cel/value.ts';

const env = environment(new Map([['x', dyn]]), namedTypes, [...baseLibraries, twoVariables]);

/** What an expression gives, or what is wrong with it. */
function evaluated(text: string, x: object = {}): unknown {
  const compiled = compileCel(text, env);
  if (!compiled.ok) return compiled.message.split('\n')[0];
  const { value } = compiled.program.run({
    variables: new Map([['x', fromJson(x as never, 'int')]]),
  });
  return isError(value) ? value.message : value;
}

describe('folds with two variables', () => {
  test.each([
    ['[1, 2, 3].all(i, v, i < v)', true],
    ["{'hello': 'world', 'taco': 'taco'}.all(k, v, k != v)", false],
    ["{'h': ['hello', 'hi'], 'j': ['joke', 'jog']}.all(k, vs, vs.all(v, v.startsWith(k)))", true],
    ["{'a': 1, 'b': 2}.exists(k, v, k == 'b' && v == 2)", true],
    ['[1, 2, 4].exists(i, v, v == 1024 && i == 10)', false],
    ['[1, 1, 2, 2].existsOne(i, v, i == 2 && v == 2)', true],
    ['[1, 2, 1].exists_one(i, v, v == 1)', false],
    ['[1, 2, 3].transformList(i, v, i * v + v) == [1, 4, 9]', true],
    ['[1, 2, 3].transformList(i, v, i % 2 == 0, i * v + v) == [1, 9]', true],
    ["{'a': 'b'}.transformList(k, v, [k, v]) == [['a', 'b']]", true],
    ['[1, 2, 3].transformMap(i, v, i * v + v) == {0: 1, 1: 4, 2: 9}', true],
    ["{'a': 'b', 'c': 'd'}.transformMap(k, v, v != 'd', v + '!') == {'a': 'b!'}", true],
    ["{'a': 'b'}.transformMapEntry(k, v, {v: k}) == {'b': 'a'}", true],
    ['[7, 8].transformMapEntry(i, v, i > 0, {v: i}) == {8: 1}', true],
    ['x.l.all(i, v, v > i)', true],
    ["x.m.transformMap(k, v, v.transformMap(i, w, [k, w]))['a'][0] == ['a', 'b']", true],
    ["x.m.transformMap(k, v, v).transformMapEntry(k, v, {v[0]: k}) == {'b': 'a'}", true],
  ])('%s is %s', (text, value) => {
    expect(evaluated(text, { l: [1, 2], m: { a: ['b'] } })).toBe(value);
  });

  test('an entry that is there already is an error, as in cel-go', () => {
    const same = "{'a': 'x', 'b': 'x'}.transformMapEntry(k, v, {v: k}).size()";
    expect(evaluated(same)).toBe('insert failed: key x already exists');
    expect(evaluated('[1].transformMapEntry(i, v, {1: v, 1u: v}).size()')).toBe(1n);
    expect(evaluated('[1, 1].transformMapEntry(i, v, {v: v}).size()')).toBe(
      'insert failed: key 1 already exists',
    );
  });

  test.each([
    ['[1].all(i, i, i > 0)', 'duplicate variable name: i'],
    ['[1].all(i, x.l, true)', 'argument must be a simple name'],
    ['[1].exists(__result__, v, true)', 'iteration variable overwrites accumulator variable'],
    ['[1].transformMapEntry(i, v, v)', "found no matching overload for 'cel.@mapInsert'"],
    ["['a'].all(i, v, v > i)", "found no matching overload for '_>_'"],
    ['1.all(i, v, true)', "expression of type 'int' cannot be range of a comprehension"],
  ])('%s does not compile: %s', (text, message) => {
    expect(evaluated(text)).toContain(message);
  });

  test('a map that grows costs as much as it has entries, not their square', () => {
    const l = Array.from({ length: 50_000 }, (_, at) => at);
    expect(evaluated('x.l.transformMap(i, v, v).size()', { l })).toBe(50_000n);
  });

  test('placements do not know them, as upstream has it', () => {
    expect(compileClusterCel('[1].all(i, v, i < v)')).toMatchObject({ ok: false });
  });
});
