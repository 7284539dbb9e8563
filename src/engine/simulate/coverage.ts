import type { IrExpr } from '../../ir/expr.ts';
import type { IrPlacement, Origin } from '../../ir/program.ts';
import type { TestCase, TestExpectation, TestRead } from '../../ir/test-plan.ts';
import type { ClusterFacts } from '../inventory/facts.ts';
import { describe } from '../predicate/describe.ts';
import { evaluate } from '../predicate/evaluate.ts';
import { isMissing } from '../predicate/value.ts';
import { keyOf, type Model, type World } from './world.ts';

/** What an atom of a predicate can be on a cluster (Rule 29). */
export type Truth = 'true' | 'false' | 'missing';

/** One atom of a placement, and in how many tests it was seen to be what. */
export interface AtomCoverage {
  readonly placement: { readonly namespace: string; readonly name: string };
  /** The group it is a condition of; null: of the placement itself. */
  readonly group: string | null;
  readonly text: string;
  readonly origin: Origin;
  readonly seen: Readonly<Record<Truth, number>>;
  /** Whether what it reads may be missing: else `missing` says nothing. */
  readonly mayMiss: boolean;
}

interface Atom {
  readonly placement: IrPlacement;
  readonly group: string | null;
  readonly expr: IrExpr;
  readonly seen: Record<Truth, Set<TestCase>>;
}

/** Collects which branches of predicates tests go through. */
export class Coverage {
  readonly #atoms: readonly Atom[];
  readonly #model: Model;
  readonly #optional: ReadonlySet<string>;

  /** `optional` are the names of attributes that may be missing. */
  constructor(model: Model, optional: ReadonlySet<string>) {
    this.#model = model;
    this.#optional = optional;
    this.#atoms = [...model.placements.values()].flatMap((placement) => [
      ...atomsIn(placement.where).map((expr) => atomOf(placement, null, expr)),
      ...placement.groups.flatMap(({ name, where }) =>
        atomsIn(where).map((expr) => atomOf(placement, name, expr)),
      ),
    ]);
  }

  /** Notes what a test sees of the placements it asks about, over its clusters. */
  see(test: TestCase, world: World): void {
    const asked = placementsOf(test, this.#model);
    for (const { placement, expr, seen } of this.#atoms) {
      if (!asked.has(keyOf(placement))) continue;
      for (const cluster of world.clusters.values()) {
        if (!mayChoose(placement, cluster, this.#model)) continue;
        const value = evaluate(expr, { cluster, now: world.now, compat: 'native' });
        seen[isMissing(value) ? 'missing' : value === true ? 'true' : 'false'].add(test);
      }
    }
  }

  /** Every atom, in the order of the program. */
  atoms(): readonly AtomCoverage[] {
    return this.#atoms.map(({ placement, group, expr, seen }) => ({
      placement: { namespace: placement.namespace, name: placement.name },
      group,
      text: describe(expr),
      origin: originOf(expr) ?? placement.origin,
      seen: { true: seen.true.size, false: seen.false.size, missing: seen.missing.size },
      mayMiss: readsOptional(expr, this.#optional),
    }));
  }
}

function atomOf(placement: IrPlacement, group: string | null, expr: IrExpr): Atom {
  return {
    placement,
    group,
    expr,
    seen: { true: new Set(), false: new Set(), missing: new Set() },
  };
}

/** The parts of a condition that `&&`, `||` and `!` join. */
export function atomsIn(where: IrExpr): readonly IrExpr[] {
  switch (where.op) {
    case 'and':
    case 'or':
      return where.args.flatMap(atomsIn);
    case 'not':
      return atomsIn(where.arg);
    case 'const':
      return [];
    default:
      return [where];
  }
}

function originOf(expr: IrExpr): Origin | undefined {
  return 'origin' in expr ? expr.origin : undefined;
}

// Whether a fact has to be there is known of attributes of the fleet; `has` itself is never missing.
function readsOptional(expr: IrExpr, optional: ReadonlySet<string>): boolean {
  switch (expr.op) {
    case 'attribute':
      return optional.has(expr.name) || /[.[]/.test(expr.name);
    case 'compare':
    case 'in':
    case 'arithmetic':
      return readsOptional(expr.left, optional) || readsOptional(expr.right, optional);
    case 'call':
      return expr.args.some((arg) => readsOptional(arg, optional));
    default:
      return false;
  }
}

function mayChoose(placement: IrPlacement, cluster: ClusterFacts, { bound }: Model): boolean {
  const sets = bound.get(placement.namespace) ?? new Set<string>();
  const { clusterSets } = placement;
  return cluster.sets.some(
    (set) => sets.has(set) && (clusterSets.length === 0 || clusterSets.includes(set)),
  );
}

/** Placements a test asks about, itself or by a policy, app or add-on. */
function placementsOf(test: TestCase, model: Model): ReadonlySet<string> {
  const found = new Set<string>();
  const add = (namespace: string, names: readonly string[]): void => {
    for (const name of names) found.add(keyOf({ namespace, name }));
  };
  for (const read of readsOf(test)) {
    const { namespace, name } = read;
    if (read.of === 'placement') add(namespace, [name]);
    const policy = read.of === 'policy' ? model.policies.get(keyOf(read)) : undefined;
    if (policy !== undefined) {
      add(namespace, [...policy.on, ...policy.enforceOn]);
      for (const set of model.policySets) {
        if (set.namespace === namespace && set.policies.includes(name)) add(namespace, set.on);
      }
    }
    const app = read.of === 'app' ? model.apps.get(keyOf(read)) : undefined;
    add(namespace, app?.on.map(({ placement }) => placement) ?? []);
    const addon = read.of === 'addon' ? model.addons.get(keyOf(read)) : undefined;
    for (const { placement, namespace: of } of addon?.install ?? []) add(of, [placement]);
  }
  return found;
}

function readsOf({ steps }: TestCase): readonly TestRead[] {
  const expectations = steps.flatMap((step): readonly TestExpectation[] =>
    step.step === 'expect'
      ? [step.expectation]
      : step.simulation.entries.flatMap((entry) => entry.expectations),
  );
  const simulated = steps.flatMap((step): readonly TestRead[] =>
    step.step === 'simulate' ? [{ of: 'app', variable: '', ...step.simulation.app }] : [],
  );
  return [...simulated, ...expectations.flatMap(({ reads }) => reads)];
}
