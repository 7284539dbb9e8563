import { isJsonObject, type Json, type JsonObject } from '../../../base/json.ts';
import type { IrExpr } from '../../../ir/expr.ts';
import { toJson } from '../../fold/value.ts';
import type { Checked, CheckedProgram } from '../checked.ts';
import { blockOf, knownValue, listOf, referredName } from '../known.ts';
import { irOf } from '../typed.ts';

type Placement = Checked<'placement'>;

/** What is known about the clusters a placement selects: an upper bound, exact where `exact` says so. */
interface Selection {
  /** By the source of an attribute: the values it may have. */
  readonly allowed: ReadonlyMap<string, ReadonlySet<string>>;
  /** The conditions that are joined with `&&`, as texts that can be compared. */
  readonly conjuncts: ReadonlySet<string>;
}

/** Whether no cluster can be selected by both: their sets or their conditions contradict each other. */
export function areDisjoint(one: Placement, other: Placement, program: CheckedProgram): boolean {
  return haveDisjointSets(one, other, program) || contradict(selectionOf(one), selectionOf(other));
}

function contradict(one: Selection, other: Selection): boolean {
  for (const [key, values] of one.allowed) {
    const others = other.allowed.get(key);
    if (others !== undefined && ![...values].some((value) => others.has(value))) return true;
  }
  return false;
}

/** Whether every cluster `inner` selects is selected by `outer` too, as far as that can be proved. */
export function covers(outer: Placement, inner: Placement): boolean {
  if (outer === inner) return true;
  if (outer.namespace !== inner.namespace || outer.shaped.keys.take !== null) return false;
  const [outerSets, innerSets] = [setsOf(outer), setsOf(inner)];
  const hasSets =
    outerSets.length === 0 ||
    (innerSets.length > 0 && innerSets.every((set) => outerSets.includes(set)));
  const [wide, narrow] = [selectionOf(outer), selectionOf(inner)];
  const implied = [...wide.conjuncts].every(
    (conjunct) => narrow.conjuncts.has(conjunct) || isImplied(conjunct, narrow),
  );
  return hasSets && implied && tolerates(outer, inner);
}

function isImplied(conjunct: string, { allowed }: Selection): boolean {
  const limit = allowedBy(JSON.parse(conjunct) as IrExpr);
  const values = limit === null ? undefined : allowed.get(limit.key);
  return limit !== null && values !== undefined && [...values].every((of) => limit.values.has(of));
}

function tolerates(outer: Placement, inner: Placement): boolean {
  const wide = tolerationsOf(outer);
  return tolerationsOf(inner).every((narrow) => wide.some((each) => isWider(each, narrow)));
}

function tolerationsOf({ values }: Placement): readonly JsonObject[] {
  return (listOf(values.tolerate) ?? []).map(toJson).filter(isJsonObject);
}

/** What a toleration does not say, it takes any of; one with an end is no wider than itself. */
function isWider(wide: JsonObject, narrow: JsonObject): boolean {
  if (wide['for'] !== undefined && wide['for'] !== narrow['for']) return false;
  return ['key', 'value', 'effect'].every(
    (field) => wide[field] === undefined || wide[field] === narrow[field],
  );
}

function setsOf({ values }: Placement): readonly string[] {
  return (listOf(values.from) ?? []).flatMap((value) => referredName(value) ?? []);
}

/** A cluster is in one exclusive set at most. */
function haveDisjointSets(one: Placement, other: Placement, program: CheckedProgram): boolean {
  const exclusive = (of: Placement): readonly string[] | null => {
    const values = listOf(of.values.from) ?? [];
    const isSure = values.every((value) => {
      const symbol = blockOf(value);
      const set = symbol === undefined ? null : program.blockOf(symbol);
      const members = (set as Checked<'clusterset'> | null)?.values.members;
      return set !== null && (members === null || knownValue(members) === 'exclusive');
    });
    return isSure && values.length > 0 ? setsOf(of) : null;
  };
  const [sets, others] = [exclusive(one), exclusive(other)];
  if (sets === null || others === null) return false;
  return !sets.some((set) => others.includes(set));
}

const selections = new WeakMap<Placement, Selection>();

function selectionOf(placement: Placement): Selection {
  const known = selections.get(placement);
  if (known !== undefined) return known;
  const { where } = placement.values;
  const parts = where === null ? [] : conjunctsOf(irOf(where));
  const allowed = new Map<string, ReadonlySet<string>>();
  for (const part of parts) {
    const limit = allowedBy(part);
    if (limit === null) continue;
    const before = allowed.get(limit.key);
    const values = [...limit.values].filter((value) => before?.has(value) !== false);
    allowed.set(limit.key, new Set(values));
  }
  const selection = { allowed, conjuncts: new Set(parts.map(textOf)) };
  selections.set(placement, selection);
  return selection;
}

function conjunctsOf(expr: IrExpr): readonly IrExpr[] {
  if (expr.op === 'and') return expr.args.flatMap(conjunctsOf);
  return expr.op === 'const' && expr.value === true ? [] : [expr];
}

/** A condition as a text that does not depend on where it is written. */
function textOf(expr: IrExpr): string {
  return JSON.stringify(expr, (key, value: unknown) => (key === 'origin' ? undefined : value));
}

interface Limit {
  readonly key: string;
  readonly values: ReadonlySet<string>;
}

/** The values one attribute may have where a condition holds; null where it says nothing of that kind. */
function allowedBy(expr: IrExpr): Limit | null {
  switch (expr.op) {
    case 'compare': {
      const { by, left, right } = expr;
      if (by !== '==' || left.op !== 'attribute' || right.op !== 'const') return null;
      return { key: JSON.stringify(left.source), values: new Set([valueText(right.value)]) };
    }
    case 'in': {
      const { left, right } = expr;
      if (left.op !== 'attribute') return null;
      const values = constantsOf(right);
      return values === null ? null : { key: JSON.stringify(left.source), values };
    }
    case 'or': {
      const limits = expr.args.map(allowedBy);
      const [first] = limits;
      if (first === undefined || first === null) return null;
      if (!limits.every((limit) => limit?.key === first.key)) return null;
      return { key: first.key, values: new Set(limits.flatMap((of) => [...(of?.values ?? [])])) };
    }
    default:
      return null;
  }
}

function constantsOf(expr: IrExpr): ReadonlySet<string> | null {
  if (expr.op === 'const' && Array.isArray(expr.value) && expr.type !== 'cidr') {
    return new Set(expr.value.map((value: Json) => valueText(value)));
  }
  if (expr.op !== 'list') return null;
  const texts: string[] = [];
  for (const item of expr.items) {
    if (item.item !== 'value' || item.value.op !== 'const') return null;
    texts.push(valueText(item.value.value));
  }
  return new Set(texts);
}

function valueText(value: Json): string {
  return JSON.stringify(value);
}
