import fc from 'fast-check';
import { expect, describe as suite, test } from 'vitest';
import { describe } from '../../../src/engine/predicate/describe.ts';
import { holds } from '../../../src/engine/predicate/evaluate.ts';
import { nearestTurn } from '../../../src/engine/predicate/nearest.ts';
import type { IrExpr } from '../../../src/ir/expr.ts';
import { attribute, bool, labelled, scope, text } from './builders.ts';

const is = (name: string, value: string): IrExpr => ({
  op: 'compare',
  by: '==',
  left: attribute(name, 'string'),
  right: text(value),
});
const and = (...args: IrExpr[]): IrExpr => ({ op: 'and', args });
const or = (...args: IrExpr[]): IrExpr => ({ op: 'or', args });
const not = (arg: IrExpr): IrExpr => ({ op: 'not', arg });

suite('the nearest turn', () => {
  const on = scope(labelled({ env: 'dev', ring: 'canary' }));

  test('names every condition of a conjunction that fails, with the facts as they are', () => {
    const where = and(is('env', 'prod'), is('ring', 'canary'), is('tier', 'gold'));
    expect(nearestTurn(where, on, true)).toEqual([
      {
        text: 'cluster.env == prod',
        mustHold: true,
        facts: [{ name: 'cluster.env', value: 'dev' }],
        origin: null,
      },
      {
        text: 'cluster.tier == gold',
        mustHold: true,
        facts: [{ name: 'cluster.tier', value: null }],
        origin: null,
      },
    ]);
  });

  test('takes the shortest way of a disjunction', () => {
    const where = or(and(is('env', 'prod'), is('tier', 'gold')), and(is('env', 'prod')));
    expect(nearestTurn(where, on, true)).toHaveLength(1);
  });

  test('of what holds already is empty, and says what would end it', () => {
    const where = and(is('env', 'dev'), is('ring', 'canary'));
    expect(nearestTurn(where, on, true)).toEqual([]);
    expect(nearestTurn(where, on, false)).toMatchObject([
      { text: 'cluster.env == dev', mustHold: false },
    ]);
  });

  test('of a negation that is unknown asks for the fact', () => {
    expect(nearestTurn(not(is('tier', 'gold')), on, true)).toMatchObject([
      { text: 'cluster.tier == gold', mustHold: false, facts: [{ value: null }] },
    ]);
  });

  test('is none where no fact can turn it', () => {
    expect(nearestTurn(and(bool(false), is('env', 'prod')), on, true)).toBeNull();
    expect(nearestTurn(bool(true), on, false)).toBeNull();
  });
});

test('turning what it names gives the verdict that was asked for', () => {
  const atom = fc
    .tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('x', 'y'))
    .map(([name, value]) => is(name, value));
  const { predicate } = fc.letrec<{ predicate: IrExpr }>((tie) => ({
    predicate: fc.oneof(
      { maxDepth: 4 },
      atom,
      fc.array(tie('predicate'), { minLength: 1, maxLength: 3 }).map((args) => and(...args)),
      fc.array(tie('predicate'), { minLength: 1, maxLength: 3 }).map((args) => or(...args)),
      tie('predicate').map(not),
    ),
  }));
  const labels = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('x', 'y'), {
    noNullPrototype: true,
  });
  fc.assert(
    fc.property(predicate, labels, fc.boolean(), (where, of, wanted) => {
      const on = scope(labelled(of));
      const turns = nearestTurn(where, on, wanted);
      expect(turns).not.toBeNull();
      expect(turns?.length === 0).toBe(holds(where, on) === wanted);
      // one atom may be asked to hold here and to fail there: then no fact turns both, and nothing is claimed
      const asked = new Map((turns ?? []).map((turn) => [turn.text, turn.mustHold]));
      if (asked.size !== turns?.length) return;
      const turned = (expr: IrExpr): IrExpr => {
        const hit = expr.op === 'compare' ? asked.get(describe(expr)) : undefined;
        if (hit !== undefined) return bool(hit);
        if (expr.op === 'and' || expr.op === 'or') return { ...expr, args: expr.args.map(turned) };
        return expr.op === 'not' ? not(turned(expr.arg)) : expr;
      };
      expect(holds(turned(where), on)).toBe(wanted);
    }),
    { numRuns: 2000 },
  );
});
