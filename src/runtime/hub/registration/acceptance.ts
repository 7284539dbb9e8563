import { formatInstant, type Instant } from '../../../base/instant.ts';
import { isTrue } from '../../../kube/conditions.ts';
import {
  type CertificateSigningRequest,
  certificateSigningRequestKind,
  clusterRoleBindingKind,
  clusterRoleKind,
  namespaceKind,
  roleBindingKind,
} from '../../../kube/core.ts';
import { type Kind, type KubeObject, type Ref, refOf } from '../../../kube/object.ts';
import {
  clusterConditions,
  clusterNameLabel,
  type ManagedCluster,
  managedClusterKind,
} from '../../../kube/ocm/cluster.ts';
import { acceptedOnAnnotation, clusterFinalizers } from '../../../kube/ocm/registration.ts';
import { manifestWorkKind, workFinalizers } from '../../../kube/ocm/work.ts';
import {
  type Action,
  type Controller,
  done,
  type Index,
  indexed,
  type Outcome,
  type Projection,
  type Snapshot,
  watch,
} from '../../control/controller.ts';
import { agentRequestSelector, recognize } from './approval.ts';
import {
  aboutCluster,
  addFinalizer,
  ifVersion,
  patchCondition,
  removeFinalizer,
} from './cluster-patch.ts';
import { fieldManager, type RegistrationOptions } from './options.ts';
import {
  clusterRoleBindingOf,
  clusterRoleOf,
  policyBindingOf,
  registrationBindingOf,
  roleNames,
  workBindingOf,
} from './rbac.ts';

/** How many works each namespace holds: whether any is left decides when rights are taken away. */
export const worksByNamespace: Projection<Map<string, number>> = {
  name: 'registration/works-by-namespace',
  kinds: [{ kind: manifestWorkKind }],
  create: () => new Map(),
  change: (into, before, now) => {
    const namespace = (now ?? before)?.metadata.namespace ?? '';
    const count = (into.get(namespace) ?? 0) + (now ? 1 : 0) - (before ? 1 : 0);
    if (count === 0) into.delete(namespace);
    else into.set(namespace, count);
  },
};

const requestsByCluster: Index<CertificateSigningRequest> = {
  name: 'registration/requests-by-cluster',
  kind: certificateSigningRequestKind,
  keys: ({ metadata }) => [metadata.labels?.[clusterNameLabel] ?? ''],
};

/**
 * Lets clusters in and out (ocm pkg/registration/hub/managedcluster/controller.go): an accepted cluster gets a namespace and
 * its agent rights; a denied or deleted one loses them, the right to clean up works last. The namespace stays.
 */
export function acceptanceController(options: RegistrationOptions): Controller {
  const ofLabel = ({ metadata }: KubeObject): readonly string[] => {
    const cluster = metadata.labels?.[clusterNameLabel];
    return cluster ? [cluster] : [];
  };
  const rbac = (kind: Kind) => watch({ kind, labelSelector: clusterNameLabel, keys: ofLabel });
  return {
    name: 'registration-acceptance',
    watches: [
      watch({ kind: managedClusterKind, keys: ({ metadata }) => [metadata.name] }),
      rbac(namespaceKind),
      rbac(clusterRoleKind),
      rbac(clusterRoleBindingKind),
      rbac(roleBindingKind),
      watch({
        kind: manifestWorkKind,
        // Works come by the thousand; they matter only to a cluster that is on its way out.
        keys: ({ metadata }, snapshot) => {
          const cluster = snapshot.get(managedClusterKind, '', metadata.namespace ?? '');
          const leaves = cluster === undefined || isDeleting(cluster) || !isAccepted(cluster);
          return leaves && metadata.namespace ? [metadata.namespace] : [];
        },
      }),
      watch({
        kind: certificateSigningRequestKind,
        labelSelector: agentRequestSelector,
        keys: ofLabel,
      }),
    ],
    indexes: [indexed(requestsByCluster)],
    projections: [worksByNamespace as Projection<unknown>],
    reconcile: (name, snapshot, now): Outcome => {
      const cluster = snapshot.get(managedClusterKind, '', name);
      if (cluster === undefined) return { actions: removeAccess(name, snapshot).actions };
      if (isDeleting(cluster)) return leave(cluster, snapshot);
      if (mayAcceptItself(cluster, snapshot, options)) return acceptItself(cluster, now);
      if (isAccepted(cluster)) return accept(cluster, { snapshot, now, options });
      return deny(cluster, { snapshot, now, options });
    },
  };
}

interface Pass {
  readonly snapshot: Snapshot;
  readonly now: Instant;
  readonly options: RegistrationOptions;
}

function isDeleting({ metadata }: ManagedCluster): boolean {
  return metadata.deletionTimestamp !== undefined;
}

function isAccepted({ spec }: ManagedCluster): boolean {
  return spec?.hubAcceptsClient === true;
}

/**
 * Once in its life the hub may accept a cluster by itself; afterwards an administrator can still deny it. Upstream accepts
 * every cluster where the feature is on; by default only one whose agent was let in by a listed user.
 */
function mayAcceptItself(
  { metadata }: ManagedCluster,
  snapshot: Snapshot,
  options: RegistrationOptions,
): boolean {
  const users = options.autoApprovedUsers ?? [];
  if (users.length === 0 || metadata.annotations?.[acceptedOnAnnotation] !== undefined)
    return false;
  if (options.compat === 'upstream') return true;
  return snapshot
    .list(requestsByCluster, metadata.name)
    .some((csr) => users.includes(csr.spec?.username ?? '') && recognize(csr, options).ok);
}

function acceptItself(cluster: ManagedCluster, now: Instant): Outcome {
  const annotations = { [acceptedOnAnnotation]: formatInstant(now) };
  const spec = isAccepted(cluster) ? {} : { spec: { hubAcceptsClient: true } };
  const patch = { metadata: { annotations }, ...spec };
  return { actions: [{ do: 'patch', of: refOf(cluster), patch, ...ifVersion(cluster) }] };
}

function accept(cluster: ManagedCluster, { snapshot, now, options }: Pass): Outcome {
  const { name } = cluster.metadata;
  const labels = options.labels ?? {};
  const objects = [
    namespaceOf(name, labels),
    clusterRoleOf(name, true, labels),
    clusterRoleBindingOf(name, labels),
    registrationBindingOf(name, labels),
    workBindingOf(name, labels),
    ...(options.compat === 'upstream' ? [] : [policyBindingOf(name, labels)]),
  ];
  const failures = objects.flatMap((object) => {
    const failure = snapshot.attempt(refOf(object))?.failure ?? null;
    return failure === null ? [] : [failure.message];
  });
  const message = `managed cluster ${name} is accepted by hub cluster admin`;
  const finalizer = addFinalizer(cluster, clusterFinalizers.access);
  const isNew = !isTrue(cluster.status?.conditions, clusterConditions.hubAccepted);
  return {
    actions: [
      ...present(finalizer),
      ...objects.map(apply),
      // The finalizer makes a new version of the cluster: the condition is for the pass that has seen it.
      ...(finalizer === null
        ? [
            patchCondition(
              cluster,
              failures.length === 0 ? acceptedCondition : errorCondition(failures),
              now,
            ),
            ...(failures.length === 0 && isNew
              ? [record(name, 'ManagedClusterAccepted', message)]
              : []),
          ]
        : []),
    ],
  };
}

function deny(cluster: ManagedCluster, { snapshot, now, options }: Pass): Outcome {
  const { name } = cluster.metadata;
  const conditions = cluster.status?.conditions ?? [];
  const known = conditions.some(({ type }) => type === clusterConditions.hubAccepted);
  // Never accepted: nothing at all is made for it.
  if (!known) return done;
  const labels = options.labels ?? {};
  const wasAccepted = isTrue(conditions, clusterConditions.hubAccepted);
  const message = `managed cluster ${name} is denied by hub cluster admin`;
  const bindings = removeBindings(name, snapshot);
  return {
    actions: [
      apply(clusterRoleOf(name, false, labels)),
      apply(clusterRoleBindingOf(name, labels)),
      ...bindings.actions,
      // As long as works are left the agent goes on with cleaning up, and the cluster counts as accepted.
      ...(bindings.worksLeft ? [] : [patchCondition(cluster, deniedCondition, now)]),
      ...(wasAccepted && !bindings.worksLeft
        ? [record(name, 'ManagedClusterDenied', message)]
        : []),
    ],
  };
}

/** The way out: rights first, but for those to clean up works; then, when no work is left, those and the finalizer. */
function leave(cluster: ManagedCluster, snapshot: Snapshot): Outcome {
  const removed = removeAccess(cluster.metadata.name, snapshot);
  return {
    actions: [
      ...removed.actions,
      ...(removed.worksLeft ? [] : present(removeFinalizer(cluster, clusterFinalizers.access))),
    ],
  };
}

interface Removed {
  readonly actions: readonly Action[];
  readonly worksLeft: boolean;
}

function removeAccess(name: string, snapshot: Snapshot): Removed {
  const role = roleNames.ofCluster(name);
  const bindings = removeBindings(name, snapshot);
  return {
    actions: [
      ...remove(snapshot.get(clusterRoleKind, '', role)),
      ...remove(snapshot.get(clusterRoleBindingKind, '', role)),
      ...bindings.actions,
    ],
    worksLeft: bindings.worksLeft,
  };
}

function removeBindings(name: string, snapshot: Snapshot): Removed {
  const worksLeft = snapshot.projection(worksByNamespace).has(name);
  const binding = (of: string) => snapshot.get(roleBindingKind, name, of);
  const work = binding(roleNames.workBinding(name));
  return {
    worksLeft,
    actions: [
      ...remove(binding(roleNames.registrationBinding(name))),
      ...remove(binding(roleNames.policyBinding(name))),
      ...remove(work),
      ...(work?.metadata.deletionTimestamp === undefined || worksLeft
        ? []
        : present(removeFinalizer(work, workFinalizers.manifestWork))),
    ],
  };
}

function remove(object: KubeObject | undefined): readonly Action[] {
  if (object === undefined || object.metadata.deletionTimestamp !== undefined) return [];
  const { uid } = object.metadata;
  return [{ do: 'delete', of: refOf(object), ...(uid === undefined ? {} : { ifUid: uid }) }];
}

function apply(object: KubeObject): Action {
  return { do: 'apply', object, fieldManager, force: true };
}

function present(action: Action | null): readonly Action[] {
  return action === null ? [] : [action];
}

function record(cluster: string, reason: string, message: string): Action {
  const about: Ref = aboutCluster(cluster);
  return { do: 'record', about, reason, message };
}

function namespaceOf(name: string, labels: Readonly<Record<string, string>>): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: { ...labels, [clusterNameLabel]: name } },
  };
}

const acceptedCondition = {
  type: clusterConditions.hubAccepted,
  status: 'True',
  reason: 'HubClusterAdminAccepted',
  message: 'Accepted by hub cluster admin',
} as const;
const deniedCondition = {
  type: clusterConditions.hubAccepted,
  status: 'False',
  reason: 'HubClusterAdminDenied',
  message: 'Denied by hub cluster admin',
} as const;

function errorCondition(failures: readonly string[]) {
  return {
    type: clusterConditions.hubAccepted,
    status: 'False',
    reason: 'Error',
    message: failures.join('\n'),
  } as const;
}
