import { describe, expect, test } from 'vitest';
import { exprKey, isDeep } from '../../../src/engine/inventory/expr-key.ts';
import { holds } from '../../../src/engine/predicate/evaluate.ts';
import { maxExprDepth } from '../../../src/engine/predicate/scope.ts';
import type { IrExpr } from '../../../src/ir/expr.ts';
import {
  and,
  attribute,
  bool,
  compare,
  json,
  not,
  or,
  scope,
  text,
} from '../predicate/builders.ts';

const tier = (is: string): IrExpr => compare(attribute('tier', 'string'), '==', text(is));

describe('the key of an expression', () => {
  test('is that of its meaning, not of its place', () => {
    const origin = { file: 1, span: { start: 2, end: 3 } };
    const elsewhere = { ...tier('gold'), origin } as IrExpr;
    expect(exprKey(elsewhere)).toBe(exprKey(tier('gold')));
    expect(exprKey(and(elsewhere, bool(true)))).toBe(exprKey(and(tier('gold'), bool(true))));
  });

  test.each<[string, IrExpr, IrExpr]>([
    ['another constant', tier('gold'), tier('silver')],
    ['another type', compare(json('1'), '==', json(1)), compare(text('1'), '==', json(1))],
    ['another operator', and(bool(true)), or(bool(true))],
    ['another order', and(bool(true), bool(false)), and(bool(false), bool(true))],
    ['other nesting', and(and(bool(true)), bool(true)), and(and(bool(true), bool(true)))],
    ['another default', attribute('a', 'int'), attribute('a', 'int', { default: 1 })],
    ['data of their own', json({ origin: 1 }), json({ origin: 2 })],
    ['a text that looks like a key', text('(const string "a")'), text('(const string \\"a\\")')],
  ])('differs for %s', (_, one, other) => {
    expect(exprKey(one)).not.toBe(exprKey(other));
  });

  test('stays short where parts are shared', () => {
    let doubled = tier('gold');
    for (let at = 0; at < 60; at += 1) doubled = and(doubled, doubled);
    expect(exprKey(doubled).length).toBeLessThan(20_000);
  });
});

test('deep is what evaluation would not follow', () => {
  const nested = (depth: number) => {
    let expr = bool(true);
    for (let at = 0; at < depth; at += 1) expr = not(expr);
    return expr;
  };
  expect(isDeep(nested(maxExprDepth - 1))).toBe(false);
  expect(isDeep(nested(maxExprDepth))).toBe(true);
  expect(isDeep(nested(100_000))).toBe(true);
  expect(holds(nested(maxExprDepth - 2), scope())).toBe(true);
  expect(holds(nested(maxExprDepth), scope())).toBe(false);
});
