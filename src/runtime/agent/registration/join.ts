import { randomBytes } from 'node:crypto';
import {
  type ClientConfig,
  clusterGroup,
  type ManagedCluster,
  managedClusterKind,
} from '../../../kube/ocm/cluster.ts';
import { agentAnnotationPrefix } from '../../../kube/ocm/registration.ts';
import type { Answer, Cluster } from '../../client/cluster.ts';
import { type Backoff, retryAt } from '../../control/backoff.ts';
import { until } from '../../control/clock.ts';
import type { HubAddress, HubCredential } from './hub-credential.ts';
import { type RequestInput, requestCertificate } from './request-certificate.ts';

/** A denial is a person's decision: asking again every minute would only fill the hub with requests. */
const joinBackoff: Backoff = { first: 2_000, factor: 2, cap: 300_000, jitter: 0.3 };

export interface JoinInput extends RequestInput {
  /** The address the credential will be good for. */
  readonly address: HubAddress;
  /** How the hub may reach the cluster. */
  readonly clientConfigs: readonly ClientConfig[];
  /** Those with upstream's prefix are put on the ManagedCluster. */
  readonly annotations: Readonly<Record<string, string>>;
}

/**
 * Joins a hub with a bootstrap credential: makes the ManagedCluster, asks for a certificate, waits for both to be wanted.
 * Tries for ever; null when the signal aborts first.
 */
export async function join(input: JoinInput): Promise<HubCredential | null> {
  const { hub, log, clock, random, signal, folder, clusterName, agentName, address } = input;
  let failures = 0;
  while (!signal.aborted) {
    const made = await makeManagedCluster(hub, input);
    if (!made.ok) {
      const { reason, message } = made;
      log('warn', 'cannot create the ManagedCluster', { cluster: clusterName, reason, message });
    }
    const requested = await requestCertificate(input);
    if (requested.ok) {
      const { certificatePem, keyPem } = requested;
      const credential = { clusterName, agentName, hub: address, certificatePem, keyPem };
      folder.save(credential);
      log('info', 'joined the hub', { cluster: clusterName, hub: address.server });
      return credential;
    }
    if (signal.aborted) return null;
    failures += 1;
    log('warn', 'no certificate yet', { cluster: clusterName, why: requested.why });
    await until(retryAt(clock.now(), joinBackoff, failures, random), clock, signal);
  }
  return null;
}

/** Five characters, as upstream makes them up where no name is given. */
export function newAgentName(): string {
  const letters = 'bcdfghjklmnpqrstvwxz2456789';
  return [...randomBytes(5)].map((byte) => letters[byte % letters.length]).join('');
}

/** Makes the ManagedCluster where there is none; one that is there is left as it is. */
async function makeManagedCluster(
  hub: Cluster,
  { clusterName, clientConfigs, annotations }: JoinInput,
): Promise<Answer<unknown>> {
  const found = await hub.get(managedClusterKind, '', clusterName);
  if (found.ok || found.status !== 404) return found;
  const passed = Object.entries(annotations).filter(([key]) =>
    key.startsWith(agentAnnotationPrefix),
  );
  const object: ManagedCluster = {
    apiVersion: `${clusterGroup}/v1`,
    kind: 'ManagedCluster',
    metadata: {
      name: clusterName,
      ...(passed.length === 0 ? {} : { annotations: Object.fromEntries(passed) }),
    },
    spec: {
      hubAcceptsClient: false,
      leaseDurationSeconds: 60,
      ...(clientConfigs.length === 0 ? {} : { managedClusterClientConfigs: clientConfigs }),
    },
  };
  const created = await hub.create(object);
  return created.ok || created.reason !== 'AlreadyExists' ? created : { ok: true, value: null };
}
