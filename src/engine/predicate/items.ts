import type { IrExpr, IrItem, IrRecordItem } from '../../ir/expr.ts';
import { sortedKeys } from './functions.ts';
import type { Binding, Run } from './scope.ts';
import { costExceeded, spend } from './scope.ts';
import type { Fields, List, Missing, Value } from './value.ts';
import { isFields, isList, isMissing, missing } from './value.ts';
import { weigh } from './weight.ts';

/** A list from its items: elements, spreads, loops and branches in order (Rules 9 to 11). */
export function evaluateList(
  items: readonly IrItem[],
  on: Run,
  bound: Binding | null,
): List | Missing {
  const list: Value[] = [];
  const problem = addItems(list, items, on, bound);
  if (problem !== null) return problem;
  return spend(on, weigh(list)) ? list : costExceeded();
}

/** A record from its items; a later field wins. */
export function evaluateRecord(
  items: readonly IrRecordItem[],
  on: Run,
  bound: Binding | null,
): Fields | Missing {
  const fields = new Map<string, Value>();
  const problem = addFields(fields, items, on, bound);
  if (problem !== null) return problem;
  return spend(on, weigh(fields)) ? fields : costExceeded();
}

function addItems(
  to: Value[],
  items: readonly IrItem[],
  on: Run,
  bound: Binding | null,
): Missing | null {
  for (const item of items) {
    const problem = addItem(to, item, on, bound);
    if (problem !== null) return problem;
  }
  return null;
}

function addItem(to: Value[], item: IrItem, on: Run, bound: Binding | null): Missing | null {
  switch (item.item) {
    case 'value': {
      const value = on.evaluate(item.value, on, bound);
      if (isMissing(value)) return value;
      to.push(value);
      return null;
    }
    case 'spread': {
      const of = on.evaluate(item.of, on, bound);
      if (isMissing(of)) return of;
      if (!isList(of)) return missing('ValueMissing', 'a list for `...`');
      for (const value of of) to.push(value);
      return spend(on, of.length) ? null : costExceeded();
    }
    case 'for':
      return eachOf(item, on, bound, (inner) => addItems(to, item.items, on, inner));
    case 'if':
      return addItems(
        to,
        on.evaluate(item.test, on, bound) === true ? item.yes : item.no,
        on,
        bound,
      );
  }
}

function addFields(
  to: Map<string, Value>,
  items: readonly IrRecordItem[],
  on: Run,
  bound: Binding | null,
): Missing | null {
  for (const item of items) {
    const problem = addField(to, item, on, bound);
    if (problem !== null) return problem;
  }
  return null;
}

function addField(
  to: Map<string, Value>,
  item: IrRecordItem,
  on: Run,
  bound: Binding | null,
): Missing | null {
  switch (item.item) {
    case 'field': {
      const value = on.evaluate(item.value, on, bound);
      if (isMissing(value)) return value;
      to.set(item.key, value);
      return null;
    }
    case 'spread': {
      const of = on.evaluate(item.of, on, bound);
      if (isMissing(of)) return of;
      if (!isFields(of)) return missing('ValueMissing', 'a record for `...`');
      for (const [key, value] of of) to.set(key, value);
      return spend(on, of.size) ? null : costExceeded();
    }
    case 'for':
      return eachOf(item, on, bound, (inner) => addFields(to, item.items, on, inner));
    case 'if':
      return addFields(
        to,
        on.evaluate(item.test, on, bound) === true ? item.yes : item.no,
        on,
        bound,
      );
  }
}

interface Loop {
  readonly variables: readonly string[];
  readonly over: IrExpr;
  readonly test: IrExpr | null;
}

// `for x in list`, `for i, x in list`, `for k in map`, `for k, v in map`; maps by key order.
function eachOf(
  loop: Loop,
  on: Run,
  bound: Binding | null,
  body: (bound: Binding | null) => Missing | null,
): Missing | null {
  const over = on.evaluate(loop.over, on, bound);
  if (isMissing(over)) return over;
  const rounds = roundsOf(over, loop.variables.length);
  if (rounds === null) return missing('ValueMissing', 'a list or map for `for`');
  for (const values of rounds) {
    if (!spend(on, 1)) return costExceeded();
    let inner = bound;
    loop.variables.forEach((name, at) => {
      inner = { name, value: values[at] ?? null, outer: inner };
    });
    if (loop.test !== null && on.evaluate(loop.test, on, inner) !== true) continue;
    const problem = body(inner);
    if (problem !== null) return problem;
  }
  return null;
}

function roundsOf(over: Value, variables: number): readonly List[] | null {
  if (isList(over)) {
    return over.map((item, at) => (variables === 2 ? [BigInt(at), item] : [item]));
  }
  if (!isFields(over)) return null;
  return sortedKeys(over).map((key) => [key, over.get(key) ?? null]);
}
