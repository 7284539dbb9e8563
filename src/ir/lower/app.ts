import type { JsonObject } from '../../base/json.ts';
import {
  type ManifestWorkReplicaSet,
  type ManifestWorkSpec,
  manifestWorkReplicaSetKind,
  type PlacementReference,
} from '../../kube/ocm/work.ts';
import type { IrApp, IrPlaced } from '../program.ts';
import { lowerApplicationSets } from './application-set.ts';
import { type LoweredDecl, objectOf, objects, refOfDecl } from './lowered.ts';
import { lowerRolloutStrategy } from './rollout.ts';
import { lowerSubscriptions } from './subscription.ts';

/**
 * What carries an app. Nothing for `works`: it stays in its Program, and the engine makes a ManifestWork per cluster
 * of it.
 */
export function lowerApp(decl: IrApp): LoweredDecl {
  switch (decl.via) {
    case 'replicaset':
      return lowerReplicaSet(decl);
    case 'argocd':
      return objects(...lowerApplicationSets(decl));
    case 'subscription':
      return objects(...lowerSubscriptions(decl));
    default:
      return objects();
  }
}

/** A ManifestWorkReplicaSet: the same manifests for every cluster. */
function lowerReplicaSet(decl: IrApp): LoweredDecl {
  const manifests: JsonObject[] = [];
  for (const { object, origin } of decl.manifests) {
    if (object.op !== 'const') {
      const params = { app: decl.name };
      const refused = { code: 'OCM3301', decl: refOfDecl(decl), origin, params } as const;
      return { objects: [], refused: [refused], remarks: [] };
    }
    manifests.push(object.value as JsonObject);
  }
  const spec: ManifestWorkReplicaSet['spec'] = {
    manifestWorkTemplate: { workload: { manifests }, ...workOptions(decl) },
    placementRefs: decl.on.map(placementRefOf),
    ...(decl.cascade === undefined ? {} : { cascadeDeletionPolicy: decl.cascade }),
  };
  return objects(objectOf(manifestWorkReplicaSetKind, decl, { spec }));
}

function placementRefOf({ placement, rollout }: IrPlaced): PlacementReference {
  return {
    name: placement,
    ...(rollout === null ? {} : { rolloutStrategy: lowerRolloutStrategy(rollout) }),
  };
}

/** What a ManifestWork says besides its manifests: the same whoever makes the work. */
export function workOptions({
  deleteOption,
  manifestConfigs,
  executor,
}: Pick<IrApp, 'deleteOption' | 'manifestConfigs' | 'executor'>): Omit<
  ManifestWorkSpec,
  'workload'
> {
  return {
    ...(deleteOption === undefined ? {} : { deleteOption }),
    ...(manifestConfigs === undefined || manifestConfigs.length === 0 ? {} : { manifestConfigs }),
    ...(executor === undefined
      ? {}
      : { executor: { subject: { type: 'ServiceAccount', serviceAccount: executor } } }),
  };
}
