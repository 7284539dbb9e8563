import type { IrExpr } from '../../../ir/expr.ts';
import { assign, type Bound, branch, type Draft, declare, loop } from './draft.ts';
import { call, type GoExpr, no, not, yes } from './go.ts';
import { isObjects, stageOf } from './kinds.ts';

/** `any` and `all` over a list, as they certainly hold or not; null for anything else. */
export function quantified(
  expr: Extract<IrExpr, { op: 'call' }>,
  wanted: boolean,
  draft: Draft,
): GoExpr | null {
  const [list, lambda] = expr.args;
  const isAny = expr.function === 'any';
  if ((!isAny && expr.function !== 'all') || list === undefined || lambda?.op !== 'lambda')
    return null;
  const of = draft.compile.maybe(list, draft);
  // Some element decides it one way, every element the other.
  const some = isAny === wanted;
  const found = declare(some ? no : (of.present ?? yes), draft);
  const body = (to: Draft): void => {
    loop(
      of.value,
      { key: false },
      (item, _, each) => {
        const inside = bind(each, lambda.variable, item, list);
        const { holds, fails } = draft.compile;
        const test = (wanted ? holds : fails)(lambda.body, inside);
        if (some) branch(test, (then) => assign(found, yes, then), null, inside);
        else branch(not(test), (then) => assign(found, no, then), null, inside);
      },
      to,
    );
  };
  if (of.present === null) body(draft);
  else branch(of.present, body, null, draft);
  return call('eq', found, yes);
}

/** The template within a loop: its variable is an item of a list. */
export function bind(draft: Draft, name: string, value: GoExpr, over: IrExpr): Draft {
  const stage = stageOf(over, draft.bound) === 'agent' ? 'agent' : draft.stage;
  const bound: Bound = { value, stage, isObject: isObjects(over) };
  return { ...draft, bound: new Map([...draft.bound, [name, bound]]) };
}
