import { jsonHash } from '../../../src/base/hash.ts';
import { instant } from '../../../src/base/instant.ts';
import type { JsonObject } from '../../../src/base/json.ts';
import { type KubeObject, parseApiVersion } from '../../../src/kube/object.ts';
import type { AppliedManifestWork, ManifestWork } from '../../../src/kube/ocm/work.ts';
import type { WorkAgentOptions } from '../../../src/runtime/agent/manifest-work.ts';
import { manifestHashAnnotation } from '../../../src/runtime/agent/manifests.ts';

export const now = instant(Date.UTC(2026, 0, 2, 3, 4, 5));

export const options: WorkAgentOptions = {
  clusterName: 'c1',
  hubHash: 'hash',
  agentId: 'agent',
  cel: () => ({ ok: false, error: 'no CEL here' }),
};

export const deployment: JsonObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { replicas: 2 },
};
export const namespace: JsonObject = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'shop' },
};

export function work(
  manifests: readonly JsonObject[],
  more: { spec?: object; status?: ManifestWork['status']; metadata?: object } = {},
): ManifestWork {
  return {
    apiVersion: 'work.open-cluster-management.io/v1',
    kind: 'ManifestWork',
    metadata: {
      name: 'shop-web',
      namespace: 'c1',
      generation: 3,
      resourceVersion: '7',
      finalizers: ['cluster.open-cluster-management.io/manifest-work-cleanup'],
      ...more.metadata,
    },
    spec: { workload: { manifests }, ...more.spec },
    ...(more.status && { status: more.status }),
  };
}

export function record(
  status?: AppliedManifestWork['status'],
  metadata: object = {},
): AppliedManifestWork {
  return {
    apiVersion: 'work.open-cluster-management.io/v1',
    kind: 'AppliedManifestWork',
    metadata: {
      name: 'hash-shop-web',
      uid: 'record-uid',
      resourceVersion: '1',
      finalizers: ['cluster.open-cluster-management.io/applied-manifest-work-cleanup'],
      ...metadata,
    },
    spec: { hubHash: 'hash', manifestWorkName: 'shop-web', agentID: 'agent' },
    ...(status && { status }),
  };
}

/** A record that knows of manifests that are about to be applied. */
export function expecting(...manifests: readonly JsonObject[]): AppliedManifestWork {
  return record({
    appliedResources: manifests.map((manifest) => {
      const { apiVersion, kind, metadata } = manifest as {
        apiVersion: string;
        kind: string;
        metadata: { name: string; namespace?: string };
      };
      const { group, version } = parseApiVersion(apiVersion);
      const { name, namespace = '' } = metadata;
      return { group, version, resource: `${kind.toLowerCase()}s`, namespace, name };
    }),
  });
}

export const owner = {
  apiVersion: 'work.open-cluster-management.io/v1',
  kind: 'AppliedManifestWork',
  name: 'hash-shop-web',
  uid: 'record-uid',
};
export const otherOwner = { ...owner, name: 'hash-other', uid: 'other-uid' };

/** What the cluster holds after a manifest was applied. */
export function live(
  manifest: JsonObject,
  more: { metadata?: object; status?: unknown } = {},
): KubeObject {
  const metadata = manifest['metadata'] as JsonObject;
  return {
    ...manifest,
    metadata: {
      ...metadata,
      uid: `uid-${String(metadata['name'])}`,
      resourceVersion: '5',
      annotations: { [manifestHashAnnotation]: jsonHash(manifest) },
      ownerReferences: [owner],
      ...more.metadata,
    },
    ...(more.status !== undefined && { status: more.status }),
  } as unknown as KubeObject;
}
