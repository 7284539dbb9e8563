import type { Instant } from '../../../base/instant.ts';
import type { RolloutPlan } from '../../../engine/rollout/outcome.ts';
import { plan } from '../../../engine/rollout/plan.ts';
import type { ClusterProgress, GroupKey } from '../../../engine/rollout/progress.ts';
import { allAtOnce } from '../../../ir/all-at-once.ts';
import { labelValue } from '../../../ir/lower/owned.ts';
import type { IrApp, IrProgram } from '../../../ir/program.ts';
import type { AppRollout, ProgramObject } from '../../../ir/program-object.ts';
import { type ManifestWork, manifestWorkKind } from '../../../kube/ocm/work.ts';
import type { Action, Snapshot } from '../../control/controller.ts';
import type { Fleet } from '../fleet.ts';

import { appKey, namespaceOf } from '../programs.ts';
import { appOf, placementOf, worksOfApp } from '../works.ts';
import { type Entry, entriesOf } from './entries.ts';
import { HubLookups, type Watches } from './lookups.ts';
import { isApplied, progressOf, wanted } from './progress.ts';
import type { RenderedApp, Renderer } from './render.ts';
import { windowState } from './window.ts';
import { deleteWork, worksOf, writeWork } from './works.ts';

export interface DeliverInput {
  readonly program: ProgramObject;
  readonly ir: IrProgram;
  readonly app: IrApp;
  readonly snapshot: Snapshot;
  readonly fleet: Fleet;
  readonly renderer: Renderer;
  readonly now: Instant;
  readonly compat?: 'upstream';
}

/** What to do for an app now, and how far it is. */
export interface Delivery {
  readonly actions: readonly Action[];
  /** Null while something it needs is not known: what was said last stands. */
  readonly rollout: AppRollout | null;
  readonly again: Instant | null;
  readonly watches: Watches;
}

type Rendered = RenderedApp & { readonly ok: true };

/** A cluster the app is to be on and can be rendered for. */
interface Target {
  readonly rendered: Rendered;
  readonly live: readonly ManifestWork[];
  readonly placement: string;
  readonly progress: ClusterProgress;
}

/**
 * Works of an app: of this wave on the clusters that may be touched now, as they are to be on those that have the
 * revision already, gone where the cluster has left the placement. Everything else stays as it is.
 */
export function deliver(input: DeliverInput): Delivery {
  const { app, program, snapshot } = input;
  const namespace = namespaceOf(app, program);
  const entries = entriesOf(app, { ...input, namespace });
  const live = byCluster(snapshot.list(worksOfApp, appKey(program, app)));
  const problems: Problem[] = [];
  const tally = new Tally();
  const actions: Action[] = [];
  const lookups = new HubLookups({ ...input, namespace });
  const window = windowOf(input);
  if (window.problem !== null) problems.push(window.problem);
  let again: Instant | null = window.again;
  for (const entry of entries) {
    const targets = targetsOf(entry, { ...input, live, lookups, problems });
    tally.unrendered += countOf(entry) - targets.size;
    const outcome = planEntry(entry, targets, input);
    if (!outcome.ok) {
      problems.push({ reason: 'InvalidRollout', message: outcome.error, cluster: '' });
      tally.skip(targets.size);
      continue;
    }
    const start = new Set(
      outcome.rollout
        .filter(({ status }) => status === 'ToApply' && window.isOpen)
        .map(({ cluster }) => cluster),
    );
    for (const [cluster, target] of targets) {
      if (!start.has(cluster) && !isApplied(target.progress)) continue;
      actions.push(...writeCluster(cluster, target, { ...input, problems, namespace }));
    }
    tally.add(outcome);
    again = earlier(again, outcome.recheckAt);
  }
  if (window.isOpen) actions.push(...removals(entries, live));
  const { questions, watches, isWaiting } = lookups;
  // What is not read yet is neither there nor missing, and the clusters after it depend on those before.
  if (isWaiting) return { actions: questions, again: lookups.again, rollout: null, watches };
  const rollout = tally.rollout(`${namespace}/${app.name}`, problems);
  return { actions: [...actions, ...questions], again, rollout, watches };
}

/** Whether changes may start now; what is under way goes on, and what is there is kept as it is. */
function windowOf({ app, now }: DeliverInput): {
  readonly isOpen: boolean;
  readonly again: Instant | null;
  readonly problem: Problem | null;
} {
  if (app.window === undefined) return { isOpen: true, again: null, problem: null };
  const found = windowState(app.window, now);
  if (found.state === 'unknown-zone') {
    const message = `the zone ${app.window.zone} of its window is not known here`;
    const problem = { reason: 'InvalidWindow', message, cluster: '' };
    return { isOpen: false, again: null, problem };
  }
  const { state, again } = found;
  if (state === 'open') return { isOpen: true, again, problem: null };
  const message = 'changes wait for its window';
  return { isOpen: false, again, problem: { reason: 'WindowClosed', message, cluster: '' } };
}

interface Problem {
  readonly reason: string;
  readonly message: string;
  readonly cluster: string;
}

function countOf({ groups }: Entry): number {
  return groups.reduce((sum, { clusters }) => sum + clusters.length, 0);
}

function byCluster(works: readonly ManifestWork[]): ReadonlyMap<string, readonly ManifestWork[]> {
  return Map.groupBy(works, ({ metadata }) => metadata.namespace ?? '');
}

/** The clusters of an entry the app can be rendered for. Where it cannot, what is there stays. */
function targetsOf(
  { groups, placed }: Entry,
  of: DeliverInput & {
    readonly live: ReadonlyMap<string, readonly ManifestWork[]>;
    readonly lookups: HubLookups;
    readonly problems: Problem[];
  },
): ReadonlyMap<string, Target> {
  const targets = new Map<string, Target>();
  const { placement } = placed;
  const lookups = of.lookups.answer;
  for (const group of groups) {
    for (const cluster of group.clusters) {
      const facts = of.fleet.facts(cluster);
      if (facts === undefined) continue;
      const rendered = of.renderer.render(of.app, { cluster: facts, now: of.now, lookups });
      if (!rendered.ok) {
        of.problems.push({ reason: rendered.reason, message: rendered.message, cluster });
        continue;
      }
      const live = of.live.get(cluster) ?? [];
      const progress = progressIn(cluster, group, {
        rendered,
        live,
        now: of.now,
        ...(of.compat && { compat: of.compat }),
      });
      targets.set(cluster, { rendered, live, placement, progress });
    }
  }
  return targets;
}

function progressIn(
  cluster: string,
  { name, index }: GroupKey,
  of: {
    readonly rendered: Rendered;
    readonly live: readonly ManifestWork[];
    readonly now: Instant;
    readonly compat?: 'upstream';
  },
): ClusterProgress {
  const group = { name, index };
  if (of.live.length === 0) return { cluster, group, status: 'ToApply', since: null };
  return progressOf({
    cluster,
    group,
    works: of.live,
    revision: of.rendered.revision,
    count: of.rendered.works.length,
    now: of.now,
    ...(of.compat && { compat: of.compat }),
  });
}

function planEntry(entry: Entry, targets: ReadonlyMap<string, Target>, input: DeliverInput) {
  const groups = entry.groups.map((group) => ({
    ...group,
    clusters: group.clusters.filter((cluster) => targets.has(cluster)),
  }));
  return plan({
    strategy: entry.placed.rollout ?? allAtOnce,
    groups,
    existing: [...targets.values()]
      .filter(({ live }) => live.length > 0)
      .map(({ progress }) => progress),
    now: input.now,
    revision: wanted,
    ...(input.compat && { compat: input.compat }),
  });
}

function writeCluster(
  cluster: string,
  { rendered, live, placement }: Target,
  input: DeliverInput & { readonly problems: Problem[]; readonly namespace: string },
): readonly Action[] {
  // A work that is going must be gone before there can be another of its name.
  if (live.some(({ metadata }) => metadata.deletionTimestamp !== undefined)) return [];
  const works = worksOf({ ...input, cluster, placement, rendered, live });
  const foreign = works.find(({ metadata }) => isForeign(metadata.name, cluster, input));
  if (foreign !== undefined) {
    const message = `the work ${foreign.metadata.name} is somebody else's`;
    input.problems.push({ reason: 'NameTaken', message, cluster });
    return [];
  }
  const names = new Set(works.map(({ metadata }) => metadata.name));
  const extra = live.filter(({ metadata }) => !names.has(metadata.name));
  return [...works.map(writeWork), ...extra.map(deleteWork)];
}

function isForeign(
  name: string,
  cluster: string,
  { snapshot, program, app }: DeliverInput,
): boolean {
  const work = snapshot.get(manifestWorkKind, cluster, name);
  return work !== undefined && appOf(work) !== appKey(program, app);
}

/**
 * Works on clusters that have left a placement the app is still on. Works of a placement the app was taken off are the
 * business of pruning: that was an edit of the program.
 */
function removals(
  entries: readonly Entry[],
  live: ReadonlyMap<string, readonly ManifestWork[]>,
): readonly Action[] {
  const selected = new Set(entries.flatMap(({ groups }) => groups.flatMap((of) => of.clusters)));
  const left = new Set(
    entries.filter(({ isWhole }) => isWhole).map(({ placed }) => labelValue(placed.placement)),
  );
  return [...live]
    .filter(([cluster]) => !selected.has(cluster))
    .flatMap(([, works]) => works)
    .filter((work) => left.has(placementOf(work)))
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .map(deleteWork);
}

/** Sums up the entries of one app. */
class Tally {
  unrendered = 0;
  #of = 0;
  #done = 0;
  #updating = 0;
  #failed = 0;
  #halted = false;

  add({ state, halted }: RolloutPlan): void {
    this.#of += state.clusters;
    this.#done += state.succeeded;
    this.#updating += state.underWay + state.soaking;
    this.#failed += state.failed;
    this.#halted ||= halted;
  }

  skip(clusters: number): void {
    this.#of += clusters;
  }

  rollout(app: string, problems: readonly Problem[]): AppRollout {
    const [first] = problems;
    const more = problems.length > 1 ? `, and on ${problems.length - 1} more` : '';
    const on = first?.cluster ? `on ${first.cluster}: ` : '';
    return {
      app,
      of: this.#of + this.unrendered,
      done: this.#done,
      updating: this.#updating,
      failed: this.#failed + this.unrendered,
      halted: this.#halted,
      ...(first && { reason: first.reason, message: `${on}${first.message}${more}` }),
    };
  }
}

function earlier(a: Instant | null, b: Instant | null): Instant | null {
  if (a === null) return b;
  return b !== null && b < a ? b : a;
}
