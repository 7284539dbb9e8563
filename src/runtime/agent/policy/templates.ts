import { isJsonObject, type JsonObject } from '../../../base/json.ts';
import { apiVersionOf, type KubeObject, parseApiVersion, type Ref } from '../../../kube/object.ts';
import {
  configurationPolicyKind,
  type Policy,
  type PolicyDependency,
  policyGroup,
  policyKind,
  policyLabels,
} from '../../../kube/ocm/policy.ts';

/** Label of what a policy's templates became: the policy's name on the cluster. */
export const parentPolicyLabel = `${policyGroup}/policy`;

/** One template of a policy as it is to be on the cluster, or why it cannot be. */
export interface Template {
  readonly index: number;
  /** `template-<index>` where it has none. */
  readonly name: string;
  readonly ref: Ref | null;
  readonly object: KubeObject | null;
  /** Without the state in front; empty where the template is fine. */
  readonly error: string;
  readonly dependencies: readonly PolicyDependency[];
  readonly ignorePending: boolean;
}

/** The templates of a policy that is on the cluster (policy.md §2.6). Only ConfigurationPolicies are evaluated here. */
export function templatesOf(policy: Policy): readonly Template[] {
  const templates = (policy.spec?.['policy-templates'] ?? []).map((template, index) =>
    templateOf(policy, template, index),
  );
  const named = templates.filter(({ ref }) => ref !== null);
  const names = new Set(named.map(({ name, ref }) => `${ref?.kind}/${name}`));
  if (names.size === named.length) return templates;
  const error = 'There are duplicate names in configurationpolicies, please check the policy';
  return templates.map((template) => ({ ...template, ref: null, object: null, error }));
}

function templateOf(
  policy: Policy,
  template: NonNullable<Policy['spec']>['policy-templates'][number],
  index: number,
): Template {
  const dependencies = [
    ...(policy.spec?.dependencies ?? []),
    ...(template.extraDependencies ?? []),
  ];
  const base = { index, dependencies, ignorePending: template.ignorePending ?? false };
  const failed = (name: string, error: string): Template => ({
    ...base,
    name,
    ref: null,
    object: null,
    error,
  });
  const unnamed = `template-${index}`;
  const definition: unknown = template.objectDefinition;
  if (!isJsonObject(definition)) {
    return failed(unnamed, 'Failed to decode policy template with err: it is not an object');
  }
  const { apiVersion, kind, metadata } = definition;
  const name = isJsonObject(metadata) ? metadata['name'] : undefined;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') {
    return failed(
      unnamed,
      'Failed to decode policy template with err: it has no apiVersion or kind',
    );
  }
  if (typeof name !== 'string' || name === '') {
    return failed(unnamed, `Failed to get name from policy template at index ${index}`);
  }
  const { group, version } = parseApiVersion(apiVersion);
  if (group !== policyGroup || kind !== configurationPolicyKind.kind) {
    const gvk = `${group}/${version}, Kind=${kind}`;
    return failed(name, `policy-template kind is not supported: ${gvk}`);
  }
  const conflict = conflicting(dependencies);
  if (conflict !== undefined) return failed(name, conflict);
  const namespace = policy.metadata.namespace ?? '';
  return {
    ...base,
    name,
    ref: { group, version, kind, namespace, name },
    object: objectFor(policy, definition, name),
    error: '',
  };
}

function conflicting(dependencies: readonly PolicyDependency[]): string | undefined {
  const wanted = new Map<string, string>();
  for (const { kind, name, namespace = '', compliance } of dependencies) {
    const key = `${kind}/${namespace}/${name}`;
    if ((wanted.get(key) ?? compliance) !== compliance) {
      return `Dependency on ${kind} ${name} has conflicting compliance states`;
    }
    wanted.set(key, compliance);
  }
  return undefined;
}

/** Owned by the policy, labelled with it, with the policy's remediation over its own (policy.md §2.5). */
function objectFor(policy: Policy, definition: JsonObject, name: string): KubeObject {
  const { metadata, namespace = '' } = {
    metadata: isJsonObject(definition['metadata']) ? definition['metadata'] : {},
    namespace: policy.metadata.namespace,
  };
  const labels = isJsonObject(metadata['labels']) ? metadata['labels'] : {};
  const annotations = isJsonObject(metadata['annotations']) ? metadata['annotations'] : undefined;
  return {
    apiVersion: definition['apiVersion'],
    kind: definition['kind'],
    metadata: {
      name,
      namespace,
      ...(annotations && { annotations }),
      labels: {
        ...labels,
        [parentPolicyLabel]: policy.metadata.name,
        [policyLabels.clusterName]: policy.metadata.labels?.[policyLabels.clusterName] ?? namespace,
        [policyLabels.clusterNamespace]:
          policy.metadata.labels?.[policyLabels.clusterNamespace] ?? namespace,
      },
      ownerReferences: [
        {
          apiVersion: apiVersionOf(policyKind),
          kind: policyKind.kind,
          name: policy.metadata.name,
          uid: policy.metadata.uid ?? '',
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    spec: specFor(policy, isJsonObject(definition['spec']) ? definition['spec'] : {}),
  } as unknown as KubeObject;
}

function specFor(policy: Policy, spec: JsonObject): JsonObject {
  const own = spec['remediationAction'];
  if (typeof own === 'string' && own.toLowerCase() === 'informonly') {
    return { ...spec, remediationAction: 'inform' };
  }
  const over = policy.spec?.remediationAction;
  return over ? { ...spec, remediationAction: over } : spec;
}
