import { type Instant, type Millis, plus } from '../../base/instant.ts';
import { allAtOnce } from '../../ir/all-at-once.ts';
import type { IrOf, IrRolloutStrategy } from '../../ir/program.ts';
import { render } from '../predicate/render.ts';
import type { RolloutPlan } from '../rollout/outcome.ts';
import { plan } from '../rollout/plan.ts';
import type { ClusterProgress, DecisionGroup } from '../rollout/progress.ts';
import { keyOf, type Name, scopeOn, type World } from './world.ts';

/** What a cluster reports of what it was given. */
export type ClusterState = 'Progressing' | 'Succeeded' | 'Failed';

/** Where a rollout stands. */
export interface RolloutView {
  readonly clusters: readonly string[];
  readonly updating: readonly string[];
  readonly updated: readonly string[];
  readonly untouched: readonly string[];
  readonly failed: readonly string[];
  readonly halted: boolean;
  readonly done: boolean;
  /** What went wrong, for messages. */
  readonly problems: readonly string[];
}

/** One entry of `on:` or `install`, with the clusters that are its own (Rules 48 and 54). */
interface Part {
  readonly strategy: IrRolloutStrategy;
  readonly groups: readonly DecisionGroup[];
}

/** Steps a simulation may take: starts, deadlines and soaks, of all clusters together. */
const mostSteps = 100_000;

/** The rollout of an app on a virtual clock: the planner of the hub, and clusters that do what they are told (Rule 57). */
export class Rollout {
  readonly #parts: readonly Part[];
  readonly #problems: string[];
  readonly #unrendered: readonly string[];
  readonly #compat: 'upstream' | undefined;
  readonly #succeedAfter: Millis | null;
  readonly #progress = new Map<string, ClusterProgress>();
  #now: Instant;
  #started = false;
  #plans: readonly RolloutPlan[] = [];
  #steps = 0;

  constructor(app: IrOf<'app'>, world: World, succeedAfter: Millis | null) {
    const whole = partsOfApp(app, world);
    const failing = unrenderable(app, whole, world);
    this.#unrendered = [...failing.keys()];
    this.#problems = [...failing].map(([cluster, why]) => `${cluster} cannot be given it: ${why}`);
    this.#parts = whole.map((part) => without(part, failing));
    this.#compat = app.via === 'replicaset' ? 'upstream' : undefined;
    this.#succeedAfter = succeedAfter;
    this.#now = world.now;
  }

  /** Lets time pass to an instant: the engine runs at each of its own deadlines before it. */
  goTo(at: Instant): void {
    for (let next = this.#next(); next !== null && next < at; next = this.#next()) {
      if (!this.#spend()) return;
      this.#now = next;
      this.#arrive();
      this.#rest();
    }
    this.#now = at;
    this.#arrive();
  }

  /** A cluster that is being updated reports something; null, or why that cannot be. */
  report(cluster: string, state: ClusterState): string | null {
    const known = this.#progress.get(cluster);
    if (known === undefined) return `${cluster} is not being updated, so it cannot be ${state}`;
    // Saying again what is so already does not begin it anew.
    const since = known.status === state ? known.since : this.#now;
    this.#progress.set(cluster, { ...known, status: state, since });
    return null;
  }

  /** Runs the engine until it has nothing more to start now. */
  rest(): void {
    this.#started = true;
    this.#rest();
  }

  /** When something happens next by itself; null where nothing does. */
  get next(): Instant | null {
    return this.#next();
  }

  view(): RolloutView {
    const clusters = this.#parts.flatMap(({ groups }) => groups.flatMap((of) => of.clusters));
    const timedOut = new Set(
      this.#plans.flatMap((one) => one.timedOut.map(({ cluster }) => cluster)),
    );
    const being = (state: ClusterState) => (cluster: string) =>
      this.#progress.get(cluster)?.status === state && !timedOut.has(cluster);
    const all = [...clusters, ...this.#unrendered];
    return {
      clusters: all,
      updating: clusters.filter(being('Progressing')),
      updated: clusters.filter(being('Succeeded')),
      untouched: clusters.filter((cluster) => !this.#progress.has(cluster)),
      failed: [
        ...clusters.filter((cluster) => timedOut.has(cluster) || being('Failed')(cluster)),
        ...this.#unrendered,
      ],
      halted: this.#plans.some(({ halted }) => halted),
      done:
        this.#started &&
        this.#problems.length === 0 &&
        this.#plans.every(({ state }) => state.why === 'done'),
      problems: this.#problems,
    };
  }

  // A status that began counts from then, so what arrives late is dated back.
  #arrive(): void {
    if (this.#succeedAfter === null) return;
    for (const [cluster, progress] of this.#progress) {
      if (progress.status !== 'Progressing' || progress.since === null) continue;
      const at = plus(progress.since, this.#succeedAfter);
      if (at <= this.#now) {
        this.#progress.set(cluster, { ...progress, status: 'Succeeded', since: at });
      }
    }
  }

  #rest(): void {
    while (this.#spend()) {
      const started = this.#plan();
      if (started === 0) return;
      this.#arrive();
    }
  }

  /** Plans every entry, and starts what may be started. */
  #plan(): number {
    const plans: RolloutPlan[] = [];
    let started = 0;
    for (const { strategy, groups } of this.#parts) {
      const clusters = new Set(groups.flatMap((group) => group.clusters));
      const outcome = plan({
        strategy,
        groups,
        existing: [...this.#progress.values()].filter(({ cluster }) => clusters.has(cluster)),
        now: this.#now,
        ...(this.#compat && { compat: this.#compat }),
      });
      if (!outcome.ok) {
        this.#complain(`the rollout is refused: ${outcome.error}`);
        continue;
      }
      plans.push(outcome);
      for (const { cluster, group, status } of outcome.rollout) {
        if (status !== 'ToApply') continue;
        const since = this.#now;
        this.#progress.set(cluster, { cluster, group, status: 'Progressing', since });
        started += 1;
      }
    }
    this.#plans = plans;
    return started;
  }

  /** When something happens by itself: a deadline or soak ends, or a cluster succeeds. */
  #next(): Instant | null {
    if (!this.#started) return null;
    const times = this.#plans.flatMap(({ recheckAt }) => (recheckAt === null ? [] : [recheckAt]));
    if (this.#succeedAfter !== null) {
      for (const { status, since } of this.#progress.values()) {
        if (status === 'Progressing' && since !== null) times.push(plus(since, this.#succeedAfter));
      }
    }
    const ahead = times.filter((at) => at > this.#now);
    return ahead.length === 0 ? null : ahead.reduce((a, b) => (a < b ? a : b));
  }

  #spend(): boolean {
    this.#steps += 1;
    if (this.#steps <= mostSteps) return true;
    this.#complain(`the simulation was given up after ${mostSteps} steps`);
    return false;
  }

  #complain(problem: string): void {
    if (!this.#problems.includes(problem)) this.#problems.push(problem);
  }
}

/** The entries of an app; a cluster several select belongs to the first (Rule 48). */
function partsOfApp(app: IrOf<'app'>, world: World): readonly Part[] {
  const taken = new Set<string>();
  return app.on.map(({ placement, rollout }) => {
    const groups = groupsOf({ namespace: app.namespace, name: placement }, taken, world);
    for (const cluster of groups.flatMap(({ clusters }) => clusters)) taken.add(cluster);
    return { strategy: rollout ?? allAtOnce, groups };
  });
}

/** The clusters of an app or add-on before anything was rolled out. */
export function targetsOf(decl: IrOf<'app'> | IrOf<'addon'>, world: World): readonly string[] {
  const places: readonly Name[] =
    decl.kind === 'app'
      ? decl.on.map(({ placement }) => ({ namespace: decl.namespace, name: placement }))
      : (decl.install ?? []).map(({ placement, namespace }) => ({ namespace, name: placement }));
  return [...new Set(places.flatMap((place) => world.decide(place)?.selected ?? []))];
}

function groupsOf(
  placement: Name,
  taken: ReadonlySet<string>,
  world: World,
): readonly DecisionGroup[] {
  return (world.decide(placement)?.groups ?? []).map(({ name, index, clusters }) => ({
    name,
    index,
    clusters: clusters.filter((cluster) => !taken.has(cluster)),
  }));
}

/** Clusters for which some manifest has no value (Rule 32), with the reason. */
function unrenderable(
  app: IrOf<'app'>,
  parts: readonly Part[],
  world: World,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const cluster of parts.flatMap(({ groups }) => groups.flatMap((of) => of.clusters))) {
    const facts = world.clusters.get(cluster);
    if (facts === undefined) continue;
    for (const { object } of app.manifests) {
      const rendered = render(object, scopeOn(world, facts, app.namespace));
      if (!rendered.ok) found.set(cluster, rendered.message);
    }
  }
  return found;
}

function without(part: Part, dropped: ReadonlyMap<string, string>): Part {
  if (dropped.size === 0) return part;
  const groups = part.groups.map((group) => ({
    ...group,
    clusters: group.clusters.filter((cluster) => !dropped.has(cluster)),
  }));
  return { ...part, groups };
}

/** The app a simulation is of; undefined where the program has none. */
export function appOf(name: Name, { model }: World): IrOf<'app'> | undefined {
  return model.apps.get(keyOf(name));
}
