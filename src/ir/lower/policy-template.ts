import type { Json, JsonObject } from '../../base/json.ts';
import { apiVersionOf, type Kind } from '../../kube/object.ts';
import {
  certificatePolicyKind,
  configurationPolicyKind,
  operatorPolicyKind,
} from '../../kube/ocm/policy.ts';
import type {
  IrCertificateTemplate,
  IrConfigTemplate,
  IrObjectTemplate,
  IrOperatorTemplate,
  IrPolicyTemplate,
} from '../program.ts';
import { merge } from './lowered.ts';

/** Templates an entry of `policy-templates` can hold. */
export type IrUpstreamTemplate = Exclude<IrPolicyTemplate, { readonly template: 'check' | 'rego' }>;

/** Whether upstream has an engine for it; what our engine judges is carried to our agents (docs/adr/0031). */
export function isUpstream(of: IrPolicyTemplate): of is IrUpstreamTemplate {
  return of.template !== 'check' && of.template !== 'rego';
}

/** The object of one template; `severity` where it has none of its own. */
export function lowerTemplate(
  template: IrUpstreamTemplate,
  severity: string | null = null,
): JsonObject {
  switch (template.template) {
    case 'config':
      return lowerConfigTemplate(template, severity);
    case 'operator':
      return objectOf(operatorPolicyKind, template, operatorSpec(template, severity));
    case 'certificate':
      return objectOf(certificatePolicyKind, template, certificateSpec(template, severity));
    case 'object':
      return template.object;
  }
}

/** A ConfigurationPolicy. */
export function lowerConfigTemplate(
  template: IrConfigTemplate,
  severity: string | null = null,
): JsonObject {
  return objectOf(configurationPolicyKind, template, configSpec(template, severity));
}

type EngineTemplate = IrConfigTemplate | IrOperatorTemplate | IrCertificateTemplate;

function objectOf(
  kind: Kind,
  { name, labels, annotations, raw }: EngineTemplate,
  spec: JsonObject,
): JsonObject {
  const object = {
    apiVersion: apiVersionOf(kind),
    kind: kind.kind,
    metadata: {
      name,
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
    },
    spec,
  };
  return raw === undefined ? object : merge(object, raw);
}

function commonSpec({ remediation, severity }: EngineTemplate, usual: string | null): JsonObject {
  const said = severity ?? usual;
  return {
    ...(remediation === undefined ? {} : { remediationAction: remediation }),
    ...(said === null ? {} : { severity: said }),
  };
}

function configSpec(template: IrConfigTemplate, severity: string | null): JsonObject {
  const { namespaceSelector, prune, interval, message, objectsRaw } = template;
  return {
    ...commonSpec(template, severity),
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

function operatorSpec(template: IrOperatorTemplate, severity: string | null): JsonObject {
  const { operatorGroup, versions, removalBehavior, complianceConfig } = template;
  return {
    ...commonSpec(template, severity),
    complianceType: template.complianceType,
    ...(operatorGroup === undefined ? {} : { operatorGroup }),
    subscription: json(template.subscription),
    ...(versions === undefined ? {} : { versions }),
    upgradeApproval: template.upgradeApproval,
    ...(removalBehavior === undefined ? {} : { removalBehavior: json(removalBehavior) }),
    ...(complianceConfig === undefined ? {} : { complianceConfig: json(complianceConfig) }),
  };
}

function certificateSpec(template: IrCertificateTemplate, severity: string | null): JsonObject {
  const { namespaceSelector, labelSelector } = template;
  const { minimumDuration, minimumCADuration, maximumDuration, maximumCADuration } = template;
  const { allowedSANPattern, disallowedSANPattern } = template;
  return {
    ...commonSpec(template, severity),
    ...(namespaceSelector === null ? {} : { namespaceSelector: namespaceSelector as Json }),
    ...(labelSelector === undefined ? {} : { labelSelector }),
    ...(minimumDuration === undefined ? {} : { minimumDuration }),
    ...(minimumCADuration === undefined ? {} : { minimumCADuration }),
    ...(maximumDuration === undefined ? {} : { maximumDuration }),
    ...(maximumCADuration === undefined ? {} : { maximumCADuration }),
    ...(allowedSANPattern === undefined ? {} : { allowedSANPattern }),
    ...(disallowedSANPattern === undefined ? {} : { disallowedSANPattern }),
  };
}

function json(of: object): JsonObject {
  return of as JsonObject;
}
