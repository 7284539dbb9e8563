import type { Json, JsonObject } from '../../../src/base/json.ts';
import {
  evaluate,
  type PolicyInput,
  type PolicyOutcome,
} from '../../../src/engine/policy/evaluate.ts';
import type { KindLookup } from '../../../src/engine/policy/ports.ts';
import { liftConfigurationPolicy } from '../../../src/ir/lift/configuration-policy.ts';
import type { IrConfigTemplate } from '../../../src/ir/program.ts';
import { kindInfo } from '../../../src/kube/kinds.ts';
import type { KubeObject } from '../../../src/kube/object.ts';

/** The kinds of Kubernetes, in their stable version. */
export const kinds: KindLookup = (of) => {
  const info = kindInfo(of);
  return info?.version === of.version ? info : undefined;
};

/** A ConfigurationPolicy with these object templates. */
export function policy(
  templates: readonly Json[],
  spec: { readonly [field: string]: Json } = {},
): IrConfigTemplate {
  return liftConfigurationPolicy({
    metadata: { name: 'probe' },
    spec: { ...spec, 'object-templates': templates },
  });
}

/** One object template. */
export function template(
  complianceType: string,
  objectDefinition: JsonObject,
  more: JsonObject = {},
): JsonObject {
  return { complianceType, objectDefinition, ...more };
}

/** A Deployment `x` in `default` with this content. */
export function deployment(content: JsonObject = {}, metadata: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'x', namespace: 'default', ...metadata },
    ...content,
  };
}

export function object(of: JsonObject): KubeObject {
  return of as unknown as KubeObject;
}

export function namespace(name: string, labels: Readonly<Record<string, string>> = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

/** What a policy finds among these objects. */
export function judge(
  of: IrConfigTemplate,
  objects: readonly JsonObject[],
  more: Partial<PolicyInput> = {},
): PolicyOutcome {
  return evaluate({
    policy: of,
    remediation: 'inform',
    kinds,
    namespaces: [namespace('default')],
    objects: objects.map(object),
    ...more,
  });
}
