import type { IrProgram } from '../../ir/program.ts';
import type { ProgramObject } from '../../ir/program-object.ts';
import { type Kind, type KubeObject, keyOf } from '../../kube/object.ts';
import {
  type Placement,
  type PlacementDecision,
  placementDecisionKind,
  placementKind,
} from '../../kube/ocm/cluster.ts';
import type { ManifestWork } from '../../kube/ocm/work.ts';
import type { Cluster } from '../../runtime/client/cluster.ts';
import { clustersOf, placementOf, wholeSelection } from '../../runtime/hub/decisions.ts';
import { type Fleet, fleetProjection } from '../../runtime/hub/fleet.ts';
import type { Deletion } from '../../runtime/hub/program/losing.ts';
import { declaredApps, namespaceOf } from '../../runtime/hub/programs.ts';
import { appOf } from '../../runtime/hub/works.ts';
import { sortObjects } from '../inventory.ts';
import { refused } from './refused.ts';

/** What placements say and decided, by `namespace/name`. */
export interface Placed {
  readonly clusterSets: ReadonlyMap<string, readonly string[]>;
  readonly selected: ReadonlyMap<string, readonly string[]>;
  /** The same where the decisions are whole. */
  readonly whole: ReadonlyMap<string, readonly string[]>;
}
/** No placement. */
export const nowhere: Placed = { clusterSets: new Map(), selected: new Map(), whole: new Map() };

/** The placements in the namespaces of apps. */
export async function placedIn(
  hub: Cluster,
  program: IrProgram,
  namespace: string,
): Promise<Placed> {
  const namespaces = new Set(
    program.decls.filter(({ kind }) => kind === 'app').map((app) => app.namespace || namespace),
  );
  const clusterSets = new Map<string, readonly string[]>();
  const selected = new Map<string, readonly string[]>();
  const whole = new Map<string, readonly string[]>();
  for (const of of namespaces) {
    const [decisions, placements] = await Promise.all([
      listIn<PlacementDecision>(hub, placementDecisionKind, of),
      listIn<Placement>(hub, placementKind, of),
    ]);
    const byPlacement = Map.groupBy(decisions, (decision) => placementOf(decision) ?? '');
    for (const [key, ofOne] of byPlacement) selected.set(key, clustersOf(ofOne));
    for (const placement of placements) {
      const key = keyOf(placement);
      clusterSets.set(key, placement.spec?.clusterSets ?? []);
      const clusters = wholeSelection(placement, byPlacement.get(key) ?? []);
      if (clusters !== null) whole.set(key, clusters);
    }
  }
  return { clusterSets, selected, whole };
}

async function listIn<T extends KubeObject>(hub: Cluster, kind: Kind<T>, namespace: string) {
  const answer = await hub.list<T>(kind, { namespace });
  if (!answer.ok) throw refused(hub, answer.message);
  return answer.value.items;
}

/** What the deletion of a set or a binding would mean for the apps that stay; placements are those of the new version. */
export function surroundings(input: {
  readonly of: ProgramObject;
  readonly program: IrProgram;
  readonly works: readonly ManifestWork[];
  readonly fleet: readonly KubeObject[];
  readonly placed: Placed;
}): Omit<Deletion, 'objects' | 'works'> {
  const { of, program, works, placed } = input;
  const { sets, bindings } = sortObjects(input.fleet);
  const there = new Set(sets.map(({ metadata }) => metadata.name));
  const fleet = fleetFrom(input.fleet);
  const declared = new Map<string, readonly string[]>(
    program.decls.flatMap((decl) =>
      decl.kind === 'placement' && decl.via === null
        ? [[`${namespaceOf(decl, of)}/${decl.name}`, decl.clusterSets] as const]
        : [],
    ),
  );
  const byApp = Map.groupBy(works, (work) => appOf(work) ?? '');
  return {
    apps: () =>
      [...declaredApps(of, program)].map(([key, { app, namespace }]) => ({
        namespace,
        on: app.on
          .map(({ placement }) => `${namespace}/${placement}`)
          .map((placement) => ({
            clusterSets: declared.get(placement) ?? placed.clusterSets.get(placement) ?? [],
            selected: placed.selected.get(placement) ?? [],
          })),
        works: byApp.get(key) ?? [],
      })),
    boundSets: (namespace) =>
      bindings
        .filter(({ metadata }) => metadata.namespace === namespace && there.has(metadata.name))
        .map(({ metadata }) => metadata.name),
    setsOf: (cluster) => fleet.facts(cluster)?.sets ?? [],
  };
}

function fleetFrom(objects: readonly KubeObject[]): Fleet {
  const fleet = fleetProjection.create();
  for (const object of objects) fleetProjection.change(fleet, undefined, object);
  return fleet;
}
