import type { IrExpr } from '../../ir/expr.ts';
import { operandsOf } from '../../ir/operands.ts';
import type { TestExpectation } from '../../ir/test-plan.ts';
import { taintsOf } from '../inventory/facts.ts';
import type { Explanation } from '../placement/explain.ts';
import { isTolerated } from '../placement/filters/taint-toleration.ts';
import { evaluate, holds } from '../predicate/evaluate.ts';
import { isFields, isMissing } from '../predicate/value.ts';
import type { On } from './expectation.ts';
import { keyOf, type Name, type World } from './world.ts';

/** An explanation: what it names, and as sentences. */
export interface Reasons {
  readonly names: ReadonlySet<string>;
  readonly texts: readonly string[];
}

/** Sentences said of one placement without a cluster. */
const mostTexts = 6;

/**
 * The explanation of what an expectation is about: attributes, filters and taints by name (Rule 56). `only` says which
 * clusters are worth a sentence, where that is known better.
 */
export function reasonsOf(
  { about }: TestExpectation,
  on: On,
  world: World,
  only: ReadonlySet<string> | null = null,
): Reasons {
  const names = new Set<string>();
  const texts = new Set<string>();
  for (const { placement, cluster } of about) {
    const told = cluster === null ? [undefined] : clusterNames(cluster, on);
    const clusters = only ?? told;
    for (const name of clusters) {
      const found = explained(placement, name, world);
      for (const each of found.names) names.add(each);
      for (const text of found.texts) texts.add(text);
    }
  }
  return { names, texts: [...texts] };
}

/** The explanation of a placement for one cluster, or for all. */
function explained(placement: Name, cluster: string | undefined, world: World): Reasons {
  const none: Reasons = { names: new Set(), texts: [] };
  if (cluster !== undefined && !world.clusters.has(cluster)) return none;
  const explanation = world.explain(placement, cluster);
  if (explanation === undefined) return none;
  const dropped = droppedIn(explanation);
  const kept =
    cluster !== undefined && dropped.length === 0
      ? namesOfKept(placement, cluster, explanation, world)
      : [];
  return {
    names: new Set([...dropped.flatMap((one) => namesIn(one, placement, world)), ...kept]),
    texts: textsOf(placement, cluster, explanation, dropped),
  };
}

interface Dropped {
  readonly cluster: string;
  readonly by: string;
  readonly why: string;
}

function droppedIn({ steps }: Explanation): readonly Dropped[] {
  return steps.flatMap((step) =>
    step.step === 'filter'
      ? step.dropped.map(({ cluster, why }) => ({ cluster, by: step.by, why }))
      : [],
  );
}

function textsOf(
  placement: Name,
  cluster: string | undefined,
  { outcome, scores, sets }: Explanation,
  dropped: readonly Dropped[],
): readonly string[] {
  const of = placement.name;
  const said = dropped
    .slice(0, mostTexts)
    .map((one) => `${one.cluster} is not in ${of}: ${one.by}: ${one.why}`);
  const more = dropped.length - said.length;
  if (more > 0) said.push(`and ${more} more are not in ${of}`);
  if (cluster === undefined || dropped.length > 0) return said;
  if (outcome.selected.includes(cluster)) return [`${cluster} is in ${of}`];
  if (scores.has(cluster)) {
    return [`${cluster} is not in ${of}: it ranks below the first ${outcome.selected.length}`];
  }
  const from =
    sets.length === 0 ? 'no set is bound to it' : `none of its sets (${sets.join(', ')})`;
  return [`${cluster} is not in ${of}: ${sets.length === 0 ? from : `it is in ${from}`}`];
}

function clusterNames(cluster: IrExpr, on: On): readonly string[] {
  const value = evaluate(cluster, on.scope, on.bound);
  const name = isMissing(value) || !isFields(value) ? undefined : value.get('name');
  return typeof name === 'string' ? [name] : [];
}

/** What names a reason: the filter, and the attributes or taints that made it drop the cluster. */
function namesIn({ cluster, by }: Dropped, placement: Name, world: World): readonly string[] {
  const facts = world.clusters.get(cluster);
  const decl = world.model.placements.get(keyOf(placement));
  if (facts === undefined || decl === undefined) return [by];
  const scope = { cluster: facts, now: world.now, compat: 'native' } as const;
  if (by === 'Predicate') {
    return [by, ...failing(decl.where, (part) => !holds(part, scope)).flatMap(attributesIn)];
  }
  const input = {
    placement: decl,
    inventory: world.inventory,
    boundSets: [],
    decided: [],
    othersDecided: new Map(),
    now: world.now,
    compat: 'native',
  } as const;
  const taints = taintsOf(facts).filter((taint) => !isTolerated(taint, input));
  return [by, ...taints.map(({ key }) => key)];
}

/** The parts of a condition that do not hold and because of which it does not. */
function failing(where: IrExpr, fails: (part: IrExpr) => boolean): readonly IrExpr[] {
  if (where.op === 'and' || where.op === 'or') {
    return where.args.filter(fails).flatMap((part) => failing(part, fails));
  }
  return [where];
}

/** Why a cluster was kept, or lost to others: the attributes it was kept by, what the placement lacks, its rank. */
function namesOfKept(
  placement: Name,
  cluster: string,
  { outcome, scores, steps }: Explanation,
  world: World,
): readonly string[] {
  const decl = world.model.placements.get(keyOf(placement));
  if (decl === undefined) return [];
  const groups = (outcome.groups ?? []).filter(({ clusters }) => clusters.includes(cluster));
  const group = decl.groups.filter(({ name }) => groups.some((each) => each.name === name));
  if (outcome.selected.includes(cluster)) {
    return [
      ...attributesIn(decl.where),
      ...group.flatMap(({ name, where }) => [name, ...attributesIn(where)]),
    ];
  }
  if (!scores.has(cluster)) return ['sets'];
  return ['take', ...steps.flatMap((step) => (step.step === 'score' ? [step.by] : []))];
}

/** Names of the attributes an expression reads, as their author wrote them, and their keys. */
export function attributesIn(expr: IrExpr): readonly string[] {
  if (expr.op === 'attribute') return [expr.name, ...keyIn(expr.name)];
  return operandsOf(expr).flatMap(attributesIn);
}

// `labels["legacy/gpu"]` is named by its key too.
function keyIn(name: string): readonly string[] {
  const key = /\["(.*)"\]$/.exec(name)?.[1] ?? /^\w+\.(.+)$/.exec(name)?.[1];
  return key === undefined ? [] : [key];
}
