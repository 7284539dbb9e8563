import { describe, expect, test } from 'vitest';
import type { IrExpr } from '../../../src/ir/expr.ts';
import { contradict, contradictionIn, factsIn } from '../../../src/ir/logic/refute.ts';
import {
  and,
  call,
  claim,
  coalesce,
  compare,
  constant,
  eq,
  fact,
  field,
  has,
  isIn,
  label,
  member,
  ne,
  not,
  onTaints,
  or,
} from '../exprs.ts';

const env = label('env');
const ring = label('ring', { default: 'broad' });
const gpus = label('gpus', {}, 'int');
const load = fact('load', { from: 'score', resource: 'usage', score: 'load' }, 'score');
const memory = field('status.allocatable.memory', 'quantity');
const k8s = claim('k8s', {}, 'version');
const ready = fact('ready', { from: 'condition', type: 'Ready' }, 'condition');
const share = label('share', {}, 'percent');
const pressure = label('pressure', {}, 'float');
const version = (text: string) => constant(text, 'version');
const quantity = (text: string) => constant(text, 'quantity');
const never = (...exprs: IrExpr[]) => contradict(exprs.map((expr) => ({ expr, holds: true })));
const always = (expr: IrExpr, among?: 'known') => contradict([{ expr, holds: false }], among);

describe('never', () => {
  test.each<[string, IrExpr[]]>([
    ['one text and another', [eq(env, 'a'), eq(env, 'b')]],
    ['a text and none of some', [eq(env, 'a'), not(isIn(env, ['a', 'b']))]],
    ['some, and each of them left out', [isIn(env, ['a', 'b']), ne(env, 'a'), ne(env, 'b')]],
    ['a text that begins otherwise', [eq(env, 'a'), call('startsWith', env, constant('b'))]],
    ['there and not there', [has(env), not(has(env))]],
    ['not there, and of a value', [not(has(env)), eq(env, 'a')]],
    ['a default that is not there', [not(has(ring))]],
    ['between two whole numbers', [compare(gpus, '>', 3), compare(gpus, '<', 4)]],
    [
      'above and below',
      [compare(memory, '>', quantity('1Gi')), compare(memory, '<', quantity('1000Mi'))],
    ],
    [
      'a line of versions and the next',
      [eq(k8s, version('v1.29')), compare(k8s, '>=', version('v1.30'))],
    ],
    ['above a line, and of it', [compare(k8s, '>', version('v1.29')), eq(k8s, version('v1.29.9'))]],
    ['a score there is none of', [compare(load, '>', 100)]],
    ['a percentage there is none of', [compare(share, '>', constant('100%', 'percent'))]],
    ['a condition and its opposite', [ready, not(ready)]],
    [
      'doubles next to each other',
      [compare(pressure, '<', constant(0.5, 'float')), eq(pressure, constant(0.5, 'float'))],
    ],
    ['in every branch', [or(eq(env, 'a'), eq(env, 'b')), not(isIn(env, ['a', 'b']))]],
    ['with `??`', [eq(coalesce(gpus, constant(1)), 1), compare(gpus, '>', 1)]],
    [
      'the same unknown condition',
      [
        onTaints('any', (t) => eq(member(t, 'key'), 'a')),
        not(onTaints('any', (t) => eq(member(t, 'key'), 'a'))),
      ],
    ],
    ['a number that is computed', [eq(call('size', env), 3), compare(call('size', env), '>', 3)]],
  ])('%s', (_, exprs) => expect(never(...exprs)).toBe(true));
});

describe('always', () => {
  test('of a fact with a default, whatever it is', () => {
    expect(always(or(ne(ring, 'a'), ne(ring, 'b')))).toBe(true);
    expect(always(has(ring))).toBe(true);
  });

  test('of any other fact only where it is there and of its type', () => {
    const cases = [
      or(ne(env, 'a'), ne(env, 'b')),
      or(compare(gpus, '>', 2), compare(gpus, '<=', 2)),
      compare(load, '<=', 100),
      or(ready, not(ready)),
    ];
    for (const one of cases) {
      expect(always(one)).toBe(false);
      expect(always(one, 'known')).toBe(true);
      expect(factsIn([one])).toHaveLength(1);
    }
  });
});

describe('may hold', () => {
  test.each<[string, IrExpr[]]>([
    ['different facts', [eq(env, 'a'), eq(ring, 'b')]],
    [
      'between two quantities',
      [compare(memory, '>', quantity('1')), compare(memory, '<', quantity('2'))],
    ],
    ['a missing fact with a default', [not(has(label('ring'))), eq(ring, 'broad')]],
    ['a text of a number', [eq(label('gpus'), '01'), eq(gpus, 1)]],
    ['two facts', [compare(env, '==', ring), eq(env, 'a'), eq(ring, 'b')]],
    ['CEL', [{ op: 'cel', source: 'false' }, eq(env, 'a')]],
  ])('%s', (_, exprs) => expect(never(...exprs)).toBe(false));
});

test('names the fewest claims', () => {
  const claims = [eq(env, 'a'), has(gpus), eq(ring, 'x'), ne(ring, 'x'), eq(ring, 'y')].map(
    (expr) => ({ expr, holds: true }),
  );
  expect(contradictionIn(claims)).toEqual(
    [claims[3], claims[4]].slice(0, 0).concat(claims.slice(2, 3), claims.slice(4)),
  );
  expect(contradictionIn(claims.slice(0, 3))).toBeNull();
});

test('gives up on what would take too long, and is soon done', () => {
  const choice = (at: number) => or(eq(label(`a${at}`), 'x'), eq(label(`b${at}`), 'x'));
  const choices = Array.from({ length: 200 }, (_, at) => choice(at));
  const none = and(...choices, ...choices.map((of) => not(of)));
  expect(typeof never(none)).toBe('boolean');
  let deep: IrExpr = eq(env, 'a');
  for (let at = 0; at < 150; at++)
    deep = at % 2 === 0 ? or(deep, eq(gpus, at)) : and(deep, ne(gpus, at));
  expect(never(deep, eq(env, 'b'), ...choices)).toBe(false);
});
