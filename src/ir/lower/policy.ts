import type { Json, JsonObject } from '../../base/json.ts';
import { apiVersionOf, type KubeObject } from '../../kube/object.ts';
import { clusterGroup, placementKind } from '../../kube/ocm/cluster.ts';
import {
  configurationPolicyKind,
  type PlacementBinding,
  placementBindingKind,
  policyGroup,
  policyKind,
} from '../../kube/ocm/policy.ts';
import type { IrObjectTemplate, IrPolicy, IrPolicyTemplate, IrRemediation } from '../program.ts';
import { type LoweredDecl, merge, objectOf, objects } from './lowered.ts';

/** Annotations of a Policy that say what it is for. */
export const policyAnnotations = {
  standards: 'policy.open-cluster-management.io/standards',
  categories: 'policy.open-cluster-management.io/categories',
  controls: 'policy.open-cluster-management.io/controls',
  description: 'policy.open-cluster-management.io/description',
} as const;

/** A Policy with its ConfigurationPolicies, and a PlacementBinding for each placement (Rules 42, 43, 45, 65). */
export function lowerPolicy(decl: IrPolicy): LoweredDecl {
  const remediationAction = remediationOf(decl);
  const spec = {
    ...(remediationAction === null ? {} : { remediationAction }),
    disabled: decl.disabled,
    'policy-templates': decl.templates.map((template) => ({
      objectDefinition: lowerTemplate(template, decl.severity),
    })),
  };
  return objects(
    objectOf(policyKind, decl, { spec }, annotationsOf(decl)),
    ...decl.on.map((placement) => bindingOf(decl, placement, false)),
    ...decl.enforceOn.map((placement) => bindingOf(decl, placement, true)),
  );
}

/** The ConfigurationPolicy of one template; `severity` where it has none of its own. */
export function lowerTemplate(
  template: IrPolicyTemplate,
  severity: string | null = null,
): JsonObject {
  const { name, labels, annotations, raw } = template;
  const object = {
    apiVersion: apiVersionOf(configurationPolicyKind),
    kind: configurationPolicyKind.kind,
    metadata: {
      name,
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
    },
    spec: templateSpec(template, template.severity ?? severity),
  };
  return raw === undefined ? object : merge(object, raw);
}

function templateSpec(template: IrPolicyTemplate, severity: string | null): JsonObject {
  const { remediation, namespaceSelector, prune, interval, message, objectsRaw } = template;
  return {
    ...(remediation === undefined ? {} : { remediationAction: remediation }),
    ...(severity === null ? {} : { severity }),
    ...(namespaceSelector === null ? {} : { namespaceSelector: namespaceSelector as Json }),
    ...(prune === undefined ? {} : { pruneObjectBehavior: prune }),
    ...(interval === undefined ? {} : { evaluationInterval: interval }),
    ...(message === undefined ? {} : { customMessage: message }),
    ...(objectsRaw === undefined
      ? { 'object-templates': template.objects.map(objectTemplate) }
      : { 'object-templates-raw': objectsRaw }),
  };
}

function objectTemplate(of: IrObjectTemplate): JsonObject {
  const { complianceType, metadataComplianceType, objectSelector, recreate, recordDiff } = of;
  return {
    complianceType,
    ...(metadataComplianceType === undefined ? {} : { metadataComplianceType }),
    ...(objectSelector === undefined ? {} : { objectSelector: objectSelector as Json }),
    ...(recreate === undefined ? {} : { recreateOption: recreate }),
    ...(recordDiff === undefined ? {} : { recordDiff }),
    objectDefinition: of.definition,
  };
}

// Upstream demands a remediation of the policy or of each template; `inform` is what the language says by default.
function remediationOf({ remediation, templates }: IrPolicy): IrRemediation | null {
  if (remediation !== null) return remediation;
  const own = templates.length > 0 && templates.every((of) => of.remediation !== undefined);
  return own ? null : 'inform';
}

function annotationsOf(decl: IrPolicy): Readonly<Record<string, string>> {
  const { standards, categories, controls, description } = decl;
  return {
    ...(standards.length > 0 ? { [policyAnnotations.standards]: standards.join(', ') } : {}),
    ...(categories.length > 0 ? { [policyAnnotations.categories]: categories.join(', ') } : {}),
    ...(controls.length > 0 ? { [policyAnnotations.controls]: controls.join(', ') } : {}),
    ...(description === null ? {} : { [policyAnnotations.description]: description }),
  };
}

/** The binding of a policy to a placement; a restricted one makes the policy enforce where it is placed anyway. */
export function bindingOf(
  { name, namespace }: Pick<IrPolicy, 'name' | 'namespace'>,
  placement: string,
  enforce: boolean,
): KubeObject {
  const binding: PlacementBinding = {
    apiVersion: apiVersionOf(placementBindingKind),
    kind: placementBindingKind.kind,
    metadata: {
      name: `${name}-${enforce ? 'enforce' : 'on'}-${placement}`,
      ...(namespace === '' ? {} : { namespace }),
    },
    placementRef: { apiGroup: clusterGroup, kind: placementKind.kind, name: placement },
    subjects: [{ apiGroup: policyGroup, kind: 'Policy', name }],
    ...(enforce
      ? { bindingOverrides: { remediationAction: 'enforce' }, subFilter: 'restricted' }
      : {}),
  };
  return binding;
}
