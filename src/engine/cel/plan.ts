import type { Call, Comprehension, Expr } from './ast.ts';
import { operators } from './ast.ts';
import { planAttribute, planInner, planPresence } from './attribute.ts';
import type { Checked } from './check.ts';
import { planCall } from './dispatch.ts';
import type { Bound, Frame, Plan, Planner } from './frame.ts';
import { charge, costExceeded, isSpent, pending } from './frame.ts';
import { unusedItem } from './macros.ts';
import { insert, isKey, mapOf } from './map.ts';
import type { CelValue } from './value.ts';
import { celError, isCelList, isError, isMap, isOptional, noSuchOverload } from './value.ts';
import { isTooLarge } from './weight.ts';

/** Turns a checked expression into something that runs. */
export function plan(expr: Expr, checked: Checked): { readonly run: Plan; readonly slots: number } {
  const planner = new ExprPlanner(checked);
  const run = planner.plan(expr);
  return { run, slots: planner.slots };
}

const tooLarge = celError('value too large');
const badKey = celError('unsupported key type');
const never: Plan = () => noSuchOverload;

class ExprPlanner implements Planner {
  readonly checked: Checked;
  slots = 0;
  /** Each node once: what `optMap` is called on is there twice. */
  private readonly plans = new Map<Expr, Plan>();
  private readonly names: (Bound & { readonly name: string })[] = [];

  constructor(checked: Checked) {
    this.checked = checked;
  }

  plan(expr: Expr): Plan {
    const known = this.plans.get(expr);
    if (known !== undefined) return known;
    const made = this.planFor(expr);
    this.plans.set(expr, made);
    return made;
  }

  private planFor(expr: Expr): Plan {
    switch (expr.kind) {
      case 'literal':
        return () => expr.value;
      case 'ident':
        return planAttribute(expr, this);
      case 'select':
        return expr.test ? planPresence(expr, this) : planAttribute(expr, this);
      case 'call':
        return this.planCall(expr);
      case 'list':
        return this.planList(expr);
      case 'map':
        return this.planMap(expr);
      case 'comprehension':
        return this.planFold(expr);
      case 'struct':
      case 'unknown':
        return () => noSuchOverload;
    }
  }

  boundTo(name: string): Bound | null {
    return this.names.findLast((bound) => bound.name === name) ?? null;
  }

  private planCall(expr: Call): Plan {
    const [first, second, third] = expr.args;
    switch (expr.name) {
      case operators.and:
      case operators.or:
        return this.planLogic(expr.name === operators.or, expr.args);
      case operators.conditional:
        if (first && second && third) return this.planConditional(first, second, third);
        break;
      case operators.index:
      case operators.optIndex:
      case operators.optSelect:
        return planAttribute(expr, this);
      case operators.notStrictlyFalse:
        if (first) return this.planNotStrictlyFalse(first);
        break;
      case operators.add:
        if (first && second && isAppend(first, second)) return this.planAppend(first, second);
        break;
      case operators.insert:
        return this.planInsert(expr.args);
      case 'or':
      case 'orValue':
        if (expr.target && first && !second) return this.planFallback(expr, expr.target, first);
        break;
    }
    return planCall(expr, this);
  }

  private planLogic(decisive: boolean, args: readonly Expr[]): Plan {
    const terms = args.map((arg) => this.plan(arg));
    return (frame) => {
      let failure: CelValue | null = null;
      for (const term of terms) {
        const value = term(frame);
        if (value === decisive) return decisive;
        if (typeof value !== 'boolean') failure ??= isError(value) ? value : noSuchOverload;
      }
      return failure ?? !decisive;
    };
  }

  private planConditional(test: Expr, yes: Expr, no: Expr): Plan {
    const runTest = this.plan(test);
    const [runYes, runNo] = [planInner(yes, this), planInner(no, this)];
    return (frame) => {
      const value = runTest(frame);
      if (value === true) return runYes(frame);
      if (value === false) return runNo(frame);
      return isError(value) ? value : noSuchOverload;
    };
  }

  private planNotStrictlyFalse(arg: Expr): Plan {
    const run = this.plan(arg);
    return (frame) => {
      const value = run(frame);
      charge(frame, 1);
      return value !== false;
    };
  }

  // A fold that collects grows one list instead of copying it each round.
  private planAppend(list: Expr, added: Expr): Plan {
    const [runList, runAdded] = [this.plan(list), this.plan(added)];
    return (frame) => {
      const value = runList(frame);
      const items = runAdded(frame);
      charge(frame, 1);
      if (isError(value)) return value;
      if (isError(items)) return items;
      if (!isCelList(value) || !isCelList(items)) return noSuchOverload;
      (value as CelValue[]).push(...items);
      return value;
    };
  }

  // The same of a map: entries are added, and none is there twice.
  private planInsert(args: readonly Expr[]): Plan {
    const [runMap = never, ...runAdded] = args.map((arg) => this.plan(arg));
    return (frame) => {
      const map = runMap(frame);
      const added = runAdded.map((run) => run(frame));
      charge(frame, 1);
      const failure = [map, ...added].find(isError);
      if (failure !== undefined) return failure;
      if (!isMap(map)) return noSuchOverload;
      const [key = null, value] = added;
      if (value !== undefined) return insert(map, [[key, value]]);
      if (!isMap(key)) return noSuchOverload;
      return insert(
        map,
        key.keys().map((each) => [each, key.get(each) ?? null] as const),
      );
    };
  }

  private planFallback(expr: Call, target: Expr, other: Expr): Plan {
    const meaning = this.checked.meanings.get(expr);
    const optional = meaning?.is === 'call' && meaning.overloads[0]?.id.startsWith('optional_or');
    if (!optional) return planCall(expr, this);
    const [runTarget, runOther] = [this.plan(target), this.plan(other)];
    return (frame) => {
      const value = runTarget(frame);
      if (isError(value)) return value;
      if (!isOptional(value)) return noSuchOverload;
      if (value.value === undefined) return runOther(frame);
      return expr.name === 'or' ? value : value.value;
    };
  }

  private planList({ elements, optional }: Expr & { readonly kind: 'list' }): Plan {
    const items = elements.map((element, at) => this.planPart(element, optional.has(at)));
    return (frame) => {
      const list: CelValue[] = [];
      charge(frame, 10);
      for (const item of items) {
        const value = item(frame);
        if (value === undefined) continue;
        if (isError(value)) return value;
        list.push(value);
      }
      return isTooLarge(list) ? tooLarge : list;
    };
  }

  private planMap({ entries }: Expr & { readonly kind: 'map' }): Plan {
    const planned = entries.map(
      ({ key, value, optional }) => [this.plan(key), this.planPart(value, optional)] as const,
    );
    return (frame) => {
      const made: [CelValue, CelValue][] = [];
      charge(frame, 30);
      for (const [runKey, runValue] of planned) {
        const key = runKey(frame);
        if (!isKey(key)) return isError(key) ? key : badKey;
        const value = runValue(frame);
        if (value === undefined) continue;
        if (isError(value)) return value;
        made.push([key, value]);
      }
      const map = mapOf(made);
      return isTooLarge(map) ? tooLarge : map;
    };
  }

  // An element written `?x` is left out when x is empty.
  private planPart(expr: Expr, optional: boolean): (frame: Frame) => CelValue | undefined {
    const run = this.plan(expr);
    if (!optional) return run;
    return (frame) => {
      const value = run(frame);
      if (isOptional(value)) return value.value;
      return isError(value) ? value : noSuchOverload;
    };
  }

  // `optMap` binds a name: its value is computed when it is read, if it ever is.
  private planBind(expr: Comprehension): Plan {
    const range = this.plan(expr.range);
    const slot = this.bind(expr.accumulator, this.plan(expr.init));
    const finish = this.plan(expr.result);
    this.names.pop();
    return (frame) => {
      if (isSpent(frame)) return costExceeded;
      range(frame);
      frame.slots[slot] = pending;
      return finish(frame);
    };
  }

  private planFold(expr: Comprehension): Plan {
    if (expr.item === unusedItem) return this.planBind(expr);
    const range = this.plan(expr.range);
    const init = this.plan(expr.init);
    const result = this.bind(expr.accumulator);
    const item = this.bind(expr.item);
    const item2 = expr.item2 === undefined ? null : this.bind(expr.item2);
    const condition = this.plan(expr.condition);
    const step = this.plan(expr.step);
    this.names.length -= item2 === null ? 1 : 2;
    const finish = this.plan(expr.result);
    this.names.pop();
    if (item2 !== null) {
      return planPairs({ range, init, condition, step, finish, slots: [result, item, item2] });
    }
    return (frame) => {
      const items = itemsOf(range(frame));
      if (!isCelList(items)) return items;
      frame.slots[result] = init(frame);
      for (const value of items) {
        if (isSpent(frame)) return costExceeded;
        frame.slots[item] = value;
        if (condition(frame) === false) break;
        frame.slots[result] = step(frame);
      }
      return isSpent(frame) ? costExceeded : finish(frame);
    };
  }

  private bind(name: string, init: Plan | null = null): number {
    const slot = this.slots;
    this.slots += 1;
    this.names.push({ name, slot, init });
    return slot;
  }
}

/** A fold with two variables: the index and the element of a list, the key and the value of a map. */
function planPairs(of: {
  readonly range: Plan;
  readonly init: Plan;
  readonly condition: Plan;
  readonly step: Plan;
  readonly finish: Plan;
  readonly slots: readonly [number, number, number];
}): Plan {
  const [result, item, item2] = of.slots;
  return (frame) => {
    const range = of.range(frame);
    const items = itemsOf(range);
    if (!isCelList(items)) return items;
    frame.slots[result] = of.init(frame);
    for (const [at, value] of items.entries()) {
      if (isSpent(frame)) return costExceeded;
      frame.slots[item] = isMap(range) ? value : BigInt(at);
      frame.slots[item2] = isMap(range) ? (range.get(value) ?? null) : value;
      if (of.condition(frame) === false) break;
      frame.slots[result] = of.step(frame);
    }
    return isSpent(frame) ? costExceeded : of.finish(frame);
  };
}

function itemsOf(range: CelValue): CelValue {
  if (isCelList(range) || isError(range)) return range;
  return isMap(range) ? range.keys() : noSuchOverload;
}

function isAppend(list: Expr, added: Expr): boolean {
  return list.kind === 'ident' && list.name.startsWith('@') && added.kind === 'list';
}
