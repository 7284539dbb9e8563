import { instant } from '../../base/instant.ts';
import { compareText } from '../../base/json.ts';
import { keyOf, type Model, modelOf, type World, worldOf } from '../../engine/simulate/world.ts';
import type { IrApp, IrProgram } from '../../ir/program.ts';
import { type ProgramObject, programKind } from '../../ir/program-object.ts';
import type { TestCluster } from '../../ir/test-plan.ts';
import { apiVersionOf, type KubeObject, refKey, refOf } from '../../kube/object.ts';
import type { ManifestWork } from '../../kube/ocm/work.ts';
import { declaredApps } from '../../runtime/hub/programs.ts';
import { appOf } from '../../runtime/hub/works.ts';
import { type Recorded, sortObjects } from '../inventory.ts';

/** Clusters that leave the placements of an app and lose its works thereby, without anything being pruned. */
export interface Leaving {
  /** `namespace/name`. */
  readonly app: string;
  readonly clusters: readonly string[];
}

export interface LeavingInput {
  readonly program: IrProgram;
  /** The program as it is on the hub; null where it cannot be read. */
  readonly before: IrProgram | null;
  /** The Program, for its name and namespace. */
  readonly of: ProgramObject;
  /** What the hub knows of clusters. */
  readonly fleet: readonly KubeObject[];
  /** What is deleted beside: sets and bindings among it count no more. */
  readonly removed: readonly KubeObject[];
  /** Works of apps that are declared. */
  readonly works: readonly ManifestWork[];
  /** What placements decided on the hub, by `namespace/name`. */
  readonly decided: ReadonlyMap<string, readonly string[]>;
}

/**
 * Decides the placements of both programs over the hub's clusters, each with what is decided there now: a cluster leaves
 * where it has works, the program as it is would keep it, and the new one does not select it.
 */
export function leavingClusters(input: LeavingInput): readonly Leaving[] {
  const { program, before, of, works, decided } = input;
  const recorded = sortObjects(input.fleet);
  const removed = new Set(input.removed.map((object) => refKey(refOf(object))));
  const stays = (object: KubeObject) => !removed.has(refKey(refOf(object)));
  const { sets, bindings } = recorded;
  const left = { sets: sets.filter(stays), bindings: bindings.filter(stays) };
  const after = modelOf(inNamespace(program, of), left);
  const now = before === null ? null : modelOf(inNamespace(before, of), recorded);
  const standing = standingWorld(now ?? after, recorded, decided);
  const will = worldOn(after, recorded, standing);
  const would = now === null ? null : worldOn(now, recorded, standing);
  const byApp = Map.groupBy(works, (work) => appOf(work) ?? '');
  return [...declaredApps(of, after.program)].flatMap(([key, { app }]) => {
    const selected = selectedBy(app, will, decided);
    const earlier = would?.model.apps.get(keyOf(app));
    const kept =
      would === null || earlier === undefined ? null : selectedBy(earlier, would, decided);
    const clusters = (byApp.get(key) ?? [])
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .map(({ metadata }) => metadata.namespace ?? '')
      .filter((cluster) => !selected.has(cluster) && (kept?.has(cluster) ?? true));
    const names = [...new Set(clusters)].sort(compareText);
    return names.length === 0 ? [] : [{ app: keyOf(app), clusters: names }];
  });
}

/** A Program by its name alone. */
export function programNamed(namespace: string, name: string): ProgramObject {
  return {
    apiVersion: apiVersionOf(programKind),
    kind: programKind.kind,
    metadata: { name, namespace },
  };
}

function selectedBy(
  app: IrApp,
  world: World,
  decided: LeavingInput['decided'],
): ReadonlySet<string> {
  return new Set(
    app.on.flatMap(({ placement }) => {
      const of = { namespace: app.namespace, name: placement };
      const declared = world.model.placements.get(keyOf(of));
      // Of another program, or handed over: as it is decided on the hub.
      if (declared === undefined || declared.via === 'upstream')
        return decided.get(keyOf(of)) ?? [];
      return world.decide(of)?.selected ?? [];
    }),
  );
}

/** Placements keep what they decided where they can: what the hub decided stands for the world before. */
function standingWorld(model: Model, recorded: Recorded, decided: LeavingInput['decided']): World {
  const world = worldOn(model, recorded);
  return {
    ...world,
    decide: (of) => {
      const outcome = world.decide(of);
      const selected = decided.get(keyOf(of));
      return outcome === undefined || selected === undefined ? outcome : { ...outcome, selected };
    },
  };
}

function worldOn(model: Model, recorded: Recorded, before?: World): World {
  const scores = Map.groupBy(recorded.scores, ({ metadata }) => metadata.namespace ?? '');
  const addons = Map.groupBy(recorded.addons, ({ metadata }) => metadata.namespace ?? '');
  const clusters = recorded.clusters.map(
    (cluster): TestCluster => ({
      name: cluster.metadata.name,
      origin: { file: 0, span: { start: 0, end: 0 } },
      cluster,
      scores: scores.get(cluster.metadata.name) ?? [],
      addons: addons.get(cluster.metadata.name) ?? [],
      sets: null,
    }),
  );
  return worldOf(model, clusters, before?.now ?? instant(Date.now()), before);
}

/** What has no namespace is in the Program's. */
export function inNamespace(program: IrProgram, { metadata }: ProgramObject): IrProgram {
  const namespace = metadata.namespace ?? '';
  const placed = new Set(['placement', 'app', 'binding']);
  const decls = program.decls.map((decl) =>
    placed.has(decl.kind) && decl.namespace === '' ? { ...decl, namespace } : decl,
  );
  return { ...program, decls };
}
