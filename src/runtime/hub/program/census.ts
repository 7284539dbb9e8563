import { type KubeObject, parseKey } from '../../../kube/object.ts';
import { placementKind } from '../../../kube/ocm/cluster.ts';
import { type ManifestWork, manifestWorkKind } from '../../../kube/ocm/work.ts';
import type { Projection, Snapshot } from '../../control/controller.ts';
import { decisionsOfPlacement, wholeSelection } from '../decisions.ts';
import { ownerKeyNamed, ownerKeyOf } from '../ownership.ts';
import { parseAppKey, programsProjection } from '../programs.ts';
import {
  appOf,
  type DeclaredApp,
  labelsOn,
  placementOf,
  undeclaredFor,
  worksOfApp,
} from '../works.ts';

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

/** Whether there are works of an app by a placement it is not on. */
function hasLeftOver(
  declared: DeclaredApp | undefined,
  placements: ReadonlyMap<string, number>,
): boolean {
  const on = declared === undefined ? new Set<string>() : labelsOn(declared.app);
  return [...placements.keys()].some((placement) => !on.has(placement));
}

/** Keys of the Programs that wait for a Placement to decide before they know which works are left over. */
export function waitingFor(placement: string, snapshot: Snapshot): readonly string[] {
  const programs = snapshot.projection(programsProjection);
  const waiting = programs.appsOn(placement).flatMap((key) => {
    const at = parseAppKey(key);
    if (at === null) return [];
    const owner = ownerKeyNamed(parseKey(at.program));
    const placements = snapshot.projection(censusProjection).of(owner).get(key) ?? new Map();
    const app = programs.declaration(at.program, { ...at, kind: 'app' });
    const declared = app && { app, namespace: at.namespace };
    return hasLeftOver(declared, placements) ? [at.program] : [];
  });
  return [...new Set(waiting)];
}

/** Works no declaration stands for. */
export interface LeftOver {
  readonly works: readonly ManifestWork[];
  /** Placements (`namespace/name`) that have yet to decide before more can be told. */
  readonly waitsFor: readonly string[];
}

/** A Program's works no declaration stands for, of `undeclaredFor` of each of its apps. */
export function undeclaredWorks(input: {
  readonly owner: string;
  /** By `appKey`. */
  readonly apps: ReadonlyMap<string, DeclaredApp>;
  readonly snapshot: Snapshot;
}): LeftOver {
  const { owner, apps, snapshot } = input;
  const works: ManifestWork[] = [];
  const waitsFor = new Set<string>();
  const selected = (placement: string) => {
    const clusters = selectionOf(placement, snapshot);
    if (clusters === null) waitsFor.add(placement);
    return clusters;
  };
  for (const [key, placements] of snapshot.projection(censusProjection).of(owner)) {
    const declared = apps.get(key);
    // Nearly always so: then nobody looks at a work.
    if (!hasLeftOver(declared, placements)) continue;
    works.push(...snapshot.list(worksOfApp, key).filter(undeclaredFor(declared, selected)));
  }
  return { works, waitsFor: [...waitsFor] };
}

function selectionOf(placement: string, snapshot: Snapshot): readonly string[] | null {
  const { namespace, name } = parseKey(placement);
  const decisions = snapshot.list(decisionsOfPlacement, placement);
  return wholeSelection(snapshot.get(placementKind, namespace, name), decisions);
}
