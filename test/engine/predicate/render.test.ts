import { describe, expect, test } from 'vitest';
import { describe as words } from '../../../src/engine/predicate/describe.ts';
import { render } from '../../../src/engine/predicate/render.ts';
import { maxExprDepth, maxSteps } from '../../../src/engine/predicate/scope.ts';
import type { IrExpr } from '../../../src/ir/expr.ts';
import {
  and,
  attribute,
  calculate,
  call,
  compare,
  int,
  json,
  labelled,
  lambda,
  not,
  scope,
  text,
  unit,
  variable,
} from './builders.ts';

function reason(expr: IrExpr): string {
  const rendered = render(expr, scope());
  return rendered.ok ? 'ok' : rendered.reason;
}

describe('rendering for one cluster (Rule 32)', () => {
  const region = attribute('region', 'string');

  test('gives JSON', () => {
    const manifest: IrExpr = {
      op: 'record',
      items: [
        { item: 'field', key: 'region', value: region },
        { item: 'field', key: 'memory', value: unit('quantity', '1Gi') },
      ],
    };
    expect(render(manifest, scope(labelled({ region: 'eu' })))).toEqual({
      ok: true,
      value: { region: 'eu', memory: '1Gi' },
    });
  });

  test('names the fact a cluster lacks', () => {
    expect(render(region, scope())).toEqual({
      ok: false,
      reason: 'AttributeMissing',
      message: 'cluster.region is not known of this cluster',
    });
    const gpus = attribute('gpus', 'int');
    expect(render(gpus, scope(labelled({ gpus: 'many' })))).toEqual({
      ok: false,
      reason: 'AttributeMalformed',
      message: 'cluster.gpus of this cluster is not of its type',
    });
  });

  test('says what has no result', () => {
    const rendered = render(calculate(int(1), '/', int(0)), scope());
    expect(rendered).toEqual({
      ok: false,
      reason: 'ValueMissing',
      message: 'the result of `/` is missing',
    });
  });
});

describe('everything ends', () => {
  const repeat = (times: number, expr: IrExpr, of: (expr: IrExpr) => IrExpr): IrExpr => {
    let made = expr;
    for (let at = 0; at < times; at += 1) made = of(made);
    return made;
  };

  test('expressions nested deeply', () => {
    expect(reason(repeat(maxExprDepth - 2, compare(int(1), '==', int(1)), not))).toBe('ok');
    expect(reason(repeat(maxExprDepth + 1, compare(int(1), '==', int(1)), not))).toBe(
      'CostExceeded',
    );
    expect(reason(repeat(100_000, compare(int(1), '==', int(1)), not))).toBe('CostExceeded');
  });

  test('data nested deeply', () => {
    const nested = `${'['.repeat(5000)}${']'.repeat(5000)}`;
    expect(reason(call('fromJson', text(nested)))).toBe('CostExceeded');
  });

  test('lists that double, also where they share their parts', () => {
    const double = lambda('x', {
      op: 'list',
      items: [
        { item: 'value', value: variable('x') },
        { item: 'value', value: variable('x') },
      ],
    });
    const doubled = (expr: IrExpr) => call('map', expr, double);
    expect(reason(repeat(60, json([1]), doubled))).toBe('CostExceeded');
    const self = (expr: IrExpr): IrExpr =>
      call(
        'first',
        call(
          'map',
          { op: 'list', items: [{ item: 'value', value: expr }] },
          lambda('y', calculate(variable('y'), '+', variable('y'))),
        ),
      );
    expect(reason(repeat(60, json([1]), self))).toBe('CostExceeded');
  });

  test('texts that grow', () => {
    const long = text('a'.repeat(10_000));
    const square = (expr: IrExpr) => call('replace', expr, text('a'), long);
    expect(reason(square(text('a')))).toBe('ok');
    expect(reason(square(square(long)))).toBe('CostExceeded');
  });

  test('loops within loops', () => {
    const all = (body: IrExpr) => call('all', call('range', int(1), int(1000)), lambda('x', body));
    expect(reason(all(compare(variable('x'), '>', int(0))))).toBe('ok');
    expect(reason(all(all(all(compare(variable('x'), '>', int(0))))))).toBe('CostExceeded');
    expect(maxSteps).toBe(1_000_000);
  });
});

test('predicates are described as people write them, and briefly', () => {
  const tier = compare(attribute('tier', 'string'), '==', text('gold'));
  expect(words(and(tier, not(attribute('edge', 'bool'))))).toBe(
    'cluster.tier == gold && !cluster.edge',
  );
  expect(words({ op: 'selector', over: 'label', selector: { matchLabels: { a: 'b' } } })).toBe(
    'label selector {"matchLabels":{"a":"b"}}',
  );
  expect(words({ op: 'cel', source: 'x'.repeat(500) })).toHaveLength(120);
});
