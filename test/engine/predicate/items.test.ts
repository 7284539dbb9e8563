import { describe, expect, test } from 'vitest';
import type { IrExpr, IrItem, IrRecordItem } from '../../../src/ir/expr.ts';
import {
  attribute,
  bool,
  calculate,
  compare,
  int,
  json,
  labelled,
  result,
  text,
  variable,
} from './builders.ts';

const list = (...items: IrItem[]): IrExpr => ({ op: 'list', items });
const record = (...items: IrRecordItem[]): IrExpr => ({ op: 'record', items });
const value = (of: IrExpr): IrItem => ({ item: 'value', value: of });
const field = (key: string, of: IrExpr): IrRecordItem => ({ item: 'field', key, value: of });
const i = variable('i');

describe('lists and records', () => {
  test('elements, spreads, loops and branches, in order', () => {
    const over = json([1, 2, 3]);
    const expr = list(
      value(int(0)),
      { item: 'spread', of: over },
      {
        item: 'for',
        variables: ['i'],
        over,
        test: compare(i, '>', int(1)),
        items: [value(calculate(i, '*', int(10)))],
      },
      { item: 'if', test: bool(false), yes: [value(text('yes'))], no: [value(text('no'))] },
    );
    expect(result(expr)).toEqual([0, 1, 2, 3, 20, 30, 'no']);
  });

  test('loops give index and element, key and value; maps go by key', () => {
    const pairs = (over: IrExpr) =>
      list({
        item: 'for',
        variables: ['k', 'v'],
        over,
        test: null,
        items: [value(list(value(variable('k')), value(variable('v'))))],
      });
    expect(result(pairs(json(['a', 'b'])))).toEqual([
      [0, 'a'],
      [1, 'b'],
    ]);
    expect(result(pairs(json({ b: 1, a: 2 })))).toEqual([
      ['a', 2],
      ['b', 1],
    ]);
    expect(result(pairs(text('ab')))).toBe('(ValueMissing)');
  });

  test('an unknown filter of a loop leaves the item out (Rule 29)', () => {
    const gone = attribute('gone', 'bool');
    const items = [value(i)];
    const loop: IrItem = { item: 'for', variables: ['i'], over: json([1]), test: gone, items };
    expect(result(list(loop))).toEqual([]);
  });

  test('a later field wins over a spread; keys keep their place', () => {
    const base: IrRecordItem = { item: 'spread', of: json({ a: 1, b: 2 }) };
    const expr = record(base, field('c', int(3)), field('a', int(9)));
    expect(JSON.stringify(result(expr))).toBe('{"a":9,"b":2,"c":3}');
  });

  test('any name is a key', () => {
    const expr = record(field('__proto__', int(1)), field('constructor', int(2)));
    const made = result(expr) as object;
    expect(JSON.stringify(made)).toBe('{"__proto__":1,"constructor":2}');
    expect(Object.getPrototypeOf(made)).toBe(Object.prototype);
    const read: IrExpr = { op: 'member', of: json({}), name: '__proto__' };
    expect(result(read)).toBe('(ValueMissing)');
  });

  test('what is missing inside is missing outside', () => {
    expect(result(record(field('a', attribute('gone', 'string'))))).toBe('(AttributeMissing)');
    expect(result(list({ item: 'spread', of: int(1) }))).toBe('(ValueMissing)');
    expect(result(record({ item: 'spread', of: json([]) }))).toBe('(ValueMissing)');
  });

  test('elements by number and key, texts with values in them', () => {
    const at = (of: IrExpr, index: IrExpr): IrExpr => ({ op: 'index', of, at: index });
    expect(result(at(json(['a', 'b']), int(1)))).toBe('b');
    expect(result(at(json(['a']), int(-1)))).toBe('(ValueMissing)');
    expect(result(at(json({ a: 1 }), text('a')))).toBe(1);
    expect(result(at(json({ a: 1 }), text('toString')))).toBe('(ValueMissing)');
    const env = attribute('env', 'string');
    const format: IrExpr = { op: 'format', parts: [text('in '), env, text('/'), int(1)] };
    expect(result(format, labelled({ env: 'dev' }))).toBe('in dev/1');
    expect(result({ op: 'format', parts: [json([])] })).toBe('(ValueMissing)');
  });

  test('the innermost name is meant', () => {
    const inner = list({
      item: 'for',
      variables: ['i'],
      over: json(['x']),
      test: null,
      items: [value(i)],
    });
    const outer: IrItem = {
      item: 'for',
      variables: ['i'],
      over: json([1]),
      test: null,
      items: [value(inner), value(i)],
    };
    expect(result(list(outer))).toEqual([['x'], 1]);
    expect(result(i)).toBe('(ValueMissing)');
  });
});
