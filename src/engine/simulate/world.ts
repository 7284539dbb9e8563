import type { Instant } from '../../base/instant.ts';
import { compareText } from '../../base/json.ts';
import { wholePlacement } from '../../ir/lift/whole-placement.ts';
import { lower } from '../../ir/lower/lower.ts';
import type { IrOf, IrPlacement, IrProgram, IrRegoTemplate } from '../../ir/program.ts';
import type { TestCluster } from '../../ir/test-plan.ts';
import type { KubeObject } from '../../kube/object.ts';
import type {
  ManagedClusterSet,
  ManagedClusterSetBinding,
  PlacementDecision,
} from '../../kube/ocm/cluster.ts';
import { standardSets } from '../../kube/ocm/standard-sets.ts';
import type { ClusterFacts } from '../inventory/facts.ts';
import { fromRows, type Inventory } from '../inventory/inventory.ts';
import { isMember, type Membership, membershipOf } from '../inventory/membership.ts';
import { type Explanation, explain } from '../placement/explain.ts';
import { guard, type Hold } from '../placement/guard.ts';
import { type ScheduleInput, type ScheduleOutcome, schedule } from '../placement/schedule.ts';
import { type Standing, standingOf } from '../placement/standing.ts';
import type { RegoModule } from '../policy/check.ts';
import type { Lookups } from '../predicate/lookup.ts';
import type { Scope } from '../predicate/scope.ts';
import { type HubObjects, hubObjectsOf } from './hub-objects.ts';

/** What a program says, found by name; made once for all tests. */
export interface Model {
  readonly program: IrProgram;
  readonly sets: ReadonlyMap<string, Membership>;
  /** Sets by the namespace that is bound to them. */
  readonly bound: ReadonlyMap<string, ReadonlySet<string>>;
  readonly placements: ReadonlyMap<string, IrPlacement>;
  readonly policies: ReadonlyMap<string, IrOf<'policy'>>;
  readonly policySets: readonly IrOf<'policyset'>[];
  readonly apps: ReadonlyMap<string, IrOf<'app'>>;
  readonly addons: ReadonlyMap<string, IrOf<'addon'>>;
  /** What is decided already, without a world before. */
  readonly standing: (placement: Name) => Standing;
  readonly rego: LoadRego;
  /** What lookups find: objects of the program, and those around it. */
  readonly hubObjects: HubObjects;
}
/** Loads the module of a check in Rego; undefined where there is none. */
export type LoadRego = (check: IrRegoTemplate) => RegoModule | undefined;

/** Clusters of one test, and what the program decides over them. Everything is decided when it is first asked for. */
export interface World {
  readonly model: Model;
  readonly inventory: Inventory;
  readonly clusters: ReadonlyMap<string, ClusterFacts>;
  readonly now: Instant;
  /** undefined where there is no such placement. */
  readonly decide: (placement: Name) => ScheduleOutcome | undefined;
  /** Why a hub would keep what the world before this one had; null where it would not, or had nothing. */
  readonly hold: (placement: Name) => Hold | null;
  readonly explain: (placement: Name, cluster?: string) => Explanation | undefined;
}

/** Names a declaration. */
export interface Name {
  readonly namespace: string;
  readonly name: string;
}

const everyHub: ReadonlyMap<string, Membership> = new Map(
  standardSets.map((set) => [set.metadata.name, membershipOf(set)]),
);

/** What a hub has beside a program: sets, and which namespaces are bound to them. */
export interface Surroundings {
  readonly sets: readonly ManagedClusterSet[];
  readonly bindings: readonly ManagedClusterSetBinding[];
  /** What placements have decided already; nothing where absent. */
  readonly decisions?: readonly PlacementDecision[];
  /** Without it checks in Rego cannot be judged. */
  readonly rego?: LoadRego;
  /** Objects that lookups may find; others than those they ask for do no harm. */
  readonly objects?: readonly KubeObject[];
}

const nothing: Surroundings = { sets: [], bindings: [] };

/** Makes the declarations of a program findable; what the program says wins over what is around it. */
export function modelOf(program: IrProgram, around: Surroundings = nothing): Model {
  const sets = new Map(everyHub);
  for (const set of around.sets) sets.set(set.metadata.name, membershipOf(set));
  const declared = program.decls.filter((decl) => decl.kind === 'clusterset');
  for (const { object } of lower({ decls: declared }).objects) {
    sets.set(object.metadata.name, membershipOf(object as ManagedClusterSet));
  }
  const bound = new Map<string, Set<string>>();
  const bind = (namespace: string, set: string) => {
    if (sets.has(set)) bound.set(namespace, (bound.get(namespace) ?? new Set()).add(set));
  };
  for (const { metadata } of around.bindings) bind(metadata.namespace ?? '', metadata.name);
  for (const decl of program.decls) {
    if (decl.kind === 'binding') bind(decl.namespace, decl.clusterSet);
  }
  return {
    program,
    sets,
    bound,
    placements: named(
      program.decls.filter((decl) => decl.kind === 'placement').map(wholePlacement),
    ),
    policies: named(program.decls.filter((decl) => decl.kind === 'policy')),
    policySets: program.decls.filter((decl) => decl.kind === 'policyset'),
    apps: named(program.decls.filter((decl) => decl.kind === 'app')),
    addons: named(program.decls.filter((decl) => decl.kind === 'addon')),
    standing: standingOf(around.decisions ?? []),
    rego: around.rego ?? (() => undefined),
    hubObjects: hubObjectsOf([...(around.objects ?? []), ...ownObjects(program)]),
  };
}

/** A program whose lookups also find some objects, which win over its own. */
export function withObjects(model: Model, objects: readonly KubeObject[]): Model {
  if (objects.length === 0) return model;
  return { ...model, hubObjects: hubObjectsOf([...ownObjects(model.program), ...objects]) };
}

function ownObjects(program: IrProgram): readonly KubeObject[] {
  const decls = program.decls.filter((decl) => decl.kind === 'resource');
  return lower({ decls }).objects.map(({ object }) => object);
}

/** What a manifest of a namespace may look at on a cluster. */
export function scopeOn(
  { model, now }: Pick<World, 'model' | 'now'>,
  cluster: ClusterFacts | null,
  namespace: string,
): Scope & { readonly lookups: Lookups } {
  return { cluster, now, compat: 'native', lookups: model.hubObjects(namespace) };
}

/** Puts clusters under a program. Without a world before it nothing was decided, and no cluster is steady. */
export function worldOf(
  model: Model,
  clusters: readonly TestCluster[],
  now: Instant,
  before?: World,
): World {
  const rows = clusters.map((cluster) => factsOf(cluster, model));
  const inventory = fromRows(rows, model.sets, 0);
  const decided = new Map<string, ScheduleOutcome>();
  const inputOf = (placement: IrPlacement): ScheduleInput => ({
    placement,
    inventory,
    boundSets: [...(model.bound.get(placement.namespace) ?? [])].sort(compareText),
    ...model.standing(placement),
    ...decidedIn(before, placement),
    now,
    compat: 'native',
  });
  return {
    model,
    inventory,
    clusters: new Map(rows.map((row) => [row.name, row])),
    now,
    decide: (of) => {
      const placement = model.placements.get(keyOf(of));
      if (placement === undefined) return undefined;
      const outcome = decided.get(keyOf(of)) ?? schedule(inputOf(placement));
      decided.set(keyOf(of), outcome);
      return outcome;
    },
    hold: (of) => {
      const placement = model.placements.get(keyOf(of));
      if (placement === undefined || before === undefined) return null;
      const input = inputOf(placement);
      const asked = { ...input, unread: [], removals: null, allowedUntil: null };
      return guard(schedule(input), asked).held;
    },
    explain: (of, cluster) => {
      const placement = model.placements.get(keyOf(of));
      if (placement === undefined) return undefined;
      return explain({ ...inputOf(placement), ...(cluster !== undefined && { cluster }) });
    },
  };
}

function decidedIn(
  before: World | undefined,
  placement: IrPlacement,
): Pick<ScheduleInput, 'decided' | 'decidedGroups'> | null {
  const outcome = before?.decide(placement);
  if (outcome === undefined) return null;
  const { selected, groups } = outcome;
  return { decided: selected, decidedGroups: (groups ?? []).map(({ clusters }) => clusters) };
}

/** The key of a declaration in the maps of a model. */
export function keyOf({ namespace, name }: Name): string {
  return `${namespace}/${name}`;
}

/** A cluster that was put into sets is in these, and in those of every cluster; the others are where the sets say. */
export function factsOf(
  { name, cluster, scores, addons, sets }: TestCluster,
  model: Model,
): ClusterFacts {
  const members = [...model.sets].flatMap(([set, membership]) => {
    const isGiven = sets?.includes(set) ?? false;
    const mayFollow = sets === null || set === 'global';
    return isGiven || (mayFollow && isMember(membership, cluster)) ? [set] : [];
  });
  const unknown = (sets ?? []).filter((set) => !model.sets.has(set));
  return { name, cluster, scores, addons, sets: [...members, ...unknown].sort(compareText) };
}

function named<T extends Name>(decls: readonly T[]): ReadonlyMap<string, T> {
  return new Map(decls.map((decl) => [keyOf(decl), decl]));
}
