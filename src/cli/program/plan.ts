import { compareText } from '../../base/json.ts';
import { decode } from '../../ir/decode.ts';
import { lower } from '../../ir/lower/lower.ts';
import { labelValue } from '../../ir/lower/owned.ts';
import type { IrProgram } from '../../ir/program.ts';
import {
  ownedLabels,
  type ProgramObject,
  type ProgramPart,
  programKind,
  programPartKind,
} from '../../ir/program-object.ts';
import { type KubeObject, type Ref, refOf } from '../../kube/object.ts';
import { type ManifestWork, manifestWorkKind } from '../../kube/ocm/work.ts';
import type { Cluster } from '../../runtime/client/cluster.ts';
import { declaredBy } from '../../runtime/hub/declared.ts';
import { ownerKey, ownerKeyOf } from '../../runtime/hub/ownership.ts';
import { placesOf } from '../../runtime/hub/program/inventory.ts';
import { isOwned } from '../../runtime/hub/program/kinds.ts';
import { losingClusters } from '../../runtime/hub/program/losing.ts';
import { undeclaredObjects } from '../../runtime/hub/program/prune.ts';
import { declaredApps } from '../../runtime/hub/programs.ts';
import {
  appOf,
  labelsOn,
  undeclaredFor,
  placementOf as workPlacement,
} from '../../runtime/hub/works.ts';
import { takeSnapshot } from '../snapshot/take.ts';
import { type Leaving, leavingClusters, programNamed } from './leaving.ts';
import { nowhere, type Placed, placedIn, surroundings } from './placed.ts';
import { refused } from './refused.ts';

/** What applying a program would do, as far as it can be told before. */
export interface Plan {
  /** The Program as it is on the hub. */
  readonly before: ProgramObject | undefined;
  /** Objects the program stands for. */
  readonly wanted: readonly KubeObject[];
  /** Objects of earlier versions that are no longer declared. */
  readonly undeclared: readonly KubeObject[];
  /** Works no declaration stands for. */
  readonly undeclaredWorks: readonly ManifestWork[];
  /** Clusters that leave the placements of an app. */
  readonly leaving: readonly Leaving[];
  /** Clusters that would lose a workload: by leaving, and by pruning where that is asked for. */
  readonly losing: readonly string[];
  /** Wanted objects that are there and belong to no program. */
  readonly foreign: readonly KubeObject[];
  /** Wanted objects that belong to another program. */
  readonly others: readonly KubeObject[];
}

export interface PlanInput {
  readonly hub: Cluster;
  readonly program: IrProgram;
  readonly name: string;
  readonly namespace: string;
  readonly prune: boolean;
}

/** Looks at the hub and says what would become of it; changes nothing. */
export async function planProgram(input: PlanInput): Promise<Plan> {
  const { hub, program, name, namespace, prune } = input;
  const wanted = lower(program).objects.map(({ object }) => object);
  const answer = await hub.get<ProgramObject>(programKind, namespace, name);
  if (!answer.ok && answer.status !== 404) throw refused(hub, answer.message);
  const before = answer.ok ? answer.value : undefined;
  const of = programNamed(namespace, name);
  const selector = `${ownedLabels.program}=${labelValue(name)},${ownedLabels.programNamespace}=${namespace}`;
  const owned = await ownedObjects(hub, before, selector);
  const undeclared = undeclaredObjects(owned, declaredBy(program, of));
  const works = before === undefined ? [] : await worksOf(hub, selector);
  const placed = works.length === 0 ? nowhere : await placedIn(hub, program, namespace);
  const decided = placed.selected;
  const undeclaredWorks = worksLeftOver(works, { of, program, placed });
  const staying = works.filter((work) => !undeclaredWorks.includes(work));
  const fleet = staying.length === 0 ? [] : await fleetOf(hub);
  const leaving =
    before === undefined || staying.length === 0
      ? []
      : leavingClusters({
          program,
          before: await programOf(hub, before),
          of,
          fleet,
          removed: prune ? undeclared : [],
          // Without pruning, what came by a placement the app is taken off stays.
          works: prune ? staying : staying.filter(isByItsPlacement(declaredApps(of, program))),
          decided,
        });
  const around = surroundings({ of, program, works: staying, fleet, placed });
  const pruned = prune
    ? losingClusters({ objects: undeclared, works: undeclaredWorks, ...around })
    : [];
  const losing = new Set([...pruned, ...leaving.flatMap(({ clusters }) => clusters)]);
  const there = await objectsThere(hub, wanted, ownerKey(of));
  const isFree = (object: KubeObject) => ownerKeyOf(object) === undefined;
  return {
    before,
    wanted,
    undeclared,
    undeclaredWorks,
    leaving,
    losing: [...losing].sort(compareText),
    foreign: there.filter(isFree),
    others: there.filter((object) => !isFree(object)),
  };
}

/** As the hub counts them. */
function worksLeftOver(
  works: readonly ManifestWork[],
  {
    of,
    program,
    placed,
  }: {
    readonly of: ProgramObject;
    readonly program: IrProgram;
    readonly placed: Placed;
  },
): readonly ManifestWork[] {
  const apps = declaredApps(of, program);
  const whole = (placement: string) => placed.whole.get(placement) ?? null;
  return [...Map.groupBy(works, (work) => appOf(work) ?? '')].flatMap(([key, ofApp]) =>
    ofApp.filter(undeclaredFor(apps.get(key), whole)),
  );
}

function isByItsPlacement(apps: ReturnType<typeof declaredApps>): (work: ManifestWork) => boolean {
  return (work) => {
    const app = apps.get(appOf(work) ?? '')?.app;
    return app !== undefined && labelsOn(app).has(workPlacement(work));
  };
}

async function ownedObjects(
  hub: Cluster,
  before: ProgramObject | undefined,
  labelSelector: string,
): Promise<readonly KubeObject[]> {
  if (before === undefined) return [];
  const owner = ownerKey(before);
  const lists = placesOf(before).map(async ({ kind, namespace }) => {
    const answer = await hub.list(kind, { labelSelector, ...(namespace && { namespace }) });
    if (answer.ok) return answer.value.items.filter((object) => isOwned(object, owner));
    // Its definition is gone, and with it all objects.
    if (answer.status === 404) return [];
    throw refused(hub, answer.message);
  });
  return (await Promise.all(lists)).flat();
}

/** Works of apps that are there and not on their way out. */
async function worksOf(hub: Cluster, labelSelector: string): Promise<readonly ManifestWork[]> {
  const answer = await hub.list<ManifestWork>(manifestWorkKind, { labelSelector });
  if (!answer.ok) throw refused(hub, answer.message);
  return answer.value.items.filter(
    (work) => appOf(work) !== undefined && work.metadata.deletionTimestamp === undefined,
  );
}

/** The program as the hub has it; null where it cannot be read. */
/** What a stored Program says; null where not all of it is there. */
export async function programOf(hub: Cluster, { metadata, spec }: ProgramObject) {
  const refs = spec?.parts ?? [];
  const { namespace = '' } = metadata;
  const answers = await Promise.all(
    refs.map(({ name }) => hub.get<ProgramPart>(programPartKind, namespace, name)),
  );
  const parts = new Map(
    answers.flatMap((answer) => (answer.ok ? [[answer.value.metadata.name, answer.value]] : [])),
  );
  const decoded = decode({ irVersion: spec?.irVersion ?? '', parts: refs }, (of) => parts.get(of));
  return decoded.state === 'ok' ? decoded.program : null;
}

async function fleetOf(hub: Cluster): Promise<readonly KubeObject[]> {
  const taken = await takeSnapshot(hub, { undecided: true });
  if (!taken.ok) throw refused(hub, taken.message);
  return taken.objects;
}

/** Wanted objects that are there and not the program's. */
async function objectsThere(
  hub: Cluster,
  wanted: readonly KubeObject[],
  owner: string,
): Promise<readonly KubeObject[]> {
  const found = await Promise.all(wanted.map((object) => find(hub, refOf(object))));
  return found.filter(
    (object) => object !== undefined && ownerKeyOf(object) !== owner,
  ) as readonly KubeObject[];
}

async function find(hub: Cluster, { namespace, name, ...kind }: Ref) {
  const answer = await hub.get(kind, namespace, name);
  return answer.ok ? answer.value : undefined;
}
