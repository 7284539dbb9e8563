import type { Instant } from '../../../base/instant.ts';
import { type NewCondition, setCondition } from '../../../kube/conditions.ts';
import { type KubeObject, type Ref, refOf } from '../../../kube/object.ts';
import { type ManagedCluster, managedClusterKind } from '../../../kube/ocm/cluster.ts';
import type { Action } from '../../control/controller.ts';

type Versioned = { readonly ifVersion?: string };

/**
 * Sets one condition. Hub and agent write conditions of the same object, and a merge patch replaces the whole list, so a
 * write counts only for the version that was read.
 */
export function patchCondition(
  object: KubeObject<
    unknown,
    { readonly conditions?: NonNullable<ManagedCluster['status']>['conditions'] }
  >,
  condition: NewCondition,
  now: Instant,
): Action {
  const conditions = setCondition(object.status?.conditions, condition, now);
  return {
    do: 'patchStatus',
    of: refOf(object),
    status: { conditions: conditions.map((each) => ({ ...each })) },
    ...ifVersion(object),
  };
}

/** Adds a finalizer; null where it is there. */
export function addFinalizer(object: KubeObject, finalizer: string): Action | null {
  const finalizers = object.metadata.finalizers ?? [];
  return finalizers.includes(finalizer)
    ? null
    : patchFinalizers(object, [...finalizers, finalizer]);
}

/** Takes a finalizer away; null where it is not there. */
export function removeFinalizer(object: KubeObject, finalizer: string): Action | null {
  const finalizers = object.metadata.finalizers ?? [];
  return finalizers.includes(finalizer)
    ? patchFinalizers(
        object,
        finalizers.filter((each) => each !== finalizer),
      )
    : null;
}

function patchFinalizers(object: KubeObject, finalizers: readonly string[]): Action {
  return {
    do: 'patch',
    of: refOf(object),
    patch: { metadata: { finalizers } },
    ...ifVersion(object),
  };
}

export function ifVersion({ metadata }: KubeObject): Versioned {
  return metadata.resourceVersion === undefined ? {} : { ifVersion: metadata.resourceVersion };
}

/** Where events about a cluster go: into its namespace, as upstream does. */
export function aboutCluster(name: string): Ref {
  return { ...managedClusterKind, namespace: name, name } as Ref;
}
