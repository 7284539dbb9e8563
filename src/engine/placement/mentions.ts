import type { IrExpr } from '../../ir/expr.ts';
import { operandsOf } from '../../ir/operands.ts';
import type { IrPlacement, IrPrioritizer } from '../../ir/program.ts';
import { compileClusterCel } from '../cel/cluster-selector.ts';
import { readsOfCel } from '../cel/reads.ts';
import { isDeep } from '../inventory/expr-key.ts';
import { type Fact, factKey } from '../inventory/fact.ts';

/** Kinds of objects decisions are made of. */
export type WorldInput = 'clusters' | 'sets' | 'bindings' | 'decisions' | 'scores' | 'addons';

/** What the decision of a placement depends on, besides the placement itself, sets and bindings, and the time. */
export interface Mentions {
  /** Facts of clusters, each once. That a cluster is there or going, its sets and its taints matter always. */
  readonly facts: readonly Fact[];
  /** Decisions of other placements matter. */
  readonly others: boolean;
}

const known = new WeakMap<IrPlacement, Mentions>();

/** What the decision of a placement depends on: never less than it does. */
export function mentionsOf(placement: IrPlacement): Mentions {
  const before = known.get(placement);
  if (before !== undefined) return before;
  const facts = new Map<string, Fact>();
  const add = (fact: Fact) => facts.set(factKey(fact), fact);
  for (const where of [placement.where, ...placement.groups.map((group) => group.where)]) {
    for (const fact of factsIn(where)) add(fact);
  }
  for (const { topologyKey: key, topologyKeyType } of placement.spread ?? []) {
    add({ from: topologyKeyType === 'Claim' ? 'claim' : 'label', key });
  }
  const prioritizers = prioritizersOf(placement);
  for (const by of prioritizers) for (const fact of factsOf(by)) add(fact);
  const others = prioritizers.some((by) => by.type === 'BuiltIn' && by.name === 'Balance');
  const mentions = { facts: [...facts.values()], others };
  known.set(placement, mentions);
  return mentions;
}

/** Kinds of objects a decision depends on: until all are read, it is not to be trusted. */
export function inputsOf(placement: IrPlacement): readonly WorldInput[] {
  const { facts } = mentionsOf(placement);
  return [
    'clusters',
    'sets',
    'bindings',
    'decisions',
    ...(facts.some(({ from }) => from === 'scores' || from === 'everything')
      ? (['scores'] as const)
      : []),
    ...(facts.some(({ from }) => from === 'addon' || from === 'everything')
      ? (['addons'] as const)
      : []),
  ];
}

// Those that count: by default, unless the weights are written out, and those that are written.
function prioritizersOf({ prioritizerPolicy }: IrPlacement): readonly IrPrioritizer['by'][] {
  const written = prioritizerPolicy?.configurations ?? [];
  const balances = written.some(({ by }) => by.type === 'BuiltIn' && by.name === 'Balance');
  const usual: readonly IrPrioritizer['by'][] =
    prioritizerPolicy?.mode === 'Exact' || balances ? [] : [{ type: 'BuiltIn', name: 'Balance' }];
  return [...usual, ...written.flatMap(({ by, weight }) => (weight === 0 ? [] : [by]))];
}

const resources: ReadonlyMap<string, string> = new Map([
  ['ResourceAllocatableCPU', 'cpu'],
  ['ResourceAllocatableMemory', 'memory'],
]);

function factsOf(by: IrPrioritizer['by']): readonly Fact[] {
  if (by.type === 'Expr') return factsIn(by.expr);
  if (by.type === 'AddOn') return [{ from: 'scores', resource: by.resource }];
  const resource = resources.get(by.name);
  if (resource === undefined) return [];
  return ['allocatable', 'capacity'].map((of) => ({
    from: 'field',
    path: ['status', of, resource],
  }));
}

const everything: readonly Fact[] = [{ from: 'everything' }];

/** The facts an expression reads. */
export function factsIn(expr: IrExpr): readonly Fact[] {
  if (isDeep(expr)) return everything;
  switch (expr.op) {
    case 'attribute': {
      const { source } = expr;
      return [source.from === 'score' ? { from: 'scores', resource: source.resource } : source];
    }
    case 'selector': {
      const { matchLabels = {}, matchExpressions = [] } = expr.selector;
      const keys = [
        ...Object.keys(matchLabels ?? {}),
        ...(matchExpressions ?? []).map(({ key }) => key),
      ];
      return keys.map((key) => ({ from: expr.over, key }));
    }
    case 'cel':
      return factsInCel(expr.source);
    // Items of these are no operands: they are rare, and not worth a walk of their own.
    case 'list':
    case 'record':
      return everything;
    default:
      return operandsOf(expr).flatMap(factsIn);
  }
}

function factsInCel(source: string): readonly Fact[] {
  const compiled = compileClusterCel(source);
  // It holds nowhere, whatever the facts.
  if (!compiled.ok) return [];
  const { paths, scores } = readsOfCel(compiled.program.expr);
  return [
    ...paths.map(
      (path): Fact => (path.length === 0 ? { from: 'cluster' } : { from: 'field', path }),
    ),
    ...scores.map((resource): Fact => ({ from: 'scores', resource })),
  ];
}
