import { programGroup } from '../../../ir/program-object.ts';
import { apiVersionOf, type Ref } from '../../../kube/object.ts';
import {
  type Policy,
  type PolicyDependency,
  type PolicySet,
  policyGroup,
  policyKind,
  policyLabels,
  policySetKind,
} from '../../../kube/ocm/policy.ts';
import type { Index, Snapshot } from '../../control/controller.ts';
import type { ClusterPlacing } from './bindings.ts';

const policyApiVersion = apiVersionOf(policyKind);

/** Copies by `namespace/name` of their root. */
export const copiesOfRoot: Index<Policy> = {
  name: 'copies-of-root',
  kind: policyKind,
  keys: (policy) => {
    const root = rootOf(policy);
    return root === undefined ? [] : [root];
  },
};

/** Name of a copy: `<namespace>.<name>` of its root. */
export function copyName({ metadata }: Policy): string {
  return `${metadata.namespace ?? ''}.${metadata.name}`;
}

/** `namespace/name` of the root of a copy, undefined for a root. Namespaces have no dots, names may. */
export function rootOf({ metadata }: Policy): string | undefined {
  const label = metadata.labels?.[policyLabels.rootPolicy];
  const dot = label?.indexOf('.') ?? -1;
  if (label === undefined || dot < 1) return undefined;
  return `${label.slice(0, dot)}/${label.slice(dot + 1)}`;
}

/**
 * The copy of a root for one cluster (governance-policy-propagator/controllers/propagator/replication.go:40). Our own
 * labels stay behind: a copy belongs to its root, not to a Program.
 */
export function copyFor(
  root: Policy,
  cluster: string,
  { placing, snapshot }: { readonly placing: ClusterPlacing; readonly snapshot: Snapshot },
): Policy {
  const { spec, metadata } = root;
  const all = spec?.copyPolicyMetadata !== false;
  const copied = (of: Readonly<Record<string, string>> | undefined) =>
    Object.fromEntries(
      Object.entries(of ?? {}).filter(
        ([key]) => !isOurs(key) && !isOfApplying(key) && (all || key.startsWith(`${policyGroup}/`)),
      ),
    );
  return {
    apiVersion: policyApiVersion,
    kind: policyKind.kind,
    metadata: {
      name: copyName(root),
      namespace: cluster,
      labels: {
        ...copied(metadata.labels),
        [policyLabels.clusterName]: cluster,
        [policyLabels.clusterNamespace]: cluster,
        [policyLabels.rootPolicy]: copyName(root),
      },
      annotations: {
        ...copied(metadata.annotations),
        'argocd.argoproj.io/compare-options': 'IgnoreExtraneous',
      },
    },
    spec: specFor(root, placing, snapshot),
  };
}

function isOurs(key: string): boolean {
  return key.startsWith(`${programGroup}/`);
}

// What says how the root itself was applied is not true of the copy.
function isOfApplying(key: string): boolean {
  return (
    key === 'kubectl.kubernetes.io/last-applied-configuration' ||
    key === 'policy.open-cluster-management.io/trigger-update'
  );
}

function specFor(
  root: Policy,
  placing: ClusterPlacing,
  snapshot: Snapshot,
): NonNullable<Policy['spec']> {
  const spec = root.spec ?? { disabled: false, 'policy-templates': [] };
  const namespace = root.metadata.namespace ?? '';
  const canonical = (dependencies: readonly PolicyDependency[]) =>
    dependencies.flatMap((dependency) => canonicalDependency(dependency, namespace, snapshot));
  const enforces = spec.remediationAction?.toLowerCase() === 'enforce';
  return {
    ...spec,
    ...(!enforces && placing.enforce !== null && { remediationAction: placing.enforce }),
    ...(spec.dependencies && { dependencies: canonical(spec.dependencies) }),
    'policy-templates': (spec['policy-templates'] ?? []).map((template) => ({
      ...template,
      ...(template.extraDependencies && {
        extraDependencies: canonical(template.extraDependencies),
      }),
    })),
  };
}

/** Dependencies are named as on the cluster: a set by its members, a policy by `<namespace>.<name>` (replication.go:143). */
function canonicalDependency(
  dependency: PolicyDependency,
  rootNamespace: string,
  snapshot: Snapshot,
): readonly PolicyDependency[] {
  const { apiVersion, kind, name, compliance } = dependency;
  const namespace = dependency.namespace || rootNamespace;
  if (kind === 'PolicySet' && apiVersion === apiVersionOf(policySetKind)) {
    const set: PolicySet | undefined = snapshot.get(policySetKind, namespace, name);
    if (set === undefined) return [{ ...dependency, namespace }];
    return (set.spec?.policies ?? []).map((policy) => ({
      apiVersion: policyApiVersion,
      kind: policyKind.kind,
      name: `${namespace}.${policy}`,
      compliance,
    }));
  }
  if (kind !== policyKind.kind || apiVersion !== policyApiVersion) return [dependency];
  // Upstream's rule, dot and all: the same root has to mean the same on clusters of either hub.
  if (!dependency.namespace && name.includes('.')) return [dependency];
  return [{ apiVersion, kind, name: `${namespace}.${name}`, compliance }];
}

/** The policy sets a copy's dependencies are made of. */
export function setsInDependencies({ spec, metadata }: Policy): readonly Ref[] {
  const extra = (spec?.['policy-templates'] ?? []).flatMap((of) => of.extraDependencies ?? []);
  return [...(spec?.dependencies ?? []), ...extra]
    .filter(
      ({ apiVersion, kind }) => kind === 'PolicySet' && apiVersion === apiVersionOf(policySetKind),
    )
    .map(({ name, namespace }) => ({
      ...policySetKind,
      namespace: namespace || (metadata.namespace ?? ''),
      name,
    }));
}

/** Whether a template is to be resolved on the hub. */
export function hasHubTemplate(root: Policy): boolean {
  return JSON.stringify(root.spec?.['policy-templates'] ?? []).includes('{{hub');
}
