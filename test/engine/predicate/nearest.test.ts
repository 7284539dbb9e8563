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
  const { predicate } = fc.letrec<{ predicate: IrExpr }>((tie) => ({
    predicate: fc.oneof(
      { maxDepth: 4 },
      fc.constant(is('', 'x')),
      fc.array(tie('predicate'), { minLength: 1, maxLength: 3 }).map((args) => and(...args)),
      fc.array(tie('predicate'), { minLength: 1, maxLength: 3 }).map((args) => or(...args)),
      tie('predicate').map(not),
    ),
  }));
  // each condition asks for a label of its own, so that turning one turns no other
  const numbered = predicate.map((of) => {
    let at = 0;
    return mapAtoms(of, () => is(`l${at++}`, 'x'));
  });
  const names = Array.from({ length: 200 }, (_, at) => `l${at}`);
  const labels = fc
    .array(fc.constantFrom('x', 'y', null), { minLength: names.length, maxLength: names.length })
    .map((values) =>
      Object.fromEntries(
        names.flatMap((name, at) => (values[at] ? [[name, values[at] ?? '']] : [])),
      ),
    );
  fc.assert(
    fc.property(numbered, labels, fc.boolean(), (where, of, wanted) => {
      const on = scope(labelled(of));
      const turns = nearestTurn(where, on, wanted) ?? [];
      expect(turns.length === 0).toBe(holds(where, on) === wanted);
      const asked = new Map(turns.map((turn) => [turn.text, turn.mustHold]));
      const turned = mapAtoms(where, (atom) => {
        const mustHold = asked.get(describe(atom));
        return mustHold === undefined ? atom : bool(mustHold);
      });
      expect(holds(turned, on)).toBe(wanted);
    }),
    { numRuns: 1000 },
  );
});

/** The same predicate with other conditions in it. */
function mapAtoms(expr: IrExpr, of: (atom: IrExpr) => IrExpr): IrExpr {
  if (expr.op === 'and' || expr.op === 'or') {
    return { ...expr, args: expr.args.map((arg) => mapAtoms(arg, of)) };
  }
  return expr.op === 'not' ? not(mapAtoms(expr.arg, of)) : of(expr);
}
