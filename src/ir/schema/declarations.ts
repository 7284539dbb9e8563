import type {
  DeclKind,
  IrApp,
  IrBinding,
  IrClusterSet,
  IrComplianceType,
  IrDecisionGroup,
  IrDecl,
  IrManifest,
  IrNamespaceSelector,
  IrObjectTemplate,
  IrPlaced,
  IrPlacement,
  IrPolicy,
  IrPolicyTemplate,
  IrPrioritizer,
  IrPrioritizerPolicy,
  IrResource,
  IrRolloutStrategy,
  IrToleration,
} from '../program.ts';
import {
  countOrPercent,
  jsonObject,
  labelSelector,
  origin,
  selectorFields,
  texts,
} from './base.ts';
import {
  boolean,
  either,
  integer,
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

/** The fields every declaration has. */
function node<const K extends DeclKind>(kind: K) {
  return {
    kind: literal(kind),
    name: text,
    namespace: text,
    origin,
    labels: optional(texts),
    annotations: optional(texts),
    raw: optional(jsonObject),
  };
}

const clusterSet = named<IrClusterSet>('IrClusterSet', () =>
  object<IrClusterSet>({ ...node('clusterset'), selector: nullable(labelSelector) }),
);

const binding = named<IrBinding>('IrBinding', () =>
  object<IrBinding>({ ...node('binding'), clusterSet: text }),
);

type By<T extends IrPrioritizer['by']['type']> = Extract<IrPrioritizer['by'], { readonly type: T }>;

const prioritizer = object<IrPrioritizer>({
  by: tagged({ name: 'IrPrioritizerBy', by: 'type' }, () => [
    object<By<'BuiltIn'>>({ type: literal('BuiltIn'), name: text }),
    object<By<'AddOn'>>({ type: literal('AddOn'), resource: text, score: text }),
  ]),
  weight: integer(),
});

const toleration = object<IrToleration>({
  key: optional(text),
  operator: optional(text),
  value: optional(text),
  effect: optional(text),
  tolerationSeconds: optional(integer()),
});

const placement = named<IrPlacement>('IrPlacement', () =>
  object<IrPlacement>({
    ...node('placement'),
    clusterSets: list(text),
    where: expr,
    numberOfClusters: nullable(integer()),
    prioritizerPolicy: nullable(
      object<IrPrioritizerPolicy>({
        mode: nullable(text),
        configurations: list(prioritizer),
      }),
    ),
    sortBy: nullable(words('ClusterName', 'Score')),
    tolerations: list(toleration),
    groups: list(object<IrDecisionGroup>({ name: text, where: expr })),
    clustersPerDecisionGroup: nullable(countOrPercent),
    via: nullable(words('engine', 'upstream')),
  }),
);

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

const policyTemplate = named<IrPolicyTemplate>('IrPolicyTemplate', () =>
  object<IrPolicyTemplate>({
    template: literal('config'),
    name: text,
    origin,
    severity: nullable(text),
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
    remediation: optional(text),
    prune: optional(words('None', 'DeleteIfCreated', 'DeleteAll')),
    interval: byCompliance,
    message: byCompliance,
    objectsRaw: optional(text),
    labels: optional(texts),
    annotations: optional(texts),
    raw: optional(jsonObject),
  }),
);

const policy = named<IrPolicy>('IrPolicy', () =>
  object<IrPolicy>({
    ...node('policy'),
    on: list(text),
    enforceOn: list(text),
    remediation: nullable(words('inform', 'enforce')),
    disabled: boolean,
    severity: nullable(text),
    standards: list(text),
    categories: list(text),
    controls: list(text),
    description: nullable(text),
    templates: list(policyTemplate),
  }),
);

const rolloutStrategy = named<IrRolloutStrategy>('IrRolloutStrategy', () =>
  object<IrRolloutStrategy>({
    type: words('All', 'Progressive', 'ProgressivePerGroup'),
    minSuccessTime: nullable(text),
    progressDeadline: nullable(text),
    maxFailures: nullable(countOrPercent),
    maxConcurrency: nullable(countOrPercent),
    mandatoryDecisionGroups: list(
      either(
        object<{ readonly groupName: string }>({ groupName: text }),
        object<{ readonly groupIndex: number }>({ groupIndex: integer() }),
      ),
    ),
  }),
);

const app = named<IrApp>('IrApp', () =>
  object<IrApp>({
    ...node('app'),
    on: list(object<IrPlaced>({ placement: text, rollout: rolloutStrategy })),
    manifests: list(object<IrManifest>({ origin, object: expr })),
  }),
);

const resource = named<IrResource>('IrResource', () =>
  object<IrResource>({ ...node('resource'), object: jsonObject }),
);

/** Any declaration. */
export const declaration: Schema<IrDecl> = tagged({ name: 'IrDecl', by: 'kind' }, () => [
  clusterSet,
  binding,
  placement,
  policy,
  app,
  resource,
]);
