import type { IrAttribute, IrExpr } from '../../ir/expr.ts';
import { cidrContains, parseIp } from '../../kube/ip.ts';
import { compiledSelector, meets } from '../../kube/selector.ts';
import { celHolds } from '../cel/cluster-selector.ts';
import { claimOf, labelOfCluster } from '../inventory/facts.ts';
import { arithmetic, negate } from './arithmetic.ts';
import { hasAttribute, readAttribute } from './attribute.ts';
import { convertTo, looselyEqual, looseOrder, parseAs } from './convert.ts';
import { callBuiltin, partOfVersion } from './functions.ts';
import { evaluateList, evaluateRecord } from './items.ts';
import { lookedUp } from './lookup.ts';
import type { Binding, Run, Scope } from './scope.ts';
import { costExceeded, maxExprDepth, spend, startRun } from './scope.ts';
import type { List, Missing, Value } from './value.ts';
import { fromJson, isFields, isList, isMissing, isUnit, missing, scalarText } from './value.ts';
import { weigh } from './weight.ts';

/**
 * The value of an expression for one cluster, or why there is none; `bound` are the variables it starts with. Never
 * throws; bounded in steps and depth.
 */
export function evaluate(
  expr: IrExpr,
  scope: Scope,
  bound: Binding | null = null,
): Value | Missing {
  const on = startRun(scope, run);
  const value = run(expr, on, bound);
  const found = on.stopped ?? value;
  if (!isMissing(found) || found.quotes !== true || !on.secret) return found;
  return missing(found.missing, 'what depends on a Secret');
}

/** Does a predicate hold? Unknown counts as false (Rule 29). */
export function holds(expr: IrExpr, scope: Scope): boolean {
  return evaluate(expr, scope) === true;
}

function run(expr: IrExpr, on: Run, bound: Binding | null): Value | Missing {
  if (!spend(on, 1) || on.depth >= maxExprDepth) return costExceeded();
  on.depth += 1;
  const value = step(expr, on, bound);
  on.depth -= 1;
  return value;
}

function step(expr: IrExpr, on: Run, bound: Binding | null): Value | Missing {
  switch (expr.op) {
    case 'const':
      return constant(expr);
    case 'attribute':
      return readAttribute(expr, on.scope);
    case 'and':
    case 'or':
      return connect(expr.op, expr.args, on, bound);
    case 'not': {
      const value = run(expr.arg, on, bound);
      return isMissing(value) ? value : needBool(value, (holds) => !holds);
    }
    case 'compare':
      return both([expr.left, expr.right], on, bound, (a, b) => compare(expr.by, a, b));
    case 'in':
      return both([expr.left, expr.right], on, bound, isIn);
    case 'has':
      return has(expr.arg, on, bound);
    case 'arithmetic':
      return both([expr.left, expr.right], on, bound, (a, b) => {
        const result = arithmetic(expr.by, a, b);
        return isMissing(result) || spend(on, weigh(result)) ? result : costExceeded();
      });
    case 'negate': {
      const value = run(expr.arg, on, bound);
      return isMissing(value) ? value : negate(value);
    }
    case 'coalesce': {
      const { left } = expr;
      const asked = left.op === 'call' ? lookedUp(left, on, bound, true) : undefined;
      const value = asked === undefined ? run(left, on, bound) : asked;
      return isMissing(value) ? run(expr.right, on, bound) : value;
    }
    case 'if':
      return run(run(expr.test, on, bound) === true ? expr.yes : expr.no, on, bound);
    default:
      return lessCommon(expr, on, bound);
  }
}

type Common =
  | 'const'
  | 'attribute'
  | 'and'
  | 'or'
  | 'not'
  | 'compare'
  | 'in'
  | 'has'
  | 'arithmetic'
  | 'negate'
  | 'coalesce'
  | 'if';

function lessCommon(
  expr: Exclude<IrExpr, { readonly op: Common }>,
  on: Run,
  bound: Binding | null,
): Value | Missing {
  switch (expr.op) {
    case 'member': {
      const of = run(expr.of, on, bound);
      return isMissing(of) ? of : memberOf(of, expr.name);
    }
    case 'index':
      return both([expr.of, expr.at], on, bound, elementAt(expr.at.op !== 'const'));
    case 'call': {
      const found = lookedUp(expr, on, bound);
      return found === undefined ? call(expr.function, expr.args, on, bound) : found;
    }
    case 'lambda':
      return missing('ValueMissing', 'a function');
    case 'variable':
      return variable(expr.name, bound);
    case 'format':
      return format(expr.parts, on, bound);
    case 'list':
      return evaluateList(expr.items, on, bound);
    case 'record':
      return evaluateRecord(expr.items, on, bound);
    case 'cel':
      return on.scope.cluster === null
        ? missing('CelFailed', 'CEL without a cluster')
        : celHolds(expr.source, on.scope.cluster, on.scope);
    case 'selector':
      return select(expr, on.scope);
  }
}

// Constants are read once per node: a manifest may be one large constant.
const constants = new WeakMap<object, Value | Missing>();

function constant(expr: Extract<IrExpr, { readonly op: 'const' }>): Value | Missing {
  const known = constants.get(expr);
  if (known !== undefined) return known;
  const value = readConstant(expr);
  constants.set(expr, value);
  return value;
}

function readConstant({ type, value }: Extract<IrExpr, { readonly op: 'const' }>): Value | Missing {
  if (typeof value === 'string') {
    return parseAs(type, value, true) ?? missing('ValueMissing', `a ${type} written \`${value}\``);
  }
  const read = fromJson(value);
  return isMissing(read) ? read : (convertTo(type, read) ?? read);
}

function connect(
  op: 'and' | 'or',
  args: readonly IrExpr[],
  on: Run,
  bound: Binding | null,
): boolean | Missing {
  const decisive = op === 'or';
  let unknown: Missing | null = null;
  for (const arg of args) {
    const value = run(arg, on, bound);
    if (value === decisive) return decisive;
    if (isMissing(value)) unknown ??= value;
    else if (typeof value !== 'boolean') unknown ??= missing('ValueMissing', 'a bool');
  }
  return unknown ?? !decisive;
}

function both(
  [left, right]: readonly [IrExpr, IrExpr],
  on: Run,
  bound: Binding | null,
  of: (a: Value, b: Value) => Value | Missing,
): Value | Missing {
  const a = run(left, on, bound);
  if (isMissing(a)) return a;
  const b = run(right, on, bound);
  return isMissing(b) ? b : of(a, b);
}

function compare(by: '==' | '!=' | '<' | '<=' | '>' | '>=', a: Value, b: Value): boolean | Missing {
  if (by === '==') return looselyEqual(a, b);
  if (by === '!=') return !looselyEqual(a, b);
  const order = looseOrder(a, b);
  if (order === null) return missing('ValueMissing', `an order for \`${by}\``);
  switch (by) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
}

function isIn(a: Value, within: Value): boolean | Missing {
  if (isList(within)) return within.some((item) => looselyEqual(a, item));
  if (isFields(within)) return typeof a === 'string' && within.has(a);
  if (isUnit(within) && within.unit === 'cidr' && typeof a === 'string') {
    const ip = parseIp(a);
    return ip === null ? missing('ValueMissing', 'an address') : cidrContains(within.cidr, ip);
  }
  return missing('ValueMissing', 'a collection for `in`');
}

function has(arg: IrExpr, on: Run, bound: Binding | null): boolean | Missing {
  if (arg.op === 'attribute') return hasAttribute(arg satisfies IrAttribute, on.scope);
  const value = run(arg, on, bound);
  if (!isMissing(value)) return true;
  return value.missing === 'CostExceeded' ? value : value.missing === 'AttributeMalformed';
}

function memberOf(of: Value, name: string): Value | Missing {
  const found = isFields(of) ? of.get(name) : (partOfVersion(of, name) ?? undefined);
  return found === undefined ? missing('ValueMissing', `\`.${name}\``) : found;
}

const elementAt =
  (isComputed: boolean) =>
  (of: Value, at: Value): Value | Missing => {
    let found: Value | undefined;
    if (isList(of) && typeof at === 'bigint') found = at < 0n ? undefined : of[Number(at)];
    else if (isFields(of) && typeof at === 'string') found = of.get(at);
    if (found !== undefined) return found;
    const lacking = missing('ValueMissing', `\`[${scalarText(at) ?? '…'}]\``);
    return isComputed ? { ...lacking, quotes: true } : lacking;
  };

function variable(name: string, bound: Binding | null): Value | Missing {
  for (let at = bound; at !== null; at = at.outer) if (at.name === name) return at.value;
  return missing('ValueMissing', `\`${name}\``);
}

function format(parts: readonly IrExpr[], on: Run, bound: Binding | null): string | Missing {
  let text = '';
  for (const part of parts) {
    const value = run(part, on, bound);
    if (isMissing(value)) return value;
    const piece = scalarText(value);
    if (piece === null) return missing('ValueMissing', 'a text to interpolate');
    if (!spend(on, piece.length >> 4)) return costExceeded();
    text += piece;
  }
  return text;
}

function needBool(value: Value, then: (holds: boolean) => boolean): boolean | Missing {
  return typeof value === 'boolean' ? then(value) : missing('ValueMissing', 'a bool');
}

function call(
  name: string,
  args: readonly IrExpr[],
  on: Run,
  bound: Binding | null,
): Value | Missing {
  const [first, second] = args;
  if (first !== undefined && second?.op === 'lambda') {
    const list = run(first, on, bound);
    if (isMissing(list)) return list;
    if (!isList(list)) return missing('ValueMissing', `a list for \`${name}\``);
    return fold(name, list, (item) =>
      run(second.body, on, { name: second.variable, value: item, outer: bound }),
    );
  }
  const values: Value[] = [];
  for (const arg of args) {
    const value = run(arg, on, bound);
    if (isMissing(value)) return value;
    values.push(value);
  }
  return callBuiltin(name, values, on);
}

function fold(name: string, list: List, of: (item: Value) => Value | Missing): Value | Missing {
  switch (name) {
    case 'any':
    case 'all':
      return quantify(name === 'any', list, of);
    case 'filter':
      return list.filter((item) => of(item) === true);
    case 'map': {
      const mapped: Value[] = [];
      for (const item of list) {
        const value = of(item);
        if (isMissing(value)) return value;
        mapped.push(value);
      }
      return mapped;
    }
    default:
      return missing('ValueMissing', `function \`${name}\``);
  }
}

function quantify(
  decisive: boolean,
  list: List,
  of: (item: Value) => Value | Missing,
): boolean | Missing {
  let unknown: Missing | null = null;
  for (const item of list) {
    const value = of(item);
    if (value === decisive) return decisive;
    if (isMissing(value)) unknown ??= value;
  }
  return unknown ?? !decisive;
}

function select(
  { over, selector }: Extract<IrExpr, { readonly op: 'selector' }>,
  { cluster, compat }: Scope,
): boolean | Missing {
  if (cluster === null) return missing('AttributeMissing', 'the cluster');
  const values = over === 'claim' && compat === 'native' ? 'any' : 'label';
  const compiled = compiledSelector(selector, values);
  if (!compiled.ok) return missing('SelectorInvalid', compiled.message);
  const read = over === 'label' ? labelOfCluster : claimOf;
  return compiled.requirements.every((one) => meets(one, read(cluster, one.key)));
}
