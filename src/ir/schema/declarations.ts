import type {
  IrBinding,
  IrClusterSet,
  IrDecisionGroup,
  IrDecl,
  IrGuard,
  IrPlacement,
  IrPrioritizer,
  IrPrioritizerPolicy,
  IrResource,
  IrSpread,
  IrToleration,
} from '../program.ts';
import { countOrPercent, jsonObject, labelSelector } from './base.ts';
import { addon, app } from './delivery.ts';
import {
  boolean,
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
import { node } from './node.ts';
import { policy, policySet } from './policy.ts';

const clusterSet = named<IrClusterSet>('IrClusterSet', () =>
  object<IrClusterSet>({
    ...node('clusterset'),
    selector: nullable(labelSelector),
    namespaces: optional(list(text)),
  }),
);

const binding = named<IrBinding>('IrBinding', () =>
  object<IrBinding>({ ...node('binding'), clusterSet: text }),
);

type By<T extends IrPrioritizer['by']['type']> = Extract<IrPrioritizer['by'], { readonly type: T }>;

const prioritizer = object<IrPrioritizer>({
  by: tagged({ name: 'IrPrioritizerBy', by: 'type' }, () => [
    object<By<'BuiltIn'>>({ type: literal('BuiltIn'), name: text }),
    object<By<'AddOn'>>({ type: literal('AddOn'), resource: text, score: text }),
    object<By<'Expr'>>({ type: literal('Expr'), expr }),
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

const spread = object<IrSpread>({
  topologyKey: text,
  topologyKeyType: words('Label', 'Claim'),
  maxSkew: optional(integer()),
  whenUnsatisfiable: optional(words('DoNotSchedule', 'ScheduleAnyway')),
});

const guard = object<IrGuard>({
  neverEmpty: optional(boolean),
  removeAtMost: optional(countOrPercent),
  within: optional(text),
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
    spread: optional(list(spread)),
    groups: list(object<IrDecisionGroup>({ name: text, where: expr })),
    clustersPerDecisionGroup: nullable(countOrPercent),
    rescore: optional(text),
    guard: optional(guard),
    trust: optional(text),
    via: nullable(words('engine', 'upstream')),
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
  policySet,
  app,
  addon,
  resource,
]);
