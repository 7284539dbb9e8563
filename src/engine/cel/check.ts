import type { Call, Comprehension, Expr, Select } from './ast.ts';
import { operators } from './ast.ts';
import type { Environment, Overload, Placed } from './environment.ts';
import type { CelType } from './types.ts';
import {
  bool,
  dyn,
  errorType,
  formatType,
  int,
  listOf,
  mapOfTypes,
  optionalOf,
  string,
} from './types.ts';
import type { Substitution } from './unify.ts';
import {
  assign,
  assignAll,
  isDyn,
  isDynOrError,
  mostGeneral,
  sameType,
  substitute,
} from './unify.ts';
import type { CelValue } from './value.ts';
import { typeNameOf } from './value.ts';

/** What a name or a call turned out to mean. */
export type Meaning =
  | { readonly is: 'variable'; readonly name: string }
  | { readonly is: 'type'; readonly name: string }
  | { readonly is: 'call'; readonly name: string; readonly overloads: readonly Overload[] };

/** A checked expression: the type and meaning of its nodes, and what is wrong with it. */
export interface Checked {
  readonly type: CelType;
  readonly typeOf: (expr: Expr) => CelType;
  readonly meanings: ReadonlyMap<Expr, Meaning>;
  readonly problems: readonly Placed[];
}

/** Gives every node a type and every call its overloads, as cel-go's checker does, with its messages. */
export function check(expr: Expr, env: Environment): Checked {
  const checker = new Checker(env);
  checker.check(expr);
  const typeOf = (node: Expr) => checker.finalType(node);
  return {
    type: typeOf(expr),
    typeOf,
    meanings: checker.meanings,
    problems: checker.problems,
  };
}

/** More are not even counted: a hundred are told, and how many there are beside. */
const mostProblems = 300;

interface Scope {
  readonly name: string;
  readonly type: CelType;
  readonly outer: Scope | null;
}

/** What a call may mean, and the node that gets the meaning. */
interface Candidates {
  readonly node: Expr;
  readonly name: string;
  readonly overloads: readonly Overload[];
}

class Checker {
  readonly meanings = new Map<Expr, Meaning>();
  readonly problems: Placed[] = [];
  private readonly types = new Map<Expr, CelType>();
  private known: Substitution = new Map();
  private scope: Scope | null = null;
  private fresh = 0;
  /** cel-go's scopes forget which overloads are off: from the first fold on, `1 < 2.5` is allowed. */
  private mixes = false;
  private readonly env: Environment;

  constructor(env: Environment) {
    this.env = env;
  }

  finalType(expr: Expr): CelType {
    return substitute(this.known, this.types.get(expr) ?? dyn, true);
  }

  check(expr: Expr): CelType {
    // `optMap` has what it is called on twice, and a chain of them 2^n times; a mistake is told each time, as by cel-go
    const before = this.problems.length === 0 ? this.types.get(expr) : undefined;
    if (before !== undefined) return before;
    if (this.problems.length > mostProblems) return errorType;
    const type = this.typeFor(expr);
    this.types.set(expr, type);
    return type;
  }

  private typeFor(expr: Expr): CelType {
    switch (expr.kind) {
      case 'literal':
        return literalType(expr.value);
      case 'ident':
        return this.checkIdent(expr);
      case 'select':
        return this.checkSelect(expr);
      case 'call':
        return this.checkCall(expr);
      case 'list':
        return this.checkList(expr);
      case 'map':
        return this.checkMap(expr);
      case 'struct':
        return this.undeclared(expr.at, expr.name);
      case 'comprehension':
        return this.checkComprehension(expr);
      case 'unknown':
        return errorType;
    }
  }

  private checkIdent(expr: Expr & { readonly kind: 'ident' }): CelType {
    const found = this.resolve(expr.name);
    if (found === null) return this.undeclared(expr.at, expr.name);
    this.meanings.set(expr, found.meaning);
    return found.type;
  }

  // A leading dot looks past the variables of folds.
  private resolve(written: string): { type: CelType; meaning: Meaning } | null {
    const absolute = written.startsWith('.');
    const name = absolute ? written.slice(1) : written;
    for (let at = absolute ? null : this.scope; at !== null; at = at.outer) {
      if (at.name === name) return { type: at.type, meaning: { is: 'variable', name } };
    }
    const variable = this.env.variables.get(name);
    if (variable !== undefined) {
      return { type: variable, meaning: { is: 'variable', name: `.${name}` } };
    }
    const named = this.env.types.get(name);
    if (named === undefined) return null;
    return { type: { kind: 'type', params: [named] }, meaning: { is: 'type', name } };
  }

  private checkSelect(expr: Select): CelType {
    const qualified = expr.test ? null : qualifiedName(expr);
    const found = qualified === null ? null : this.resolveQualified(qualified);
    if (found !== null) {
      this.meanings.set(expr, found.meaning);
      return found.type;
    }
    const type = this.selectField(expr, expr.operand, false);
    return expr.test ? bool : this.resolved(type);
  }

  private resolveQualified(name: string): { type: CelType; meaning: Meaning } | null {
    const [first = ''] = name.split('.');
    for (let at = this.scope; at !== null; at = at.outer) if (at.name === first) return null;
    return this.resolve(name);
  }

  private selectField(expr: Expr, operand: Expr, optional: boolean): CelType {
    const operandType = this.resolved(this.check(operand));
    const { type: target, wrapped } = unwrapOptional(operandType);
    let result: CelType = dyn;
    if (target.kind === 'map') result = target.params[1];
    else if (target.kind === 'object') result = this.fieldType(expr, target);
    else if (target.kind === 'param') this.assign(dyn, target);
    else if (target.kind === 'opaque' && target.name.startsWith('kubernetes.')) {
      // Upstream declares these as messages without any fields.
      this.report(expr.at, `unexpected failed resolution of '${target.name}'`);
      result = errorType;
    } else if (!isDynOrError(target)) {
      this.report(expr.at, `type '${formatType(target)}' does not support field selection`);
    }
    return wrapped || optional ? optionalOf(result) : result;
  }

  private fieldType(expr: Expr, { fields }: CelType & { readonly kind: 'object' }): CelType {
    const name = selectedField(expr);
    const type = fields.get(name);
    if (type !== undefined) return type;
    this.report(expr.at, `undefined field '${name}'`);
    return errorType;
  }

  private checkCall(expr: Call): CelType {
    if (expr.name === operators.optSelect) return this.checkOptSelect(expr);
    const args = expr.args.map((arg) => this.check(arg));
    if (expr.target === null) {
      const name = expr.name.startsWith('.') ? expr.name.slice(1) : expr.name;
      const overloads = this.env.functions.get(name);
      if (overloads === undefined) return this.undeclared(expr.at, expr.name);
      return this.resolveCall(expr, { node: expr, name, overloads }, args);
    }
    const prefix = qualifiedName(expr.target);
    const name = prefix === null ? null : `${prefix.replace(/^\./, '')}.${expr.name}`;
    const spaced = name === null ? undefined : this.env.functions.get(name);
    if (name !== null && spaced !== undefined) {
      return this.resolveCall(
        { ...expr, target: null },
        { node: expr, name, overloads: spaced },
        args,
      );
    }
    const target = this.check(expr.target);
    const overloads = this.env.functions.get(expr.name);
    if (overloads === undefined) return this.undeclared(expr.at, expr.name);
    return this.resolveCall(expr, { node: expr, name: expr.name, overloads }, [target, ...args]);
  }

  private checkOptSelect(expr: Call): CelType {
    const [operand] = expr.args;
    if (operand === undefined) return errorType;
    return this.resolved(this.selectField(expr, operand, true));
  }

  private resolveCall(
    expr: Call,
    { node, name, overloads }: Candidates,
    args: readonly CelType[],
  ): CelType {
    const member = expr.target !== null;
    if (name === operators.and || name === operators.or) {
      return this.checkLogic(expr, name, overloads, args);
    }
    const matching: Overload[] = [];
    let result: CelType | null = null;
    for (const overload of overloads) {
      if (overload.member !== member || (overload.mixed && !this.mixes)) continue;
      const instance = this.instantiate(overload);
      const found = assignAll(this.known, args, instance.args);
      if (found === null) continue;
      this.known = found;
      matching.push(overload);
      const type = this.resolved(instance.result);
      if (result === null) result = type;
      else if (!isDyn(result) && !sameType(type, result)) result = dyn;
    }
    if (result === null) return this.noOverload(expr, name, args, member);
    this.meanings.set(node, { is: 'call', name, overloads: matching });
    return result;
  }

  private checkLogic(
    expr: Call,
    name: string,
    overloads: readonly Overload[],
    args: readonly CelType[],
  ): CelType {
    let wrong = false;
    args.forEach((type, at) => {
      if (this.assign(type, bool)) return;
      wrong = true;
      this.mismatch(expr.args[at]?.at ?? expr.at, bool, type);
    });
    if (wrong) return errorType;
    this.meanings.set(expr, { is: 'call', name, overloads });
    return bool;
  }

  private noOverload(expr: Call, name: string, args: readonly CelType[], member: boolean): CelType {
    const types = args.map((type) => formatType(substitute(this.known, type, true)));
    const target = member ? `${types.shift() ?? ''}.` : '';
    const applied = `${target}(${types.join(', ')})`;
    this.report(expr.at, `found no matching overload for '${name}' applied to '${applied}'`);
    return errorType;
  }

  private instantiate({ args, result }: Overload): { args: CelType[]; result: CelType } {
    const fresh = new Map<string, CelType>();
    const renew = (type: CelType): CelType => substitute(fresh, type, false);
    for (const name of paramNames([...args, result])) fresh.set(name, this.newVariable());
    return { args: args.map(renew), result: renew(result) };
  }

  private checkList({ elements, optional }: Expr & { readonly kind: 'list' }): CelType {
    let joined: CelType | null = null;
    elements.forEach((element, at) => {
      const type = this.elementType(element, optional.has(at));
      joined = this.join(element.at, joined, type);
    });
    return listOf(joined ?? this.newVariable());
  }

  private checkMap({ entries }: Expr & { readonly kind: 'map' }): CelType {
    let keys: CelType | null = null;
    let values: CelType | null = null;
    for (const { key, value, optional } of entries) {
      keys = this.join(key.at, keys, this.check(key));
      values = this.join(value.at, values, this.elementType(value, optional));
    }
    return mapOfTypes(keys ?? this.newVariable(), values ?? this.newVariable());
  }

  private elementType(element: Expr, optional: boolean): CelType {
    const type = this.check(element);
    if (!optional) return type;
    const { type: inner, wrapped } = unwrapOptional(type);
    if (!wrapped && !isDyn(inner)) this.mismatch(element.at, optionalOf(inner), inner);
    return inner;
  }

  // Elements of different types make a list of dyn.
  private join(_at: number, before: CelType | null, type: CelType): CelType {
    if (before === null) return type;
    return this.assign(before, type) ? mostGeneral(before, type) : dyn;
  }

  private checkComprehension(expr: Comprehension): CelType {
    const rangeType = this.check(expr.range);
    const accumulated = this.check(expr.init);
    const range = this.resolved(rangeType);
    const [item, second] = this.itemTypes(expr, range);
    const outer = this.scope;
    this.mixes = true;
    const withResult: Scope = { name: expr.accumulator, type: accumulated, outer };
    this.scope = { name: expr.item, type: item, outer: withResult };
    if (expr.item2 !== undefined) {
      this.scope = { name: expr.item2, type: second, outer: this.scope };
    }
    this.expect(expr.condition, bool);
    this.expect(expr.step, accumulated);
    this.scope = withResult;
    const type = this.check(expr.result);
    this.scope = outer;
    return this.resolved(type);
  }

  /** Of the first variable and of the second, where there are two. */
  private itemTypes(expr: Comprehension, range: CelType): readonly [CelType, CelType] {
    if (range.kind === 'list') {
      const [of] = range.params;
      return [expr.item2 === undefined ? of : int, of];
    }
    if (range.kind === 'map') return range.params;
    if (range.kind === 'param') this.assign(dyn, range);
    else if (!isDynOrError(range)) {
      const what = `expression of type '${formatType(range)}' cannot be range of a comprehension`;
      this.report(expr.range.at, `${what} (must be list, map, or dynamic)`);
      return [errorType, errorType];
    }
    return [dyn, dyn];
  }

  // What is known of a type by now.
  private resolved(type: CelType): CelType {
    return substitute(this.known, type, false);
  }

  private expect(expr: Expr, wanted: CelType): void {
    const type = this.check(expr);
    if (!this.assign(wanted, type)) this.mismatch(expr.at, wanted, type);
  }

  private assign(a: CelType, b: CelType): boolean {
    const found = assign(this.known, a, b);
    if (found !== null) this.known = found;
    return found !== null;
  }

  private newVariable(): CelType {
    this.fresh += 1;
    return { kind: 'param', name: `_var${this.fresh - 1}` };
  }

  private undeclared(at: number, name: string): CelType {
    this.report(at, `undeclared reference to '${name}' (in container '')`);
    return errorType;
  }

  private mismatch(at: number, wanted: CelType, found: CelType): void {
    this.report(at, `expected type '${formatType(wanted)}' but found '${formatType(found)}'`);
  }

  private report(at: number, message: string): void {
    this.problems.push({ at, message });
  }
}

// `a.b.c` as one name, where it is made of names only.
function qualifiedName(expr: Expr): string | null {
  if (expr.kind === 'ident') return expr.name;
  if (expr.kind !== 'select' || expr.test) return null;
  const prefix = qualifiedName(expr.operand);
  return prefix === null ? null : `${prefix}.${expr.field}`;
}

/** The field that `a.b` and `a.?b` name. */
function selectedField(expr: Expr): string {
  if (expr.kind === 'select') return expr.field;
  const [, name] = expr.kind === 'call' ? expr.args : [];
  return name?.kind === 'literal' && typeof name.value === 'string' ? name.value : '';
}

function unwrapOptional(type: CelType): { type: CelType; wrapped: boolean } {
  const inner =
    type.kind === 'opaque' && type.name === 'optional_type' ? type.params[0] : undefined;
  return inner === undefined ? { type, wrapped: false } : { type: inner, wrapped: true };
}

function paramNames(types: readonly CelType[]): Set<string> {
  const names = new Set<string>();
  const visit = (type: CelType): void => {
    if (type.kind === 'param') names.add(type.name);
    else if ('params' in type) type.params.forEach(visit);
  };
  types.forEach(visit);
  return names;
}

function literalType(value: CelValue): CelType {
  const name = typeNameOf(value);
  switch (name) {
    case 'bool':
    case 'int':
    case 'uint':
    case 'double':
    case 'bytes':
      return { kind: name };
    case 'null_type':
      return { kind: 'null' };
    default:
      return string;
  }
}
