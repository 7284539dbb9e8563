import { isJsonObject, type JsonObject } from '../../../base/json.ts';
import type { IrExpr } from '../../../ir/expr.ts';
import { type Claim, contradict } from '../../../ir/logic/refute.ts';
import { toJson } from '../../fold/value.ts';
import type { Around, Checked } from '../checked.ts';
import { blockOf, knownValue, listOf, referredName } from '../known.ts';
import { irOf } from '../typed.ts';

type Placement = Checked<'placement'>;

/** Whether no cluster can be selected by both: their sets or their conditions contradict each other. */
export function areDisjoint(one: Placement, other: Placement, program: Around): boolean {
  return haveDisjointSets(one, other, program) || contradict([admits(one), admits(other)]);
}

/** Whether every cluster `inner` selects is selected by `outer` too, as far as that can be proved. */
export function covers(outer: Placement, inner: Placement): boolean {
  if (outer === inner) return true;
  if (outer.namespace !== inner.namespace || outer.shaped.keys.take !== null) return false;
  const [outerSets, innerSets] = [setsOf(outer), setsOf(inner)];
  const hasSets =
    outerSets.length === 0 ||
    (innerSets.length > 0 && innerSets.every((set) => outerSets.includes(set)));
  const isWider = contradict([admits(inner), { ...admits(outer), holds: false }]);
  return hasSets && isWider && tolerates(outer, inner);
}

const anyCluster: IrExpr = { op: 'const', type: 'bool', value: true };

function admits({ values: { where } }: Placement): Claim {
  return { expr: where === null ? anyCluster : irOf(where), holds: true };
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
function haveDisjointSets(one: Placement, other: Placement, program: Around): boolean {
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
