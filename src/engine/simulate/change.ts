import { type Instant, plus } from '../../base/instant.ts';
import {
  compareText,
  isJsonObject,
  type Json,
  type JsonObject,
  jsonEqual,
} from '../../base/json.ts';
import { lower } from '../../ir/lower/lower.ts';
import type { IrApp, IrOf } from '../../ir/program.ts';
import type { KubeObject } from '../../kube/object.ts';
import { render } from '../predicate/render.ts';
import { changedPaths } from './json-paths.ts';
import { type Placing, placingOf } from './placing.ts';
import { Rollout, targetsOf } from './rollout.ts';
import { keyOf, type Name, scopeOn, type World } from './world.ts';

export type Is = 'new' | 'gone' | 'changed';

/** What a placement selects otherwise. Names are in order. */
export interface PlacementChange extends Name {
  readonly is: Is;
  readonly before: number;
  readonly after: number;
  readonly enter: readonly string[];
  readonly leave: readonly string[];
  /** Selected before and after, in another group. */
  readonly regrouped: readonly string[];
  /** Why the decision after it is none, or is not whole. */
  readonly problems: readonly string[];
}

/** One object that is created, changed or deleted on some clusters. */
export interface ObjectChange {
  /** `Deployment default/web`. */
  readonly object: string;
  readonly is: Is;
  /** Where it changes; empty unless it does. */
  readonly paths: readonly string[];
  readonly clusters: readonly string[];
}

/** Clusters that are given a change together, at the earliest. */
export interface Wave {
  /** Milliseconds from the start, when every cluster succeeds at once and only soaks take time. */
  readonly at: number;
  readonly clusters: readonly string[];
}

/** What an app does otherwise on clusters. */
export interface AppChange extends Name {
  readonly is: Is;
  readonly enter: readonly string[];
  readonly leave: readonly string[];
  readonly objects: readonly ObjectChange[];
  /** The order in which clusters that change are reached. */
  readonly waves: readonly Wave[];
  /** Clusters on which a manifest has no value, with the reason. */
  readonly failing: readonly { readonly cluster: string; readonly why: string }[];
}

/** What a policy does otherwise. */
export interface PolicyChange extends Name {
  readonly is: Is;
  readonly enter: readonly string[];
  readonly leave: readonly string[];
  /** Clusters on which it begins to mend what it finds. */
  readonly enforces: readonly string[];
  /** Clusters on which it only reports from now on. */
  readonly reports: readonly string[];
  /** Where its text changes; empty where it does not. */
  readonly paths: readonly string[];
}

/** All that differs between two worlds. */
export interface Change {
  readonly clusters: { readonly enter: readonly string[]; readonly leave: readonly string[] };
  readonly placements: readonly PlacementChange[];
  readonly apps: readonly AppChange[];
  readonly policies: readonly PolicyChange[];
  /** Objects of the hub itself. */
  readonly hub: readonly ObjectChange[];
}

const mostPaths = 12;
const mostWaves = 200;

/** Compares what two programs do over two fleets; either may be the same on both sides. */
export function compareWorlds(before: World, after: World): Change {
  const of = (world: World) => [...world.clusters.keys()].sort(compareText);
  return {
    clusters: movement(of(before), of(after)),
    placements: placementChanges(before, after),
    apps: appChanges(before, after),
    policies: policyChanges(before, after),
    hub: hubChanges(before, after),
  };
}

/** Whether anything differs at all. */
export function isChange({ placements, apps, policies, hub }: Change): boolean {
  return [placements, apps, policies, hub].some((list) => list.length > 0);
}

function placementChanges(before: World, after: World): readonly PlacementChange[] {
  const { model: old } = before;
  const { model: now } = after;
  return pairs(old.placements, now.placements).flatMap(([a, b]) => {
    const name = (b ?? a) as Name;
    const was = a === undefined ? undefined : before.decide(a);
    const will = b === undefined ? undefined : after.decide(b);
    const moved = movement(was?.selected ?? [], will?.selected ?? []);
    const groupWas = groupOf(was?.groups ?? []);
    const groupWill = groupOf(will?.groups ?? []);
    const regrouped = [...groupWill]
      .filter(([cluster, group]) => groupWas.has(cluster) && groupWas.get(cluster) !== group)
      .map(([cluster]) => cluster)
      .sort(compareText);
    const problems = [
      ...(will?.error ? [will.error] : []),
      ...(will?.conditions ?? [])
        .filter(({ type, status }) => (type === 'PlacementSatisfied') === (status !== 'True'))
        .map(({ message }) => message ?? ''),
      ...heldBack(after, b),
    ];
    const is = isOf(a, b);
    const still = moved.enter.length + moved.leave.length + regrouped.length === 0;
    if (is === 'changed' && still) return [];
    const counts = { before: was?.selected.length ?? 0, after: will?.selected.length ?? 0 };
    return [{ ...nameOf(name), is, ...counts, ...moved, regrouped, problems }];
  });
}

// What a mistake would keep is said by the conditions.
function heldBack(after: World, placement: Name | undefined): readonly string[] {
  const held = placement === undefined ? null : after.hold(placement);
  if (held === null || held.reason === 'Misconfigured') return [];
  return [`a hub would hold this back: ${held.message}`];
}

function groupOf(
  groups: readonly { readonly name: string; readonly clusters: readonly string[] }[],
): ReadonlyMap<string, string> {
  return new Map(groups.flatMap(({ name, clusters }) => clusters.map((each) => [each, name])));
}

function appChanges(before: World, after: World): readonly AppChange[] {
  return pairs(before.model.apps, after.model.apps).flatMap(([a, b]) => {
    const was = a === undefined ? nowhere : delivered(a, before);
    const will = b === undefined ? nowhere : delivered(b, after);
    const moved = movement([...was.objects.keys()], [...will.objects.keys()]);
    const objects = objectChanges(was.objects, will.objects, will.failing);
    const is = isOf(a, b);
    const failing = [...will.failing].map(([cluster, why]) => ({ cluster, why }));
    if (is === 'changed' && objects.length + moved.enter.length + moved.leave.length === 0) {
      const known = jsonEqual([...was.failing], [...will.failing]);
      if (known) return [];
    }
    const touched = new Set(objects.flatMap(({ clusters }) => clusters));
    const waves = b === undefined ? [] : wavesOf(b, after, touched);
    const name = nameOf((b ?? a) as Name);
    return [{ ...name, is, ...moved, objects, waves, failing }];
  });
}

interface Delivered {
  /** Objects by cluster. */
  readonly objects: ReadonlyMap<string, readonly JsonObject[]>;
  readonly failing: ReadonlyMap<string, string>;
}
const nowhere: Delivered = { objects: new Map(), failing: new Map() };

function delivered(app: IrApp, world: World): Delivered {
  const objects = new Map<string, readonly JsonObject[]>();
  const failing = new Map<string, string>();
  for (const name of targetsOf(app, world)) {
    const cluster = world.clusters.get(name);
    if (cluster === undefined) continue;
    const scope = scopeOn(world, cluster, app.namespace);
    const rendered = app.manifests.map(({ object }) => render(object, scope));
    const failed = rendered.find((one) => !one.ok);
    if (failed?.ok === false) failing.set(name, failed.message);
    const values = rendered.flatMap((one) =>
      one.ok && isJsonObject(one.value) ? [one.value] : [],
    );
    objects.set(name, values);
  }
  return { objects, failing };
}

/** Changes that are alike on several clusters are said once. What cannot be rendered stays as it was. */
function objectChanges(
  before: Delivered['objects'],
  after: Delivered['objects'],
  failing: Delivered['failing'],
): readonly ObjectChange[] {
  const changes = new Map<string, { readonly of: ObjectChange; readonly clusters: string[] }>();
  const clusters = [...new Set([...before.keys(), ...after.keys()])].sort(compareText);
  for (const cluster of clusters) {
    if (failing.has(cluster)) continue;
    const was = byIdentity(before.get(cluster) ?? []);
    const will = byIdentity(after.get(cluster) ?? []);
    for (const [a, b] of pairs(was, will)) {
      if (a !== undefined && b !== undefined && jsonEqual(a, b)) continue;
      const is = isOf(a, b);
      const paths = a !== undefined && b !== undefined ? changedPaths(a, b, mostPaths) : [];
      const of = { object: titleOf((b ?? a) as JsonObject), is, paths, clusters: [] };
      const key = JSON.stringify(of);
      const known = changes.get(key) ?? { of, clusters: [] };
      known.clusters.push(cluster);
      changes.set(key, known);
    }
  }
  return [...changes.values()].map(({ of, clusters: where }) => ({ ...of, clusters: where }));
}

/** Who is reached when, if every cluster succeeds at once: the planner of the hub on a virtual clock. */
function wavesOf(app: IrApp, world: World, touched: ReadonlySet<string>): readonly Wave[] {
  const rollout = new Rollout(app, world, 0);
  const waves: Wave[] = [];
  const seen = new Set<string>();
  let now: Instant = world.now;
  while (waves.length < mostWaves) {
    rollout.rest();
    const { updating, updated } = rollout.view();
    const fresh = [...updated, ...updating].filter((name) => !seen.has(name));
    for (const name of fresh) seen.add(name);
    const changed = fresh.filter((name) => touched.has(name));
    if (changed.length > 0)
      waves.push({ at: now - world.now, clusters: changed.sort(compareText) });
    const { next } = rollout;
    if (next === null) break;
    now = next;
    rollout.goTo(plus(next, 0));
  }
  return waves;
}

function policyChanges(before: World, after: World): readonly PolicyChange[] {
  return pairs(before.model.policies, after.model.policies).flatMap(([a, b]) => {
    const was = a === undefined ? unplaced : placingOf(a, before);
    const will = b === undefined ? unplaced : placingOf(b, after);
    const placed = movement([...was.placed], [...will.placed]);
    const mends = movement([...was.enforced], [...will.enforced]);
    const paths = a === undefined || b === undefined ? [] : policyPaths(a, b);
    const reports = mends.leave.filter((cluster) => will.placed.has(cluster));
    const one = { ...placed, enforces: mends.enter, reports, paths };
    const is = isOf(a, b);
    if (is === 'changed' && Object.values(one).every((list) => list.length === 0)) return [];
    return [{ ...nameOf((b ?? a) as Name), is, ...one }];
  });
}

const unplaced: Placing = { placed: new Set(), enforced: new Set() };

/** Of the Policy as upstream has it: what people know. */
function policyPaths(a: IrOf<'policy'>, b: IrOf<'policy'>): readonly string[] {
  const spec = (of: IrOf<'policy'>): Json => {
    const policy = lower({ decls: [of] }).objects.find(({ object }) => object.kind === 'Policy');
    return (policy?.object.spec ?? null) as Json;
  };
  return changedPaths(spec(a), spec(b), mostPaths);
}

function hubChanges(before: World, after: World): readonly ObjectChange[] {
  const of = ({ model }: World) =>
    byIdentity(lower(model.program).objects.map(({ object }) => object as unknown as JsonObject));
  return pairs(of(before), of(after)).flatMap(([a, b]) => {
    if (a !== undefined && b !== undefined && jsonEqual(a, b)) return [];
    const paths = a !== undefined && b !== undefined ? changedPaths(a, b, mostPaths) : [];
    return [{ object: titleOf((b ?? a) as JsonObject), is: isOf(a, b), paths, clusters: [] }];
  });
}

function byIdentity(objects: readonly JsonObject[]): ReadonlyMap<string, JsonObject> {
  return new Map(objects.map((object) => [identityOf(object), object]));
}

function identityOf(object: JsonObject): string {
  const { apiVersion, kind, metadata } = object as unknown as KubeObject;
  return `${apiVersion?.split('/')[0]} ${kind} ${metadata?.namespace ?? ''} ${metadata?.name ?? ''}`;
}

function titleOf(object: JsonObject): string {
  const { kind, metadata } = object as unknown as KubeObject;
  const namespace = metadata?.namespace ?? '';
  return `${kind} ${namespace === '' ? '' : `${namespace}/`}${metadata?.name ?? ''}`;
}

/** The values of two maps side by side, in order of their keys. */
function pairs<T>(
  a: ReadonlyMap<string, T>,
  b: ReadonlyMap<string, T>,
): readonly (readonly [T | undefined, T | undefined])[] {
  const keys = [...new Set([...a.keys(), ...b.keys()])].sort(compareText);
  return keys.map((key) => [a.get(key), b.get(key)]);
}

function isOf(a: unknown, b: unknown): Is {
  if (a === undefined) return 'new';
  return b === undefined ? 'gone' : 'changed';
}

function movement(before: readonly string[], after: readonly string[]) {
  const was = new Set(before);
  const will = new Set(after);
  return {
    enter: [...will].filter((name) => !was.has(name)).sort(compareText),
    leave: [...was].filter((name) => !will.has(name)).sort(compareText),
  };
}

function nameOf({ namespace, name }: Name): Name {
  return { namespace, name };
}

/** For messages: `namespace/name`, or the name alone. */
export function titleOfName(of: Name): string {
  return of.namespace === '' ? of.name : keyOf(of);
}
