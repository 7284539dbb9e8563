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
import { type PlacementDecision, placementDecisionKind } from '../../kube/ocm/cluster.ts';
import { type ManifestWork, manifestWorkKind } from '../../kube/ocm/work.ts';
import type { Cluster } from '../../runtime/client/cluster.ts';
import { placementOf } from '../../runtime/hub/decisions.ts';
import { declaredBy } from '../../runtime/hub/declared.ts';
import { ownerKey, ownerKeyOf } from '../../runtime/hub/ownership.ts';
import { placesOf } from '../../runtime/hub/program/inventory.ts';
import { isOwned } from '../../runtime/hub/program/kinds.ts';
import { losingClusters, undeclaredObjects } from '../../runtime/hub/program/prune.ts';
import { declaredApps } from '../../runtime/hub/programs.ts';
import { appOf, undeclaredFor } from '../../runtime/hub/works.ts';
import { CommandFailure, exit } from '../io.ts';
import { takeSnapshot } from '../snapshot/take.ts';
import { type Leaving, leavingClusters, programNamed } from './leaving.ts';

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
  const decided = works.length === 0 ? new Map() : await decisionsOf(hub, program, namespace);
  const undeclaredWorks = worksLeftOver(works, { of, program, decided });
  const leaving =
    before === undefined || works.length === undeclaredWorks.length
      ? []
      : leavingClusters({
          program,
          before: await programOf(hub, before),
          of,
          fleet: await fleetOf(hub),
          removed: prune ? undeclared : [],
          works: works.filter((work) => !undeclaredWorks.includes(work)),
          decided,
        });
  const pruned = prune ? losingClusters(undeclared, undeclaredWorks) : [];
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
    decided,
  }: {
    readonly of: ProgramObject;
    readonly program: IrProgram;
    readonly decided: Decided;
  },
): readonly ManifestWork[] {
  const apps = declaredApps(of, program);
  return [...Map.groupBy(works, (work) => appOf(work) ?? '')].flatMap(([key, ofApp]) =>
    ofApp.filter(undeclaredFor(apps.get(key), (placement) => decided.get(placement) ?? [])),
  );
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

type Decided = ReadonlyMap<string, readonly string[]>;

/** What placements decided in the namespaces of apps, by `namespace/name`. */
async function decisionsOf(hub: Cluster, program: IrProgram, namespace: string): Promise<Decided> {
  const namespaces = new Set(
    program.decls.filter(({ kind }) => kind === 'app').map((app) => app.namespace || namespace),
  );
  const decided = new Map<string, string[]>();
  for (const of of namespaces) {
    const answer = await hub.list<PlacementDecision>(placementDecisionKind, { namespace: of });
    if (!answer.ok) throw refused(hub, answer.message);
    for (const decision of answer.value.items) {
      const placement = placementOf(decision) ?? '';
      const clusters = (decision.status?.decisions ?? []).map(({ clusterName }) => clusterName);
      decided.set(placement, [...(decided.get(placement) ?? []), ...clusters]);
    }
  }
  return decided;
}

/** The program as the hub has it; null where it cannot be read. */
async function programOf(hub: Cluster, { metadata, spec }: ProgramObject) {
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
  const taken = await takeSnapshot(hub, false);
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

function refused(hub: Cluster, message: string): CommandFailure {
  return new CommandFailure(exit.environment, `${hub.address}: ${message}`);
}
