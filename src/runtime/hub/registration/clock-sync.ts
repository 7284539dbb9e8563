import type { NewCondition } from '../../../kube/conditions.ts';
import { leaseKind } from '../../../kube/core.ts';
import { conditionOf } from '../../../kube/object.ts';
import { clusterConditions, managedClusterKind } from '../../../kube/ocm/cluster.ts';
import { clusterLeaseName } from '../../../kube/ocm/registration.ts';
import { type Controller, done, type Outcome, watch } from '../../control/controller.ts';
import { patchCondition } from './cluster-patch.ts';
import { grace, leaseWatch, receivedAt, renewedAt } from './lease.ts';

/** Annotation: the clock of this cluster may be wrong (ocm issue 1509). */
const skipAnnotation = 'registration.open-cluster-management.io/skip-clock-sync-check';

/**
 * Compares the clock of a cluster with the hub's (ocm pkg/registration/hub/lease/clocksynccontroller.go): what the agent
 * wrote as the time of its renewal, and when the hub's API server received it.
 */
export const clockSyncController: Controller = {
  name: 'registration-clock',
  watches: [
    leaseWatch,
    watch({ kind: managedClusterKind, keys: ({ metadata }) => [metadata.name] }),
  ],
  reconcile: (name, snapshot, now): Outcome => {
    const cluster = snapshot.get(managedClusterKind, '', name);
    const lease = snapshot.get(leaseKind, name, clusterLeaseName);
    if (cluster === undefined || lease === undefined) return done;
    const renewed = renewedAt(lease);
    const received = receivedAt(lease);
    if (
      renewed === null ||
      received === null ||
      isOurs(lease.metadata.creationTimestamp, received)
    ) {
      return done;
    }
    const skipped = cluster.metadata.annotations?.[skipAnnotation] === 'true';
    const synced = skipped || Math.abs(received - renewed) < grace(cluster);
    const condition = synced ? inSync : outOfSync;
    const known = conditionOf(cluster.status?.conditions, clusterConditions.clockSynced);
    if (known?.status === condition.status) return done;
    const message = `update managed cluster "${name}" clock synced condition to ${condition.status}.`;
    return {
      actions: [
        patchCondition(cluster, condition, now),
        {
          do: 'record',
          about: { ...managedClusterKind, namespace: name, name },
          reason: 'ManagedClusterClockSyncedConditionUpdated',
          message,
        },
      ],
    };
  },
};

/** The hub itself wrote the first renewal, when it made the lease: it says nothing about the agent. */
function isOurs(created: string | null | undefined, received: number): boolean {
  return created !== undefined && created !== null && Date.parse(created) === received;
}

const inSync: NewCondition = {
  type: clusterConditions.clockSynced,
  status: 'True',
  reason: 'ManagedClusterClockSynced',
  message: 'The clock of the managed cluster is synced with the hub.',
};
const outOfSync: NewCondition = {
  type: clusterConditions.clockSynced,
  status: 'False',
  reason: 'ManagedClusterClockOutOfSync',
  message:
    'The clock of hub and agent is out of sync. This may cause the Unknown status and affect agent functionalities.',
};
