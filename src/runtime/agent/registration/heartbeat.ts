import { formatMicroTime, type Instant, plus } from '../../../base/instant.ts';
import { isTrue } from '../../../kube/conditions.ts';
import { leaseKind } from '../../../kube/core.ts';
import { refOf } from '../../../kube/object.ts';
import { clusterConditions, managedClusterKind } from '../../../kube/ocm/cluster.ts';
import { clusterLeaseName, defaultLeaseSeconds } from '../../../kube/ocm/registration.ts';
import { type Controller, done, type Outcome, watch } from '../../control/controller.ts';

/**
 * Renews the lease of the cluster while the hub accepts it (ocm pkg/registration/spoke/lease/lease_controller.go). The hub
 * makes the lease; an agent may only update it.
 */
export function heartbeatController(clusterName: string): Controller {
  return {
    name: 'agent-heartbeat',
    watches: [
      watch({
        kind: managedClusterKind,
        fieldSelector: `metadata.name=${clusterName}`,
        keys: ({ metadata }) => [metadata.name],
      }),
      watch({
        kind: leaseKind,
        namespace: clusterName,
        fieldSelector: `metadata.name=${clusterLeaseName}`,
        keys: () => [clusterName],
      }),
    ],
    reconcile: (_key, snapshot, now): Outcome => {
      const cluster = snapshot.get(managedClusterKind, '', clusterName);
      const lease = snapshot.get(leaseKind, clusterName, clusterLeaseName);
      if (!isTrue(cluster?.status?.conditions, clusterConditions.hubAccepted)) return done;
      if (lease === undefined) return done;
      const every = (cluster?.spec?.leaseDurationSeconds || defaultLeaseSeconds) * 1000;
      const last = snapshot.attempt(refOf(lease));
      if (last?.failure === null) {
        const due = plus(last.at, jittered(every, clusterName, last.at));
        if (due > now) return { actions: [], again: due };
      }
      const object = { ...lease, spec: { ...lease.spec, renewTime: formatMicroTime(now) } };
      return { actions: [{ do: 'replace', object }], again: plus(now, every) };
    },
  };
}

/** Up to a quarter more, so that agents that started together spread; a function of name and time, not of chance. */
function jittered(every: number, name: string, at: Instant): number {
  let hash = at % 1_000_003;
  for (const char of name) hash = (hash * 31 + char.charCodeAt(0)) % 1_000_003;
  return Math.floor(every * (1 + (0.25 * hash) / 1_000_003));
}
