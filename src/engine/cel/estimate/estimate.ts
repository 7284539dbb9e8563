import { type Call, type Comprehension, type Expr, operators, type Select } from '../ast.ts';
import type { Checked, Meaning } from '../check.ts';
import { global, type Overload } from '../environment.ts';
import { unusedItem } from '../macros.ts';
import type { CelType } from '../types.ts';
import { type CelValue, isTagged } from '../value.ts';
import type { Argument, CallEstimate, EstimatedCall } from './call.ts';
import { estimateLibraryCall } from './libraries.ts';
import { estimateOperator } from './operators.ts';
import { type Path, PathSlice } from './path.ts';
import { either, exactly, type Size, times, unknownSize } from './size.ts';

/** How large what lies at a path may be; null where nothing is known of it. */
export type SizeAt = (path: Path) => Size | null;

/**
 * The most an expression can cost in CEL's units, given how large what it looks at may be (cel-go `checker/cost.go`):
 * `Infinity` where nothing bounds it.
 */
export function estimateCost(expr: Expr, checked: Checked, sizeAt: SizeAt): number {
  return new Estimator(checked, sizeAt).cost(expr);
}

const step = 1;
const listCost = 10;
const mapCost = 30;

/** What is known of the elements of a list or a map that an expression makes. */
interface Entries {
  readonly of: 'list' | 'map';
  readonly key: Size;
  readonly value: Size;
}

interface Local {
  readonly name: string;
  readonly path: PathSlice;
  readonly size: Size | null;
  readonly entries: Entries | null;
}

class Estimator {
  private readonly checked: Checked;
  private readonly sizeAt: SizeAt;
  private readonly costs = new Map<Expr, number>();
  private readonly paths = new Map<Expr, PathSlice>();
  private readonly sizes = new Map<Expr, Size>();
  private readonly entries = new Map<Expr, Entries>();
  private readonly locals: Local[] = [];

  constructor(checked: Checked, sizeAt: SizeAt) {
    this.checked = checked;
    this.sizeAt = sizeAt;
  }

  cost(expr: Expr): number {
    // what `optMap` is called on is there twice
    const cost = this.costs.get(expr) ?? this.costFor(expr);
    this.costs.set(expr, cost);
    return cost;
  }

  private costFor(expr: Expr): number {
    switch (expr.kind) {
      case 'ident':
        this.paths.set(expr, this.local(expr.name)?.path ?? PathSlice.of(expr.name));
        return step;
      case 'select':
        return this.selectCost(expr);
      case 'call':
        return this.callCost(expr);
      case 'list':
        return this.listCost(expr);
      case 'map':
        return this.mapCost(expr);
      case 'comprehension':
        return expr.item === unusedItem ? this.bindCost(expr) : this.foldCost(expr);
      default:
        return 0;
    }
  }

  private selectCost(expr: Select): number {
    const meaning = this.checked.meanings.get(expr);
    if (meaning !== undefined && meaning.is !== 'call') {
      this.paths.set(expr, PathSlice.of(meaning.name));
      return step;
    }
    const { operand, field, test } = expr;
    const cost = this.cost(operand);
    // Kubernetes does not count what `has` asks
    if (test) return cost;
    this.paths.set(expr, this.pathOf(operand).append(field));
    const { kind } = this.checked.typeOf(operand);
    return kind === 'map' || kind === 'object' || kind === 'param' ? cost + step : cost;
  }

  private callCost(expr: Call): number {
    const meaning = this.checked.meanings.get(expr);
    const known = meaning?.is === 'call' ? meaning : optionalSelect;
    const [first] = expr.args;
    if (known.name === 'dyn' && first !== undefined) return this.dynCost(expr, first);
    const given = expr.args.map((arg) => ({ cost: this.cost(arg), argument: this.argument(arg) }));
    const costs = given.map(({ cost }) => cost);
    const args = given.map(({ argument }) => argument);
    const on = known.overloads[0]?.member === true ? expr.target : null;
    const targetCost = on === null ? 0 : this.cost(on);
    const target = on === null ? null : this.argument(on);
    let most = 0;
    let result: Size | null = null;
    for (const overload of known.overloads) {
      const { cost, size = null } = this.overloadCost(
        expr,
        { name: known.name, overload, target, args },
        costs,
      );
      most = Math.max(most, cost);
      result = result !== null && size !== null ? either(result, size) : (size ?? result);
      result = this.indexed(expr, overload, result) ?? this.sizeOf(expr);
    }
    if (result !== null) this.sizes.set(expr, result);
    return targetCost + most;
  }

  /** Together with its arguments. */
  private overloadCost(expr: Call, call: EstimatedCall, costs: readonly number[]): CallEstimate {
    const library = estimateLibraryCall(call);
    if (library !== null) {
      return { ...library, cost: library.cost + costs.reduce((all, each) => all + each, 0) };
    }
    this.keepEntries(expr, call.overload);
    return estimateOperator(call, costs);
  }

  /** Types are not looked at behind it. */
  private dynCost(expr: Call, arg: Expr): number {
    const cost = this.cost(arg);
    this.copySizes(expr, arg);
    return 1 + cost;
  }

  /** An index leads on to an element. */
  private indexed(expr: Call, { id }: Overload, known: Size | null): Size | null {
    const [of] = expr.args;
    if (of === undefined || (id !== 'index_list' && id !== 'index_map')) return known;
    const below = id === 'index_list' ? '@items' : '@values';
    const result = this.entriesOf(of)?.value ?? null;
    this.paths.set(expr, this.pathOf(of).append(below));
    return result;
  }

  /** What a choice or a sum of lists holds is what either holds. */
  private keepEntries(expr: Call, { id }: Overload): void {
    const joins = /^add_(?:string|bytes|list)/.test(id);
    if (id !== 'conditional' && !joins) return;
    const [a, b] = (id === 'conditional' ? expr.args.slice(1) : expr.args).map((arg) =>
      this.entriesOf(arg),
    );
    if (!a || !b) return;
    const [key, value] = [either(a.key, b.key), either(a.value, b.value)];
    this.entries.set(expr, { of: joins ? b.of : a.of, key, value });
  }

  private listCost(expr: Expr & { readonly kind: 'list' }): number {
    let cost = listCost;
    let value: Size | null = null;
    for (const element of expr.elements) {
      cost += this.cost(element);
      const size = this.sizeOf(element) ?? unknownSize;
      value = value === null ? size : either(value, size);
    }
    this.entries.set(expr, { of: 'list', key: exactly(1), value: value ?? exactly(0) });
    return cost;
  }

  private mapCost(expr: Expr & { readonly kind: 'map' }): number {
    let cost = mapCost;
    let [key, value]: (Size | null)[] = [null, null];
    for (const entry of expr.entries) {
      cost += this.cost(entry.key);
      cost += this.cost(entry.value);
      const keySize = this.sizeOf(entry.key) ?? unknownSize;
      const valueSize = this.sizeOf(entry.value) ?? unknownSize;
      key = key ? either(key, keySize) : keySize;
      value = value ? either(value, valueSize) : valueSize;
    }
    const none = exactly(0);
    this.entries.set(expr, { of: 'map', key: key ?? none, value: value ?? none });
    return cost;
  }

  /** A name for a value: it is computed once. */
  private bindCost(expr: Comprehension): number {
    const cost = this.cost(expr.range) + this.cost(expr.init);
    this.pushValue(expr.accumulator, expr.init);
    const result = this.cost(expr.result);
    this.locals.pop();
    this.copySizes(expr, expr.result);
    return cost + result;
  }

  private foldCost(expr: Comprehension): number {
    const { range, init, item, item2 } = expr;
    const before = this.cost(range) + this.cost(init);
    this.pushValue(expr.accumulator, init);
    if (item2 === undefined) this.pushItem(item, range);
    else {
      this.pushPart(item, range, 'key');
      this.pushPart(item2, range, 'value');
    }
    const round = this.cost(expr.condition) + this.cost(expr.step);
    this.locals.length -= item2 === undefined ? 1 : 2;
    const after = this.cost(expr.result);
    this.locals.pop();
    const rounds = this.sizeOf(range) ?? unknownSize;
    if (init.kind === 'literal') {
      const size = this.sizeOf(init);
      if (size !== null) this.sizes.set(expr, size);
    } else if (init.kind === 'list' || init.kind === 'map') {
      this.sizes.set(expr, rounds);
      const made = this.entriesOf(expr.step);
      if (made !== null) this.entries.set(expr, made);
    }
    return before + after + times(rounds.max, round);
  }

  private pushValue(name: string, expr: Expr): void {
    const [path, size] = [this.pathOf(expr), this.sizeOf(expr)];
    this.locals.push({ name, path, size, entries: this.entriesOf(expr) });
  }

  /** The one variable of a fold: an element of a list, a key of a map. */
  private pushItem(name: string, range: Expr): void {
    this.pushPart(name, range, this.isList(range) ? 'value' : 'key');
  }

  private pushPart(name: string, range: Expr, part: 'key' | 'value'): void {
    const list = this.isList(range);
    const below = part === 'key' ? (list ? '@indices' : '@keys') : list ? '@items' : '@values';
    const size = this.entriesOf(range)?.[part] ?? null;
    this.locals.push({ name, path: this.pathOf(range).append(below), size, entries: null });
  }

  private isList(range: Expr): boolean {
    return (this.entriesOf(range)?.of ?? this.checked.typeOf(range).kind) === 'list';
  }

  private argument(expr: Expr): Argument {
    const path = this.pathOf(expr).steps();
    const size = this.sizeOf(expr) ?? unknownSize;
    const elementSize = () =>
      (path.length === 0 ? null : this.sizeAt([...path, '@items'])) ?? unknownSize;
    return { expr, type: this.checked.typeOf(expr), size, elementSize };
  }

  private pathOf(expr: Expr): PathSlice {
    const local = expr.kind === 'ident' ? this.local(expr.name) : undefined;
    return local?.path ?? this.paths.get(expr) ?? PathSlice.empty;
  }

  private sizeOf(expr: Expr): Size | null {
    const known = this.sizes.get(expr) ?? writtenSize(expr);
    if (known !== null) return known;
    const path = this.pathOf(expr);
    const size = path.length === 0 ? null : this.sizeAt(path.steps());
    if (size !== null) {
      this.sizes.set(expr, size);
      return size;
    }
    if (isScalar(this.checked.typeOf(expr))) return exactly(1);
    return expr.kind === 'ident' ? (this.local(expr.name)?.size ?? null) : null;
  }

  private entriesOf(expr: Expr): Entries | null {
    const known = this.entries.get(expr);
    if (known !== undefined) return known;
    return expr.kind === 'ident' ? (this.local(expr.name)?.entries ?? null) : null;
  }

  private copySizes(to: Expr, from: Expr): void {
    const [size, entries] = [this.sizeOf(from), this.entriesOf(from)];
    if (size !== null) this.sizes.set(to, size);
    if (entries !== null) this.entries.set(to, entries);
  }

  private local(name: string): Local | undefined {
    return this.locals.findLast((local) => local.name === name);
  }
}

/** What `a.?b` means, which is checked as a field and costed as a call. */
const optionalSelect: Meaning & { readonly is: 'call' } = {
  is: 'call',
  name: operators.optSelect,
  overloads: [global('select_optional_field', 'dyn, string -> dyn', () => null)],
};

/** The size of what is written out. */
function writtenSize(expr: Expr): Size | null {
  switch (expr.kind) {
    case 'literal':
      return exactly(lengthOf(expr.value));
    case 'list':
      return exactly(expr.elements.length);
    case 'map':
      return exactly(expr.entries.length);
    default:
      return null;
  }
}

function lengthOf(value: CelValue): number {
  if (typeof value === 'string') return [...value].length;
  return isTagged(value) && value.cel === 'bytes' ? value.bytes.length : 1;
}

const scalars = new Set(['bool', 'double', 'duration', 'int', 'timestamp', 'uint']);

function isScalar(type: CelType): boolean {
  if (type.kind !== 'opaque') return scalars.has(type.kind);
  const [of] = type.params;
  return type.name === 'optional_type' && of !== undefined && isScalar(of);
}
