import type { NewCondition } from '../../../kube/conditions.ts';
import { conditionOf, type Kind, type KubeObject, refOf } from '../../../kube/object.ts';
import { type ManagedClusterAddOn, managedClusterAddOnKind } from '../../../kube/ocm/addon.ts';
import { managedClusterKind } from '../../../kube/ocm/cluster.ts';
import { clusterFinalizers } from '../../../kube/ocm/registration.ts';
import { type ManifestWork, manifestWorkKind } from '../../../kube/ocm/work.ts';
import {
  type Action,
  type Controller,
  type Index,
  indexed,
  type Outcome,
  type Snapshot,
  watch,
} from '../../control/controller.ts';
import { addFinalizer, patchCondition, removeFinalizer } from './cluster-patch.ts';
import type { RegistrationOptions } from './options.ts';

const priorityAnnotation = 'open-cluster-management.io/cleanup-priority';

const addonsByNamespace: Index<ManagedClusterAddOn> = {
  name: 'registration/addons-by-namespace',
  kind: managedClusterAddOnKind,
  keys: ({ metadata }) => [metadata.namespace ?? ''],
};
const worksByNamespace: Index<ManifestWork> = {
  name: 'registration/works-by-namespace',
  kind: manifestWorkKind,
  keys: ({ metadata }) => [metadata.namespace ?? ''],
};

/** What is deleted with a cluster, in this order; the next kind only when none of the one before is left. */
const resources: readonly { readonly plural: string; readonly index: Index }[] = [
  { plural: 'managedclusteraddons', index: indexed(addonsByNamespace) },
  { plural: 'manifestworks', index: indexed(worksByNamespace) },
];

/** Empties the namespace of a cluster that is deleted, in order (ocm pkg/registration/hub/gc). */
export function garbageController(options: RegistrationOptions): Controller {
  const leftOf = (kind: Kind) =>
    watch({
      kind,
      keys: ({ metadata }, snapshot) => {
        const namespace = metadata.namespace ?? '';
        const cluster = snapshot.get(managedClusterKind, '', namespace);
        return cluster?.metadata.deletionTimestamp === undefined ? [] : [namespace];
      },
    });
  return {
    name: 'registration-garbage',
    watches: [
      watch({ kind: managedClusterKind, keys: ({ metadata }) => [metadata.name] }),
      leftOf(managedClusterAddOnKind),
      leftOf(manifestWorkKind),
    ],
    indexes: resources.map(({ index }) => index),
    reconcile: (name, snapshot, now): Outcome => {
      const cluster = snapshot.get(managedClusterKind, '', name);
      if (cluster === undefined) return { actions: [] };
      if (cluster.metadata.deletionTimestamp === undefined) {
        return { actions: present(addFinalizer(cluster, clusterFinalizers.resources)) };
      }
      if (!cluster.metadata.finalizers?.includes(clusterFinalizers.resources)) {
        return { actions: [] };
      }
      for (const { plural, index } of resources) {
        const left = snapshot.list(index, name);
        if (left.length === 0) continue;
        const next = firstByPriority(left);
        const condition =
          refusals(plural, next, snapshot) ?? remaining(plural, left, options.compat);
        return { actions: [...next.flatMap(remove), patchCondition(cluster, condition, now)] };
      }
      const known = conditionOf(cluster.status?.conditions, nothingLeft.type);
      return {
        actions:
          known?.reason === nothingLeft.reason
            ? present(removeFinalizer(cluster, clusterFinalizers.resources))
            : [patchCondition(cluster, nothingLeft, now)],
      };
    },
  };
}

function firstByPriority(left: readonly KubeObject[]): readonly KubeObject[] {
  const lowest = Math.min(...left.map(priorityOf));
  return left.filter((object) => priorityOf(object) === lowest);
}

/** 0 to 100; anything else counts as 0. */
function priorityOf({ metadata }: KubeObject): number {
  const text = metadata.annotations?.[priorityAnnotation] ?? '';
  const priority = /^[+-]?\d+$/.test(text) ? Number(text) : 0;
  return priority >= 0 && priority <= 100 ? priority : 0;
}

function remove(object: KubeObject): readonly Action[] {
  if (object.metadata.deletionTimestamp !== undefined) return [];
  return [{ do: 'delete', of: refOf(object), independent: true }];
}

function refusals(
  plural: string,
  objects: readonly KubeObject[],
  snapshot: Snapshot,
): NewCondition | null {
  const failures = objects.flatMap((object) => {
    const failure = snapshot.attempt(refOf(object))?.failure ?? null;
    return failure === null ? [] : [failure.message];
  });
  if (failures.length === 0) return null;
  const message = `failed to clean up ${plural}. err:${failures.slice(0, 5).join(', ')}`;
  return { type: 'Deleting', status: 'False', reason: 'DeletingError', message };
}

function remaining(
  plural: string,
  left: readonly KubeObject[],
  compat: RegistrationOptions['compat'],
): NewCondition {
  const held = left.filter(({ metadata }) => (metadata.finalizers?.length ?? 0) > 0);
  const message =
    `The resource ${plural} is remaning, the remaining count is ${left.length}, ` +
    `the finalizer pending count is ${held.length}`;
  const [first] = held;
  // Upstream counts only; whoever waits wants to know for whom.
  const whom =
    compat === 'upstream' || first === undefined
      ? ''
      : `; ${first.metadata.name} waits for ${first.metadata.finalizers?.join(', ')}`;
  return {
    type: 'Deleting',
    status: 'False',
    reason: 'ResourceRemaining',
    message: `${message}${whom}`,
  };
}

const nothingLeft: NewCondition = {
  type: 'Deleting',
  status: 'True',
  reason: 'NoResource',
  message: 'No cleaned resource in cluster ns.',
};

function present(action: Action | null): readonly Action[] {
  return action === null ? [] : [action];
}
