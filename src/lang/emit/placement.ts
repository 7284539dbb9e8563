import type { IrExpr } from '../../ir/expr.ts';
import { importedCondition } from '../../ir/lower/predicate/imported.ts';
import type {
  IrDecisionGroup,
  IrPlacement,
  IrPrioritizer,
  IrPrioritizerPolicy,
  IrSpread,
  IrToleration,
} from '../../ir/program.ts';
import { formatSingleUnit } from '../../kube/duration.ts';
import { blocksOf, type Checked } from '../check/checked.ts';
import { fieldsOf, knownValue, listOf, referredName, textOf } from '../check/known.ts';
import { isImported } from '../check/note.ts';
import { known, type Typed } from '../check/typed.ts';
import { type Fields, isUnit, toJson, unitText, type Value } from '../fold/value.ts';
import { taintKeys } from '../schema/types.ts';
import type { PropertyNode } from '../syntax/ast.ts';
import { metaOf } from './meta.ts';

/** A placement, by Rules 38 to 41. */
export function emitPlacement(block: Checked<'placement'>): readonly IrPlacement[] {
  const { values } = block;
  const placement: IrPlacement = {
    kind: 'placement',
    ...metaOf(block),
    clusterSets: (listOf(values.from) ?? []).flatMap((set) => referredName(set) ?? []),
    where: asImported(conditionOf(values.where), block.shaped.keys.where),
    numberOfClusters: numberOf(knownValue(values.take)),
    prioritizerPolicy: prioritizersOf(fieldsOf(knownValue(values.prefer))),
    sortBy: wordOf(values.order, ['ClusterName', 'Score']),
    tolerations: (listOf(values.tolerate) ?? []).flatMap(tolerationOf),
    ...spreadOf(values.spread),
    groups: blocksOf(block.children, 'group').map(groupOf),
    clustersPerDecisionGroup: countOf(knownValue(values.groupsOf)),
    ...rescoreOf(knownValue(values.rescore)),
    ...guardOf(fieldsOf(knownValue(values.guard))),
    ...(textOf(values.trust) === 'hub' ? { trust: 'hub' } : {}),
    via: wordOf(values.via, ['engine', 'upstream']),
  };
  return [placement];
}

/** A condition of the IR; what is known to be unknown is false (Rule 29). */
export function conditionOf(typed: Typed | null): IrExpr {
  if (typed !== null && !typed.known) return typed.ir;
  const value = typed === null || (typed.known && typed.value === true);
  return { op: 'const', type: 'bool', value };
}

/** A condition with `@imported` keeps the selectors it was read from, where it has their form. */
function asImported(condition: IrExpr, item: PropertyNode | null): IrExpr {
  return isImported(item) ? (importedCondition(condition) ?? condition) : condition;
}

function groupOf({ name, values, shaped }: Checked<'group'>): IrDecisionGroup {
  const where = conditionOf(values.where ?? known({ is: 'predicate' }, false));
  const imported = asImported(where, shaped.keys.where);
  // Of a group there is one selector, not a choice of them.
  const [only, ...more] = imported !== where && imported.op === 'or' ? imported.args : [];
  return { name, where: only !== undefined && more.length === 0 ? only : where };
}

function wordOf<W extends string>(typed: Typed | null, words: readonly W[]): W | null {
  const text = textOf(typed);
  return words.find((word) => word === text) ?? null;
}

function numberOf(value: Value | undefined): number | null {
  return typeof value === 'bigint' ? Number(value) : null;
}

/** A count, or a percentage as its text. */
export function countOf(value: Value | undefined): number | string | null {
  if (value !== undefined && value !== null && typeof value === 'object' && isUnit(value)) {
    return unitText(value);
  }
  return numberOf(value);
}

// Additive starts with what upstream's default gives; a term is written where it differs from that (Rule 39).
const defaults: Readonly<Record<string, number>> = { 'BuiltIn/Steady': 1, 'BuiltIn/Balance': 1 };

function prioritizersOf(scoring: Fields | undefined): IrPrioritizerPolicy | null {
  if (scoring === undefined) return null;
  const isAdditive = scoring.get('default') === true;
  const terms = (scoring.get('terms') ?? []) as readonly Fields[];
  const configurations = terms.flatMap((term): readonly IrPrioritizer[] => {
    const weight = Number(term.get('weight') as bigint);
    const computed = term.get('expr');
    if (computed !== undefined) {
      return [{ by: { type: 'Expr', expr: toJson(computed) as unknown as IrExpr }, weight }];
    }
    const score = term.get('score') as string;
    const given = isAdditive ? (defaults[score] ?? 0) : 0;
    return weight === given ? [] : [{ by: scoreOf(score), weight }];
  });
  return { mode: isAdditive ? 'Additive' : 'Exact', configurations };
}

function scoreOf(score: string): IrPrioritizer['by'] {
  const [type, first = '', ...rest] = score.split('/');
  return type === 'BuiltIn'
    ? { type: 'BuiltIn', name: first }
    : { type: 'AddOn', resource: first, score: rest.join('/') };
}

function spreadOf(typed: Typed | null): Pick<IrPlacement, 'spread'> {
  const spread = (listOf(typed) ?? []).flatMap((value): readonly IrSpread[] => {
    const fields = fieldsOf(value);
    const over = fieldsOf(fields?.get('over'));
    if (over === undefined) return [];
    const skew = numberOf(fields?.get('skew'));
    const otherwise = fields?.get('otherwise');
    const isKnown = otherwise === 'ScheduleAnyway' || otherwise === 'DoNotSchedule';
    return [
      {
        topologyKey: String(over.get('key')),
        topologyKeyType: over.get('from') === 'claim' ? 'Claim' : 'Label',
        // The API requires both.
        maxSkew: skew ?? 1,
        whenUnsatisfiable: isKnown ? otherwise : 'ScheduleAnyway',
      },
    ];
  });
  return spread.length === 0 ? {} : { spread };
}

function rescoreOf(value: Value | undefined): Pick<IrPlacement, 'rescore'> {
  const rescore = durationOf(value);
  return rescore === null ? {} : { rescore };
}

function durationOf(value: Value | undefined): string | null {
  if (value === undefined || value === null || typeof value !== 'object' || !isUnit(value))
    return null;
  return value.unit === 'duration' ? formatSingleUnit(value.nanos) : null;
}

function guardOf(fields: Fields | undefined): Pick<IrPlacement, 'guard'> {
  if (fields === undefined) return {};
  const neverEmpty = fields.get('neverEmpty');
  const removeAtMost = countOf(fields.get('removeAtMost'));
  const within = durationOf(fields.get('within'));
  const guard = {
    ...(typeof neverEmpty === 'boolean' ? { neverEmpty } : {}),
    ...(removeAtMost === null ? {} : { removeAtMost }),
    ...(within === null ? {} : { within }),
  };
  return { guard };
}

/** Rule 40: `Equal` with a value, `Exists` without; without a key every taint is tolerated. */
function tolerationOf(value: Value): readonly IrToleration[] {
  const fields = fieldsOf(value);
  if (fields === undefined) return [];
  const key = fields.get('key');
  const of = fields.get('value');
  const effect = fields.get('effect');
  const seconds = secondsOf(fields.get('for'));
  return [
    {
      ...(typeof key === 'string' ? { key: taintKeys.get(key) ?? key } : {}),
      operator: typeof of === 'string' ? 'Equal' : 'Exists',
      ...(typeof of === 'string' ? { value: of } : {}),
      ...(typeof effect === 'string' ? { effect } : {}),
      ...(seconds === null ? {} : { tolerationSeconds: seconds }),
    },
  ];
}

function secondsOf(value: Value | undefined): number | null {
  if (value === undefined || value === null || typeof value !== 'object' || !isUnit(value))
    return null;
  return value.unit === 'duration' ? Number(value.nanos / 1_000_000_000n) : null;
}
