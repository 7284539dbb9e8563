import type {
  IrBindingName,
  IrCertificateTemplate,
  IrCheckTemplate,
  IrComplianceConfig,
  IrComplianceType,
  IrConfigTemplate,
  IrDependency,
  IrEach,
  IrExclusion,
  IrNamespaceSelector,
  IrObjectDefinition,
  IrObjectTemplate,
  IrOperatorTemplate,
  IrPolicy,
  IrPolicySet,
  IrPolicyTemplate,
  IrRegoTemplate,
  IrRemovalBehavior,
  IrSubscription,
  IrWasm,
} from '../program.ts';
import { jsonObject, labelSelector, origin, selectorFields, texts } from './base.ts';
import {
  boolean,
  list,
  literal,
  named,
  nullable,
  object,
  optional,
  type Schema,
  tagged,
  text,
  words,
} from './describe.ts';
import { expr } from './expr.ts';
import { node } from './node.ts';

const namespaceSelector = object<IrNamespaceSelector>({
  ...selectorFields,
  include: optional(list(text)),
  exclude: optional(list(text)),
  terminatingInclusion: optional(words('Default', 'IfMatch', 'Never')),
});

const complianceType: Schema<IrComplianceType> = words('musthave', 'mustonlyhave', 'mustnothave');
const byCompliance = optional(
  object<{ readonly compliant?: string; readonly noncompliant?: string }>({
    compliant: optional(text),
    noncompliant: optional(text),
  }),
);

const bindingName = object<IrBindingName>({ placement: text, enforce: boolean, name: text });

const dependency = named<IrDependency>('IrDependency', () =>
  object<IrDependency>({
    apiVersion: text,
    kind: text,
    name: text,
    namespace: optional(text),
    compliance: words('Compliant', 'NonCompliant', 'Pending'),
  }),
);

/** The fields every template of a policy has. */
function templateNode<const T extends IrPolicyTemplate['template']>(template: T) {
  return {
    template: literal(template),
    name: text,
    origin,
    after: optional(list(dependency)),
    ignorePending: optional(boolean),
  };
}

/** The same for templates of upstream's own engines. */
function engineTemplate<const T extends 'config' | 'operator' | 'certificate'>(template: T) {
  return {
    ...templateNode(template),
    severity: nullable(text),
    remediation: optional(text),
    labels: optional(texts),
    annotations: optional(texts),
    raw: optional(jsonObject),
  };
}

const configTemplate = named<IrConfigTemplate>('IrConfigTemplate', () =>
  object<IrConfigTemplate>({
    ...engineTemplate('config'),
    namespaceSelector: nullable(namespaceSelector),
    objects: list(
      object<IrObjectTemplate>({
        complianceType,
        origin,
        definition: jsonObject,
        metadataComplianceType: optional(complianceType),
        objectSelector: optional(labelSelector),
        recreate: optional(words('None', 'IfRequired', 'Always')),
        recordDiff: optional(words('Log', 'InStatus', 'None')),
      }),
    ),
    prune: optional(words('None', 'DeleteIfCreated', 'DeleteAll')),
    interval: byCompliance,
    message: byCompliance,
    objectsRaw: optional(text),
  }),
);

const removal = optional(words('Keep', 'Delete', 'DeleteIfUnused'));
const tolerance = optional(words('Compliant', 'NonCompliant'));

const operatorTemplate = named<IrOperatorTemplate>('IrOperatorTemplate', () =>
  object<IrOperatorTemplate>({
    ...engineTemplate('operator'),
    complianceType: words('musthave', 'mustnothave'),
    subscription: object<IrSubscription>({
      name: text,
      namespace: optional(text),
      channel: optional(text),
      source: optional(text),
      sourceNamespace: optional(text),
    }),
    operatorGroup: optional(jsonObject),
    versions: optional(list(text)),
    upgradeApproval: words('None', 'Automatic'),
    removalBehavior: optional(
      object<IrRemovalBehavior>({
        operatorGroups: removal,
        subscriptions: removal,
        clusterServiceVersions: removal,
        customResourceDefinitions: removal,
      }),
    ),
    complianceConfig: optional(
      object<IrComplianceConfig>({
        catalogSourceUnhealthy: tolerance,
        deploymentsUnavailable: tolerance,
        upgradesAvailable: tolerance,
        deprecationsPresent: tolerance,
        minorChannelUpgradeAvailable: tolerance,
      }),
    ),
  }),
);

const certificateTemplate = named<IrCertificateTemplate>('IrCertificateTemplate', () =>
  object<IrCertificateTemplate>({
    ...engineTemplate('certificate'),
    namespaceSelector: nullable(namespaceSelector),
    labelSelector: optional(texts),
    minimumDuration: optional(text),
    minimumCADuration: optional(text),
    maximumDuration: optional(text),
    maximumCADuration: optional(text),
    allowedSANPattern: optional(text),
    disallowedSANPattern: optional(text),
  }),
);

const objectDefinition = named<IrObjectDefinition>('IrObjectDefinition', () =>
  object<IrObjectDefinition>({ ...templateNode('object'), object: jsonObject }),
);

function objectCheck<const T extends 'check' | 'rego'>(template: T) {
  return {
    ...templateNode(template),
    severity: nullable(text),
    each: object<IrEach>({ group: text, version: text, kind: text, namespaced: nullable(boolean) }),
    namespaceSelector: nullable(namespaceSelector),
    message: nullable(expr),
  };
}

const checkTemplate = named<IrCheckTemplate>('IrCheckTemplate', () =>
  object<IrCheckTemplate>({
    ...objectCheck('check'),
    where: nullable(expr),
    require: expr,
    via: words('engine', 'admission'),
  }),
);

const regoTemplate = named<IrRegoTemplate>('IrRegoTemplate', () =>
  object<IrRegoTemplate>({
    ...objectCheck('rego'),
    allow: optional(text),
    deny: optional(text),
    source: text,
    data: jsonObject,
    wasm: nullable(object<IrWasm>({ sha256: text, gzip: text })),
  }),
);

const policyTemplate: Schema<IrPolicyTemplate> = tagged(
  { name: 'IrPolicyTemplate', by: 'template' },
  () => [
    configTemplate,
    operatorTemplate,
    certificateTemplate,
    objectDefinition,
    checkTemplate,
    regoTemplate,
  ],
);

/** A policy. */
export const policy = named<IrPolicy>('IrPolicy', () =>
  object<IrPolicy>({
    ...node('policy'),
    on: list(text),
    enforceOn: list(text),
    bindingNames: optional(list(bindingName)),
    remediation: nullable(words('inform', 'enforce')),
    disabled: boolean,
    severity: nullable(text),
    standards: list(text),
    categories: list(text),
    controls: list(text),
    description: nullable(text),
    after: optional(list(dependency)),
    hubServiceAccount: optional(text),
    copyMetadata: optional(boolean),
    templates: list(policyTemplate),
  }),
);

/** A set of policies. */
export const policySet = named<IrPolicySet>('IrPolicySet', () =>
  object<IrPolicySet>({
    ...node('policyset'),
    description: nullable(text),
    policies: list(text),
    exclusions: optional(
      list(object<IrExclusion>({ policy: text, clusters: list(text), reason: optional(text) })),
    ),
    on: list(text),
    bindingNames: optional(list(bindingName)),
  }),
);
