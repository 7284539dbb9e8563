import { jsonEqual } from '../../../base/json.ts';
import type { Namespace } from '../../../kube/core.ts';
import { quoteGo } from '../../../kube/go-text.ts';
import { dnsLabelFaults } from '../../../kube/names.ts';
import type { KubeObject } from '../../../kube/object.ts';
import {
  type ClusterTaint,
  clusterGroup,
  clusterSetLabel,
  type ManagedCluster,
  type ManagedClusterSetBinding,
} from '../../../kube/ocm/cluster.ts';
import { agentAnnotationPrefix, agentPrefix } from '../../../kube/ocm/registration.ts';
import { labelOf } from '../../../kube/selector.ts';
import type { Store } from '../../store/store.ts';
import type { Authorizer } from '../authz/role-index.ts';
import { badRequest, forbidden, type Refusal } from '../refusal.ts';
import type { Requester } from '../request/requester.ts';
import { resourceName } from '../resources/resource.ts';
import type { Admission, AdmissionInput } from './admission.ts';

const defaultSet = 'default';

/** What upstream's webhooks see to for ManagedClusters and bindings of sets (ocm/pkg/registration/webhook). */
export function clusterAdmission(
  store: Store,
  authorizer: Authorizer,
  now: () => string,
): Admission {
  return {
    name: 'Clusters',
    mutate: (input) => {
      if (!isAbout(input, 'managedclusters')) return input.object;
      const labelled = inSomeSet(input.object);
      const old = input.old as ManagedCluster | null;
      return withTaintTimes(labelled as ManagedCluster, old, now());
    },
    validate: (input) => {
      if (input.object === null) return null;
      if (isAbout(input, 'managedclusters')) {
        return agentFault(input) ?? clusterFault(store, authorizer, input);
      }
      if (isAbout(input, 'managedclustersetbindings')) return bindingFault(authorizer, input);
      return null;
    },
  };
}

function isAbout({ resource, subresource }: AdmissionInput, plural: string): boolean {
  return resource.group === clusterGroup && resource.plural === plural && subresource === '';
}

function inSomeSet(object: KubeObject): KubeObject {
  const { metadata } = object;
  if (labelOf(metadata.labels, clusterSetLabel)) return object;
  const labels = { ...metadata.labels, [clusterSetLabel]: defaultSet };
  return { ...object, metadata: { ...metadata, labels } };
}

/** The server says since when a taint is there. Upstream refuses an unchanged taint without a time; we keep its time. */
function withTaintTimes(
  cluster: ManagedCluster,
  old: ManagedCluster | null,
  now: string,
): KubeObject | Refusal {
  const taints = cluster.spec?.taints;
  if (!Array.isArray(taints) || taints.length === 0) return cluster;
  const refused: string[] = [];
  const timed = (taints as readonly ClusterTaint[]).map((taint): ClusterTaint => {
    const before = old?.spec?.taints?.find(({ key }) => key === taint.key);
    const same =
      before !== undefined &&
      before.effect === taint.effect &&
      (before.value ?? '') === (taint.value ?? '');
    const fixed = same ? (before.timeAdded ?? now) : now;
    if (old !== null && taint.timeAdded && !(same && taint.timeAdded === before.timeAdded)) {
      refused.push(taint.key);
    }
    return { ...taint, timeAdded: fixed };
  });
  if (refused.length > 0) {
    return badRequest(`It is not allowed to set TimeAdded of Taint ${quoteGo(refused.join(','))}.`);
  }
  return { ...cluster, spec: { ...cluster.spec, taints: timed } };
}

function clusterFault(store: Store, authorizer: Authorizer, input: AdmissionInput): Refusal | null {
  const cluster = input.object as ManagedCluster;
  const old = input.old as ManagedCluster | null;
  const { name } = cluster.metadata;
  const faults = [
    ...dnsLabelFaults(name).map((fault) => `metadata.name format is not correct: ${fault}`),
    ...(cluster.spec?.managedClusterClientConfigs ?? [])
      .filter(({ url }) => !isHttps(url))
      .map(({ url }) => `url ${quoteGo(String(url))} is invalid in client configs`),
  ];
  if (faults.length > 0) return badRequest(faults.join('\n'));
  const accepts = cluster.spec?.hubAcceptsClient === true;
  if (accepts && old?.spec?.hubAcceptsClient !== true) {
    const refusal = mayNotAccept(store, authorizer, input.requester, name);
    if (refusal !== null) return refusal;
  }
  const before = labelOf(old?.metadata.labels, clusterSetLabel) ?? '';
  const after = labelOf(cluster.metadata.labels, clusterSetLabel) ?? '';
  if (before === after) return null;
  const sets = [before, after].filter((set) => set !== '' && !(old === null && set === defaultSet));
  for (const set of sets) {
    if (mayDo(authorizer, input.requester, 'join', set)) continue;
    const of = { group: clusterGroup, name: 'managedclustersets/join' };
    const why = `user ${quoteGo(input.requester.name)} cannot add/remove a ManagedCluster to/from ManagedClusterSet ${quoteGo(set)}`;
    return forbidden(of, set, why);
  }
  return null;
}

/**
 * What the hub says of a cluster, its agent may not change: a placement can rely on it (`trust: hub`). Upstream lets
 * agents update their whole ManagedCluster.
 */
function agentFault({ object, old, requester, resource, name }: AdmissionInput): Refusal | null {
  if (object === null || old === null || !requester.name.startsWith(agentPrefix)) return null;
  const says = ({ metadata, spec }: ManagedCluster) => [
    metadata.labels ?? {},
    Object.entries(metadata.annotations ?? {}).filter(
      ([key]) => !key.startsWith(agentAnnotationPrefix),
    ),
    spec?.taints ?? [],
  ];
  if (jsonEqual(says(object as ManagedCluster), says(old as ManagedCluster))) return null;
  const why = `an agent may not change the labels and taints of its cluster, nor annotations without the prefix ${agentAnnotationPrefix}`;
  return forbidden(resourceName(resource), name, why);
}

function isHttps(url: unknown): boolean {
  if (typeof url !== 'string') return false;
  try {
    const parsed = new URL(url);
    return parsed.protocol === 'https:' && parsed.host !== '';
  } catch {
    return false;
  }
}

function mayNotAccept(
  store: Store,
  authorizer: Authorizer,
  requester: Requester,
  name: string,
): Refusal | null {
  const of = { group: clusterGroup, name: 'managedclusters/accept' };
  const key = { group: '', resource: 'namespaces', namespace: '', name };
  const namespace = store.get(key)?.object() as Namespace | undefined;
  if (namespace?.status?.phase === 'Terminating') {
    return forbidden(of, name, `cluster namespace ${quoteGo(name)} is terminating`);
  }
  const attempted = {
    verb: 'update',
    group: 'register.open-cluster-management.io',
    resource: 'managedclusters',
    subresource: 'accept',
    namespace: '',
    name,
  };
  if (authorizer.authorize(requester, attempted).allowed) return null;
  return forbidden(
    of,
    name,
    `user ${quoteGo(requester.name)} cannot update the HubAcceptsClient field`,
  );
}

function mayDo(
  authorizer: Authorizer,
  requester: Requester,
  subresource: 'join' | 'bind',
  name: string,
): boolean {
  const attempted = {
    ...{ verb: 'create', group: clusterGroup, resource: 'managedclustersets' },
    ...{ subresource, namespace: '', name },
  };
  return authorizer.authorize(requester, attempted).allowed;
}

function bindingFault(authorizer: Authorizer, input: AdmissionInput): Refusal | null {
  const { metadata, spec } = input.object as ManagedClusterSetBinding;
  const set = spec?.clusterSet ?? '';
  if (metadata.name !== set) {
    return badRequest(
      'The ManagedClusterSetBinding must have the same name as the target ManagedClusterSet',
    );
  }
  if (input.operation !== 'CREATE' || mayDo(authorizer, input.requester, 'bind', set)) return null;
  const of = { group: clusterGroup, name: 'managedclustersets/bind' };
  const user = quoteGo(input.requester.name);
  return forbidden(of, set, `user ${user} is not allowed to bind cluster set ${quoteGo(set)}`);
}
