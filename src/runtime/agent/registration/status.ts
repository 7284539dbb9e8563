import { type Instant, plus } from '../../../base/instant.ts';
import type { Json, JsonObject } from '../../../base/json.ts';
import { isTrue, type NewCondition, setConditions } from '../../../kube/conditions.ts';
import { nodeKind } from '../../../kube/core.ts';
import { conditionOf, refOf } from '../../../kube/object.ts';
import {
  clusterClaimKind,
  clusterConditions,
  type ManagedCluster,
  managedClusterKind,
} from '../../../kube/ocm/cluster.ts';
import {
  type Action,
  type Controller,
  done,
  everyOf,
  indexed,
  type Outcome,
  type Snapshot,
  watch,
} from '../../control/controller.ts';
import { type ClaimOptions, showClaims } from './claims.ts';
import { agentCertificateKind, clusterHealthKind, factName } from './facts.ts';
import { namespaceParts, namespaceWatch } from './managed-namespaces.ts';
import { totalOf } from './resources.ts';

/** A failing API server is reported after so many milliseconds: a restart is no outage. */
const failureThreshold = 20_000;

const nodes = everyOf(nodeKind, 'cluster');
const claims = everyOf(clusterClaimKind, 'cluster');

export interface StatusOptions extends ClaimOptions {
  readonly clusterName: string;
  /** Tells the namespaces of this hub from those of others: SHA-256 of the hub's address. */
  readonly hubHash: string;
  /** With `upstream` an agent whose clock is wrong reports nothing. */
  readonly compat?: 'upstream';
}

/**
 * Reports the cluster to the hub (ocm pkg/registration/spoke/managedcluster): joined, available, what it has, what it claims,
 * the namespaces its sets want. One after the other: what does not hold stops what comes after it. One write for all.
 */
export function statusController(options: StatusOptions): Controller {
  const { clusterName } = options;
  const mine = (): readonly string[] => [clusterName];
  return {
    name: 'agent-status',
    watches: [
      watch({
        kind: managedClusterKind,
        fieldSelector: `metadata.name=${clusterName}`,
        keys: mine,
      }),
      watch({ kind: clusterHealthKind, at: 'cluster', keys: mine }),
      watch({ kind: agentCertificateKind, at: 'cluster', keys: mine }),
      watch({ kind: nodeKind, at: 'cluster', keys: mine }),
      watch({ kind: clusterClaimKind, at: 'cluster', keys: mine }),
      namespaceWatch(options.hubHash, clusterName),
    ],
    indexes: [indexed(nodes), indexed(claims)],
    reconcile: (_key, snapshot, now): Outcome => {
      const cluster = snapshot.get(managedClusterKind, '', clusterName);
      if (cluster === undefined) return done;
      const { conditions } = cluster.status ?? {};
      if (!isTrue(conditions, clusterConditions.hubAccepted)) return done;
      const clock = conditionOf(conditions, clusterConditions.clockSynced);
      if (options.compat === 'upstream' && clock?.status === 'False') return done;
      const health = available(cluster, snapshot, now);
      const parts: readonly Part[] = [
        { conditions: [joined, ...certificate(snapshot)] },
        health.part,
        ...(health.goOn
          ? [
              inventory(cluster, snapshot),
              claimed(cluster, snapshot, options),
              namespaceParts(cluster, { snapshot, now, hubHash: options.hubHash }),
            ]
          : []),
      ];
      return report(cluster, parts, { now, again: health.again });
    },
  };
}

/** What one concern adds to the status. */
export interface Part {
  readonly conditions?: readonly NewCondition[];
  /** Merge patch of the status, without conditions. */
  readonly status?: JsonObject;
  /** Done before the status is written. */
  readonly before?: readonly Action[];
  /** Done after it was, and only if it changed something. */
  readonly after?: readonly Action[];
}

function report(
  cluster: ManagedCluster,
  parts: readonly Part[],
  { now, again }: { readonly now: Instant; readonly again: Instant | undefined },
): Outcome {
  const added = parts.flatMap(({ conditions }) => conditions ?? []);
  const conditions = setConditions(cluster.status?.conditions, added, now);
  const status: Json = {
    ...Object.assign({}, ...parts.map((part) => part.status ?? {})),
    conditions: conditions.map((condition) => ({ ...condition })),
  };
  const { resourceVersion } = cluster.metadata;
  return {
    actions: [
      ...parts.flatMap(({ before }) => before ?? []),
      {
        do: 'patchStatus',
        of: refOf(cluster),
        status,
        ...(resourceVersion === undefined ? {} : { ifVersion: resourceVersion }),
      },
      ...parts.flatMap(({ after }) => after ?? []),
    ],
    ...(again === undefined ? {} : { again }),
  };
}

const joined: NewCondition = {
  type: clusterConditions.joined,
  status: 'True',
  reason: 'ManagedClusterJoined',
  message: 'Managed cluster joined',
};

function certificate(snapshot: Snapshot): readonly NewCondition[] {
  const { status } = snapshot.get(agentCertificateKind, '', factName, 'cluster') ?? {};
  if (status === undefined) return [];
  const { failure, notBefore, notAfter } = status;
  const type = 'ClusterCertificateRotated';
  if (failure !== null) {
    const reason = 'ClientCertificateUpdateFailed';
    return [{ type, status: 'False', reason, message: failure }];
  }
  const message = `client certificate rotated starting from ${goTime(notBefore)} to ${goTime(notAfter)}`;
  return [{ type, status: 'True', reason: 'ClientCertificateUpdated', message }];
}

/** As Go prints a time. */
function goTime(at: Instant): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} +0000 UTC`;
}

interface Available {
  readonly part: Part;
  readonly goOn: boolean;
  readonly again?: Instant;
}

function available(cluster: ManagedCluster, snapshot: Snapshot, now: Instant): Available {
  const { status: health } = snapshot.get(clusterHealthKind, '', factName, 'cluster') ?? {};
  if (health === undefined) return { part: {}, goOn: false };
  const type = clusterConditions.available;
  if (health.ok) {
    const reason = 'ManagedClusterAvailable';
    const message = 'Managed cluster is available';
    const part = withEvent(cluster, { type, status: 'True', reason, message });
    return { part, goOn: true };
  }
  const reportAt = plus(health.since, failureThreshold);
  if (reportAt > now) return { part: {}, goOn: false, again: reportAt };
  const reason = 'ManagedClusterKubeAPIServerUnavailable';
  const message = `The kube-apiserver is not ok, status code: ${health.code}, ${health.message}`;
  return { part: withEvent(cluster, { type, status: 'False', reason, message }), goOn: false };
}

function withEvent(cluster: ManagedCluster, condition: NewCondition): Part {
  const { name } = cluster.metadata;
  const before = conditionOf(cluster.status?.conditions, condition.type);
  if (before?.status === condition.status) return { conditions: [condition] };
  const well = condition.status === 'True';
  const message = well
    ? `The ${name} is successfully imported, and it is managed by the hub cluster. Its apieserver is available`
    : `The ${name} is successfully imported. However, its Kube API server is unavailable`;
  const event: Action = {
    do: 'record',
    about: { ...managedClusterKind, namespace: name, name },
    type: well ? 'Normal' : 'Warning',
    reason: well ? 'Available' : 'Unavailable',
    message,
  };
  return { conditions: [condition], after: [event] };
}

/** Version and resources; capacity others have added stays. */
function inventory({ status }: ManagedCluster, snapshot: Snapshot): Part {
  const health = snapshot.get(clusterHealthKind, '', factName, 'cluster');
  const { capacity, allocatable } = totalOf(snapshot.list(nodes, ''));
  const gone = Object.keys(status?.allocatable ?? {}).filter(
    (name) => !Object.hasOwn(allocatable, name),
  );
  const version = health?.status?.version;
  return {
    status: {
      ...(version === undefined ? {} : { version: { kubernetes: version } }),
      ...(Object.keys(capacity).length === 0 ? {} : { capacity }),
      ...(Object.keys(allocatable).length + gone.length === 0
        ? {}
        : { allocatable: { ...allocatable, ...Object.fromEntries(gone.map((of) => [of, null])) } }),
    },
  };
}

function claimed(cluster: ManagedCluster, snapshot: Snapshot, options: ClaimOptions): Part {
  const { claims: shown, custom, hidden } = showClaims(snapshot.list(claims, ''), options);
  if (shown.length === 0 && (cluster.status?.clusterClaims ?? []).length === 0) return {};
  const { name } = cluster.metadata;
  const message = `${custom} cluster claims are found. It exceeds the max number of custom cluster claims (${custom - hidden}). ${hidden} custom cluster claims are not exposed.`;
  const event: Action = {
    do: 'record',
    about: { ...managedClusterKind, namespace: name, name },
    type: 'Warning',
    reason: 'CustomClusterClaimsTruncated',
    message,
  };
  return {
    status: { clusterClaims: shown.map((claim) => ({ ...claim })) },
    ...(hidden === 0 ? {} : { after: [event] }),
  };
}
