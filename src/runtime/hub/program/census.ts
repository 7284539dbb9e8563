import { labelValue } from '../../../ir/lower/owned.ts';
import type { KubeObject } from '../../../kube/object.ts';
import { type ManifestWork, manifestWorkKind } from '../../../kube/ocm/work.ts';
import type { Projection, Snapshot } from '../../control/controller.ts';
import { selectedClusters } from '../decisions.ts';
import { ownerKeyOf } from '../ownership.ts';
import { appOf, type DeclaredApp, placementOf, undeclaredFor, worksOfApp } from '../works.ts';

/** How many works there are by owner, app and placement: so that nobody has to count them in a pass. */
export class WorkCensus {
  readonly #counts = new Map<string, Map<string, Map<string, number>>>();

  /** The apps an owner has works of, each with the placements (as labels) they came by. */
  of(owner: string): ReadonlyMap<string, ReadonlyMap<string, number>> {
    return this.#counts.get(owner) ?? new Map();
  }

  change(before: KubeObject | undefined, now: KubeObject | undefined): void {
    if (before !== undefined) this.#count(before, -1);
    if (now !== undefined) this.#count(now, 1);
  }

  #count(work: KubeObject, by: number): void {
    const owner = ownerKeyOf(work);
    const app = appOf(work);
    if (owner === undefined || app === undefined) return;
    const placement = placementOf(work);
    const apps = this.#counts.get(owner) ?? new Map<string, Map<string, number>>();
    const placements = apps.get(app) ?? new Map<string, number>();
    const count = (placements.get(placement) ?? 0) + by;
    if (count > 0) placements.set(placement, count);
    else placements.delete(placement);
    if (placements.size > 0) apps.set(app, placements);
    else apps.delete(app);
    if (apps.size > 0) this.#counts.set(owner, apps);
    else this.#counts.delete(owner);
  }
}

/** The census as the program controller sees it. */
export const censusProjection: Projection<WorkCensus> = {
  name: 'work-census',
  kinds: [{ kind: manifestWorkKind }],
  create: () => new WorkCensus(),
  change: (census, before, now) => census.change(before, now),
};

/** A Program's works no declaration stands for, of `undeclaredFor` of each of its apps. */
export function undeclaredWorks(input: {
  readonly owner: string;
  /** By `appKey`. */
  readonly apps: ReadonlyMap<string, DeclaredApp>;
  readonly snapshot: Snapshot;
}): readonly ManifestWork[] {
  const { owner, apps, snapshot } = input;
  const works: ManifestWork[] = [];
  for (const [key, placements] of snapshot.projection(censusProjection).of(owner)) {
    const declared = apps.get(key);
    const on = new Set(declared?.app.on.map(({ placement }) => labelValue(placement)));
    // Nearly always so: then nobody looks at a work.
    if ([...placements.keys()].every((placement) => on.has(placement))) continue;
    const isUndeclared = undeclaredFor(declared, (of) => selectedClusters(of, snapshot));
    works.push(...snapshot.list(worksOfApp, key).filter(isUndeclared));
  }
  return works;
}
