import type { Json } from '../../base/json.ts';
import type { IrExpr } from '../../ir/expr.ts';
import type { Origin } from '../../ir/program.ts';
import type { TestAttribute, TestExpectation, TestRead } from '../../ir/test-plan.ts';
import { evaluate } from '../predicate/evaluate.ts';
import type { Binding, Scope } from '../predicate/scope.ts';
import { type Fields, isMissing, type Missing, toJson, type Value } from '../predicate/value.ts';
import { clusterValue } from './cluster-value.ts';
import type { Judge } from './compliance.ts';
import { placingOf } from './placing.ts';
import { reasonsOf } from './reasons.ts';
import { type RolloutView, targetsOf } from './rollout.ts';
import { keyOf, type World } from './world.ts';

/** What became of one `expect`. */
export type ExpectationOutcome =
  | { readonly ok: true; readonly origin: Origin }
  | {
      readonly ok: false;
      readonly origin: Origin;
      /** The part that does not hold, where it is a part. */
      readonly part: Origin | null;
      /** Both sides, where it compares two. */
      readonly sides: Sides | null;
      /** Why, in sentences. */
      readonly reasons: readonly string[];
    };
export interface Sides {
  readonly by: string;
  readonly left: Json;
  readonly right: Json;
}

/** What expectations are looked up in. */
export interface Surroundings {
  readonly world: World;
  readonly judge: Judge;
  readonly attributes: readonly TestAttribute[];
  /** How far apps are, by their key; the others are as before they were begun. */
  readonly rollouts: ReadonlyMap<string, RolloutView>;
  /** Values that were made, by variable: expectations ask for the same ones. */
  readonly made: Map<string, Value>;
}

/** Evaluates an expectation; unknown counts as false (Rule 29). */
export function expectThat(expectation: TestExpectation, around: Surroundings): ExpectationOutcome {
  const { that, because, origin } = expectation;
  const scope: Scope = { cluster: null, now: around.world.now, compat: 'native' };
  const notes: string[] = [];
  const bound = bindingOf(expectation.reads, around, notes);
  const value = evaluate(that, scope, bound);
  const on: On = { scope, bound };
  if (value !== true) {
    const { part, sides } = failingPart(that, on);
    const unknown = isMissing(value) ? [unknownText(value)] : [];
    const { texts } = reasonsOf(expectation, on, around.world, differing(sides));
    const reasons = [...unknown, ...notes, ...texts, ...findingsOf(expectation, around)];
    return { ok: false, origin, part, sides, reasons };
  }
  if (because === null) return { ok: true, origin };
  const { names, texts } = reasonsOf(expectation, on, around.world);
  if (names.has(because)) return { ok: true, origin };
  const found = names.size === 0 ? 'nothing' : [...names].map((name) => `\`${name}\``).join(', ');
  const wrong = `it holds, but not because of \`${because}\`: the explanation names ${found}`;
  return { ok: false, origin, part: null, sides: null, reasons: [wrong, ...texts] };
}

/** Where an expression of a test is evaluated. */
export interface On {
  readonly scope: Scope;
  readonly bound: Binding | null;
}

function bindingOf(
  reads: readonly TestRead[],
  around: Surroundings,
  notes: string[],
): Binding | null {
  let bound: Binding | null = null;
  for (const read of reads) {
    const value = readValue(read, around, notes);
    if (value !== null) bound = { name: read.variable, value, outer: bound };
  }
  return bound;
}

function readValue(read: TestRead, around: Surroundings, notes: string[]): Value | null {
  switch (read.of) {
    case 'cluster':
      return clusterNamed(read.name, around);
    case 'placement':
      return placementValue(read, around, notes);
    case 'policy':
      return policyValue(read, around, notes);
    case 'app':
    case 'addon':
      return rolloutValue(read, around, notes);
  }
}

function clusterNamed(name: string, { world, attributes, made }: Surroundings): Value | null {
  const key = `cluster ${name}`;
  const known = made.get(key);
  if (known !== undefined) return known;
  const facts = world.clusters.get(name);
  if (facts === undefined) return null;
  const value = clusterValue(facts, attributes, world);
  made.set(key, value);
  return value;
}

function clustersNamed(names: Iterable<string>, around: Surroundings): readonly Value[] {
  return [...names].flatMap((name) => clusterNamed(name, around) ?? []);
}

function placementValue(read: TestRead, around: Surroundings, notes: string[]): Value | null {
  const outcome = around.world.decide(read);
  if (outcome === undefined) return null;
  if (outcome.error !== null) notes.push(`${read.name}: ${outcome.error}`);
  if (outcome.status.code === 'Misconfigured') {
    notes.push(`${read.name} is misconfigured: ${outcome.status.message}`);
  }
  const groups = new Map<string, Value>();
  for (const { name, clusters } of outcome.groups ?? []) {
    if (name === '') continue;
    const before = groups.get(name) as readonly Value[] | undefined;
    groups.set(name, [...(before ?? []), ...clustersNamed(clusters, around)]);
  }
  const { placements } = around.world.model;
  // A group nobody is in has no decision.
  for (const { name } of placements.get(keyOf(read))?.groups ?? []) {
    if (!groups.has(name)) groups.set(name, []);
  }
  return new Map<string, Value>([
    ['clusters', clustersNamed(outcome.selected, around)],
    ['ranked', clustersNamed(outcome.selected, around)],
    ['unscheduled', BigInt(outcome.unscheduled)],
    ['group', groups],
  ]);
}

function policyValue(read: TestRead, around: Surroundings, notes: string[]): Value | null {
  const { world, judge } = around;
  const policy = world.model.policies.get(keyOf(read));
  if (policy === undefined) return null;
  const { placed, enforced } = placingOf(policy, world);
  const compliance = new Map<string, Value>();
  const violations = new Map<string, Value>();
  for (const cluster of placed) {
    const found = judge.find(policy, cluster);
    if (found.why !== null && !notes.includes(found.why)) notes.push(found.why);
    if (found.compliance !== null) {
      compliance.set(cluster, found.compliance);
      violations.set(
        cluster,
        found.violations.map((one): Fields => new Map(Object.entries(one))),
      );
    }
  }
  return new Map<string, Value>([
    ['placed', clustersNamed(placed, around)],
    ['enforced', clustersNamed(enforced, around)],
    ['compliance', compliance],
    ['violations', violations],
  ]);
}

function rolloutValue(read: TestRead, around: Surroundings, notes: string[]): Value | null {
  const { model } = around.world;
  const decl = read.of === 'app' ? model.apps.get(keyOf(read)) : model.addons.get(keyOf(read));
  if (decl === undefined) return null;
  const view = read.of === 'app' ? around.rollouts.get(keyOf(read)) : undefined;
  if (view !== undefined) notes.push(...view.problems);
  const clusters = view?.clusters ?? targetsOf(decl, around.world);
  const lists = {
    clusters,
    updating: view?.updating ?? [],
    updated: view?.updated ?? [],
    untouched: view?.untouched ?? clusters,
    failed: view?.failed ?? [],
  };
  return new Map<string, Value>([
    ...Object.entries(lists).map(([name, names]) => [name, clustersNamed(names, around)] as const),
    ['halted', view?.halted ?? false],
    ['done', view?.done ?? false],
  ]);
}

/** The smallest part of a conjunction that does not hold, and its sides where it compares. */
function failingPart(
  that: IrExpr,
  on: On,
): { readonly part: Origin | null; readonly sides: Sides | null } {
  if (that.op === 'and') {
    const failing = that.args.find((arg) => evaluate(arg, on.scope, on.bound) !== true);
    if (failing !== undefined) {
      const { part, sides } = failingPart(failing, on);
      return { part: part ?? originOf(failing), sides };
    }
  }
  return { part: null, sides: sidesOf(that, on) };
}

/** Sentences of findings that are told of one expectation. */
const mostFindings = 6;

/** What the policies an expectation asks about find on the clusters it names. */
function findingsOf({ reads }: TestExpectation, { world, judge }: Surroundings): readonly string[] {
  const clusters = reads.filter(({ of }) => of === 'cluster').map(({ name }) => name);
  const told = reads.flatMap((read) => {
    const policy = read.of === 'policy' ? world.model.policies.get(keyOf(read)) : undefined;
    if (policy === undefined) return [];
    const { placed } = placingOf(policy, world);
    return clusters.flatMap((cluster) => {
      if (!placed.has(cluster)) return [`${policy.name} is not placed on ${cluster}`];
      const { violations } = judge.find(policy, cluster);
      return violations.map(({ object, message }) => {
        const what = object === '' ? '' : `${object}: `;
        return `${policy.name} on ${cluster}: ${what}${message}`;
      });
    });
  });
  return told.slice(0, mostFindings);
}

/** Names that are on one side only: of these the reasons are told. */
function differing(sides: Sides | null): ReadonlySet<string> | null {
  if (sides === null || !Array.isArray(sides.left) || !Array.isArray(sides.right)) return null;
  const [left, right] = [new Set<Json>(sides.left), new Set<Json>(sides.right)];
  const names = [...left.symmetricDifference(right)];
  return new Set(names.filter((name) => typeof name === 'string'));
}

function originOf(expr: IrExpr): Origin | null {
  return 'origin' in expr ? (expr.origin ?? null) : null;
}

function sidesOf(that: IrExpr, on: On): Sides | null {
  const of = (expr: IrExpr): Json => shown(evaluate(expr, on.scope, on.bound));
  if (that.op === 'compare') return { by: that.by, left: of(that.left), right: of(that.right) };
  if (that.op === 'in') return { by: 'in', left: of(that.left), right: of(that.right) };
  if (that.op === 'not' && that.arg.op === 'in') {
    return { by: 'not in', left: of(that.arg.left), right: of(that.arg.right) };
  }
  return null;
}

function shown(value: Value | Missing): Json {
  return isMissing(value) ? null : toJson(value);
}

function unknownText({ what }: Missing): string {
  return `it is not known whether it holds: ${what} is missing`;
}
