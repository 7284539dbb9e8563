import { compareText } from '../../base/json.ts';
import { lower } from '../../ir/lower/lower.ts';
import { labelValue } from '../../ir/lower/owned.ts';
import type { IrProgram } from '../../ir/program.ts';
import { ownedLabels, type ProgramObject, programKind } from '../../ir/program-object.ts';
import { kindInfo } from '../../kube/kinds.ts';
import { apiVersionOf, type KubeObject, type Ref, refKey, refOf } from '../../kube/object.ts';
import { type ManifestWork, manifestWorkKind } from '../../kube/ocm/work.ts';
import type { Cluster } from '../../runtime/client/cluster.ts';
import { appKey } from '../../runtime/hub/programs.ts';
import { appOf } from '../../runtime/hub/works.ts';
import { CommandFailure, exit } from '../io.ts';

/** What applying a program would do, as far as it can be told before. */
export interface Plan {
  /** The Program as it is on the hub. */
  readonly before: ProgramObject | undefined;
  /** Objects the program stands for. */
  readonly wanted: readonly KubeObject[];
  /** Objects of earlier versions that are no longer declared. */
  readonly undeclared: readonly KubeObject[];
  /** Works of apps that are no longer declared. */
  readonly undeclaredWorks: readonly ManifestWork[];
  /** Clusters that would lose a workload. */
  readonly losing: readonly string[];
  /** Wanted objects that are there and belong to no program, or to another one. */
  readonly foreign: readonly KubeObject[];
}

export interface PlanInput {
  readonly hub: Cluster;
  readonly program: IrProgram;
  readonly name: string;
  readonly namespace: string;
}

/** Looks at the hub and says what would become of it; changes nothing. */
export async function planProgram({ hub, program, name, namespace }: PlanInput): Promise<Plan> {
  const wanted = lower(program).objects.map(({ object }) => object);
  const answer = await hub.get<ProgramObject>(programKind, namespace, name);
  if (!answer.ok && answer.status !== 404) throw refused(hub, answer.message);
  const before = answer.ok ? answer.value : undefined;
  const selector = `${ownedLabels.program}=${labelValue(name)},${ownedLabels.programNamespace}=${labelValue(namespace)}`;
  const owned = await ownedObjects(hub, before, selector);
  const works = before === undefined ? [] : await worksOf(hub, selector);
  const declared = new Set(wanted.map((object) => refKey(refOf(object))));
  const apps = new Set(
    program.decls
      .filter((decl) => decl.kind === 'app' && decl.via === undefined)
      .map((app) => appKey(programNamed(namespace, name), app)),
  );
  const undeclaredWorks = works.filter((work) => !apps.has(appOf(work) ?? ''));
  const lost = new Set(undeclaredWorks.map(({ metadata }) => metadata.namespace ?? ''));
  return {
    before,
    wanted,
    undeclared: owned.filter((object) => !declared.has(refKey(refOf(object)))),
    undeclaredWorks,
    losing: [...lost].sort(compareText),
    foreign: await foreignObjects(hub, wanted, owned),
  };
}

function programNamed(namespace: string, name: string): ProgramObject {
  return {
    apiVersion: apiVersionOf(programKind),
    kind: programKind.kind,
    metadata: { name, namespace },
  };
}

async function ownedObjects(
  hub: Cluster,
  before: ProgramObject | undefined,
  labelSelector: string,
): Promise<readonly KubeObject[]> {
  const lists = (before?.status?.inventory ?? []).map(async ({ group, kind, namespaces }) => {
    const info = kindInfo({ group, kind });
    if (info === undefined) return [];
    const places = namespaces.length === 0 ? [undefined] : namespaces;
    const found = places.map(async (namespace) => {
      const answer = await hub.list(info, { labelSelector, ...(namespace && { namespace }) });
      if (!answer.ok) throw refused(hub, answer.message);
      return answer.value.items;
    });
    return (await Promise.all(found)).flat();
  });
  return (await Promise.all(lists)).flat();
}

async function worksOf(hub: Cluster, labelSelector: string): Promise<readonly ManifestWork[]> {
  const answer = await hub.list<ManifestWork>(manifestWorkKind, { labelSelector });
  if (!answer.ok) throw refused(hub, answer.message);
  return answer.value.items;
}

async function foreignObjects(
  hub: Cluster,
  wanted: readonly KubeObject[],
  owned: readonly KubeObject[],
): Promise<readonly KubeObject[]> {
  const ours = new Set(owned.map((object) => refKey(refOf(object))));
  const others = wanted.map(refOf).filter((ref) => !ours.has(refKey(ref)));
  const found = await Promise.all(others.map((ref) => find(hub, ref)));
  return found.filter((object) => object !== undefined);
}

async function find(hub: Cluster, { namespace, name, ...kind }: Ref) {
  const answer = await hub.get(kind, namespace, name);
  return answer.ok ? answer.value : undefined;
}

function refused(hub: Cluster, message: string): CommandFailure {
  return new CommandFailure(exit.environment, `${hub.address}: ${message}`);
}
