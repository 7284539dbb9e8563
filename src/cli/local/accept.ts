import { formatInstant, instant } from '../../base/instant.ts';
import { type CertificateSigningRequest, certificateSigningRequestKind } from '../../kube/core.ts';
import { type ManagedCluster, managedClusterKind } from '../../kube/ocm/cluster.ts';
import type { Cluster } from '../../runtime/client/cluster.ts';
import { CommandFailure, exit } from '../io.ts';
import { until, type WaitOptions } from './wait.ts';

const clusterNameLabel = 'open-cluster-management.io/cluster-name';

/**
 * What an admin does to let a cluster in: approves its certificate request and sets `hubAcceptsClient`.
 * Refuses when several requesters ask under one name, as somebody else may (clusteradm accept).
 */
export async function acceptCluster(hub: Cluster, name: string, wait: WaitOptions): Promise<void> {
  const pending = await until(() => pendingRequests(hub, name), wait);
  if (pending === undefined) {
    throw new CommandFailure(
      exit.no,
      `no certificate request of ${name}: is its agent running, and does it reach ${hub.address}?`,
    );
  }
  const requesters = new Set(pending.map(({ spec }) => spec?.username));
  if (requesters.size > 1) {
    throw new CommandFailure(
      exit.no,
      `several requesters ask to join as ${name}: ${[...requesters].join(', ')}; approve the right one with \`kubectl certificate approve\``,
    );
  }
  for (const request of pending) await approve(hub, request);
  const of = { ...managedClusterKind, namespace: '', name };
  const accepted = await hub.mergePatch(of, { spec: { hubAcceptsClient: true } });
  if (!accepted.ok) {
    throw new CommandFailure(exit.environment, `cannot accept ${name}: ${accepted.message}`);
  }
}

/** undefined while the cluster has not asked; what it asks is empty when it was approved before. */
async function pendingRequests(hub: Cluster, name: string) {
  const labelSelector = `${clusterNameLabel}=${name}`;
  const [requests, cluster] = await Promise.all([
    hub.list<CertificateSigningRequest>(certificateSigningRequestKind, { labelSelector }),
    hub.get<ManagedCluster>(managedClusterKind, '', name),
  ]);
  if (!requests.ok || !cluster.ok || requests.value.items.length === 0) return undefined;
  return requests.value.items.filter(({ status }) => (status?.conditions ?? []).length === 0);
}

async function approve(hub: Cluster, request: CertificateSigningRequest): Promise<void> {
  const now = formatInstant(instant(Date.now()));
  const approved: CertificateSigningRequest = {
    ...request,
    status: {
      ...request.status,
      conditions: [
        {
          type: 'Approved',
          status: 'True',
          reason: 'OcmAccept',
          message: 'approved by `ocm accept`',
          lastUpdateTime: now,
          lastTransitionTime: now,
        },
      ],
    },
  };
  const answer = await hub.replace(approved, { subresource: 'approval' });
  if (answer.ok || answer.reason === 'Conflict') return;
  throw new CommandFailure(
    exit.environment,
    `cannot approve ${request.metadata.name}: ${answer.message}`,
  );
}
