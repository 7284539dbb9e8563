import {
  formatMicroTime,
  type Instant,
  instant,
  parseInstant,
  plus,
} from '../../../base/instant.ts';
import { type Lease, leaseKind } from '../../../kube/core.ts';
import { conditionOf } from '../../../kube/object.ts';
import {
  clusterConditions,
  clusterNameLabel,
  type ManagedCluster,
  managedClusterKind,
} from '../../../kube/ocm/cluster.ts';
import {
  clusterLeaseName,
  defaultLeaseSeconds,
  lostAfterLeases,
} from '../../../kube/ocm/registration.ts';
import {
  type Action,
  type Controller,
  done,
  type Outcome,
  watch,
} from '../../control/controller.ts';
import { aboutCluster, patchCondition } from './cluster-patch.ts';
import type { RegistrationOptions } from './options.ts';

/** The heartbeats of clusters: what lease and clock controllers read. */
export const leaseWatch = watch({
  kind: leaseKind,
  labelSelector: clusterNameLabel,
  fieldSelector: `metadata.name=${clusterLeaseName}`,
  keys: ({ metadata }) => (metadata.namespace ? [metadata.namespace] : []),
});

/**
 * Makes the lease of an accepted cluster and judges by it whether the cluster can be reached
 * (ocm pkg/registration/hub/lease/controller.go): after five missed heartbeats it is Unknown; only its agent says otherwise.
 */
export function leaseController(options: RegistrationOptions): Controller {
  return {
    name: 'registration-lease',
    watches: [
      watch({ kind: managedClusterKind, keys: ({ metadata }) => [metadata.name] }),
      leaseWatch,
    ],
    reconcile: (name, snapshot, now): Outcome => {
      const cluster = snapshot.get(managedClusterKind, '', name);
      if (cluster === undefined) return done;
      const { conditions } = cluster.status ?? {};
      if (conditionOf(conditions, clusterConditions.hubAccepted) === undefined) return done;
      const lease = snapshot.get(leaseKind, name, clusterLeaseName);
      if (lease === undefined) {
        return cluster.metadata.deletionTimestamp === undefined
          ? { actions: [{ do: 'create', object: newLease(name, now) }] }
          : { actions: lost(cluster, now) };
      }
      const lostAt = plus(heardAt(lease, options), grace(cluster));
      return lostAt > now ? { actions: [], again: lostAt } : { actions: lost(cluster, now) };
    },
  };
}

/** How long a cluster may be silent, in milliseconds. */
export function grace({ spec }: ManagedCluster): number {
  return lostAfterLeases * (spec?.leaseDurationSeconds || defaultLeaseSeconds) * 1000;
}

/** When the agent says it renewed the lease, by its own clock. */
export function renewedAt(lease: Lease): Instant | null {
  return parseInstant(lease.spec?.renewTime ?? '');
}

/** When the hub's API server received the last renewal, by the hub's clock; null where it keeps no such record. */
export function receivedAt({ metadata }: Lease): Instant | null {
  let last: Instant | null = null;
  for (const { fieldsV1, time } of metadata.managedFields ?? []) {
    const spec = fieldsV1?.['f:spec'];
    const at = parseInstant(time ?? '');
    if (at === null || typeof spec !== 'object' || spec === null) continue;
    if (Object.hasOwn(spec, 'f:renewTime') && (last === null || at > last)) last = at;
  }
  return last;
}

/**
 * The last sign of life. By the hub's own clock, so that a cluster whose clock is wrong is not lost, and not before this
 * process started, so that a hub that was away does not count its own silence against its clusters.
 */
function heardAt(lease: Lease, { compat, startedAt }: RegistrationOptions): Instant {
  const renewed = renewedAt(lease) ?? instant(0);
  if (compat === 'upstream') return renewed;
  return instant(Math.max(receivedAt(lease) ?? renewed, startedAt ?? 0));
}

function lost(cluster: ManagedCluster, now: Instant): readonly Action[] {
  const { name } = cluster.metadata;
  const available = conditionOf(cluster.status?.conditions, clusterConditions.available);
  if (available?.status === 'Unknown') return [];
  const condition = {
    type: clusterConditions.available,
    status: 'Unknown',
    reason: 'ManagedClusterLeaseUpdateStopped',
    message: 'Registration agent stopped updating its lease.',
  } as const;
  const message = `The ${name} is successfully imported. However, the connection check from the managed cluster to the hub cluster has failed`;
  const about = aboutCluster(name);
  return [
    patchCondition(cluster, condition, now),
    { do: 'record', about, type: 'Warning', reason: 'AvailableUnknown', message },
  ];
}

function newLease(cluster: string, now: Instant): Lease {
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      name: clusterLeaseName,
      namespace: cluster,
      labels: { [clusterNameLabel]: cluster },
    },
    spec: { holderIdentity: clusterLeaseName, renewTime: formatMicroTime(now) },
  };
}
