import type {
  ConditionRule,
  DeleteOption,
  FeedbackRule,
  IgnoreFields,
  ManifestConfig,
  ResourceIdentifier,
  UpdateStrategy,
} from '../../kube/ocm/work.ts';
import type {
  IrAddOn,
  IrApp,
  IrCarriedSource,
  IrConfigRef,
  IrInstall,
  IrManifest,
  IrPlaced,
  IrRolloutStrategy,
  IrSupportedConfig,
  IrWindow,
} from '../program.ts';
import { countOrPercent, jsonObject, origin } from './base.ts';
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
  tagged,
  text,
  words,
} from './describe.ts';
import { expr } from './expr.ts';
import { node } from './node.ts';

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

const resourceIdentifier = object<ResourceIdentifier>({
  group: optional(text),
  resource: text,
  name: text,
  namespace: optional(text),
});

type JsonPath = NonNullable<FeedbackRule['jsonPaths']>[number];
type Apply = NonNullable<UpdateStrategy['serverSideApply']>;

const manifestConfig = named<ManifestConfig>('ManifestConfig', () =>
  object<ManifestConfig>({
    resourceIdentifier,
    feedbackRules: optional(
      list(
        object<FeedbackRule>({
          type: words('WellKnownStatus', 'JSONPaths'),
          jsonPaths: optional(
            list(object<JsonPath>({ name: text, path: text, version: optional(text) })),
          ),
        }),
      ),
    ),
    feedbackScrapeType: optional(words('Poll', 'Watch')),
    updateStrategy: optional(
      object<UpdateStrategy>({
        type: words('Update', 'CreateOnly', 'ServerSideApply', 'ReadOnly'),
        serverSideApply: optional(
          object<Apply>({
            force: optional(boolean),
            fieldManager: optional(text),
            ignoreFields: optional(
              list(
                object<IgnoreFields>({
                  condition: words('OnSpokePresent', 'OnSpokeChange'),
                  jsonPaths: optional(list(text)),
                  jsonPointers: optional(list(text)),
                  jqPathExpressions: optional(list(text)),
                }),
              ),
            ),
          }),
        ),
      }),
    ),
    conditionRules: optional(
      list(
        object<ConditionRule>({
          type: words('WellKnownConditions', 'CEL'),
          condition: text,
          celExpressions: optional(list(text)),
          message: optional(text),
          messageExpression: optional(text),
        }),
      ),
    ),
  }),
);

type Orphans = NonNullable<DeleteOption['selectivelyOrphans']>;

const deleteOption = object<DeleteOption>({
  propagationPolicy: optional(words('Foreground', 'Orphan', 'SelectivelyOrphan')),
  selectivelyOrphans: optional(
    object<Orphans>({ orphaningRules: optional(list(resourceIdentifier)) }),
  ),
  ttlSecondsAfterFinished: optional(integer()),
});

const weekday = words('Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday');

type Carried<S extends IrCarriedSource['source']> = Extract<
  IrCarriedSource,
  { readonly source: S }
>;

const carriedSource = tagged({ name: 'IrCarriedSource', by: 'source' }, () => [
  object<Carried<'helm'>>({
    source: literal('helm'),
    repository: text,
    chart: text,
    version: nullable(text),
    values: nullable(jsonObject),
    name: nullable(text),
    namespace: nullable(text),
  }),
  object<Carried<'git'>>({
    source: literal('git'),
    url: text,
    ref: nullable(text),
    path: nullable(text),
  }),
]);

type Account = NonNullable<IrApp['executor']>;

/** A workload and what carries it. */
export const app = named<IrApp>('IrApp', () =>
  object<IrApp>({
    ...node('app'),
    via: optional(words('replicaset', 'argocd', 'subscription')),
    on: list(object<IrPlaced>({ placement: text, rollout: nullable(rolloutStrategy) })),
    manifests: list(object<IrManifest>({ origin, object: expr })),
    manifestConfigs: optional(list(manifestConfig)),
    deleteOption: optional(deleteOption),
    executor: optional(object<Account>({ namespace: text, name: text })),
    window: optional(
      object<IrWindow>({
        mode: words('active', 'blocked'),
        ranges: list(text),
        zone: text,
        days: list(weekday),
      }),
    ),
    cascade: optional(words('Background', 'Foreground')),
    sources: optional(list(carriedSource)),
    bare: optional(boolean),
  }),
);

type Default = NonNullable<IrSupportedConfig['default']>;

/** An add-on and where it is installed. */
export const addon = named<IrAddOn>('IrAddOn', () =>
  object<IrAddOn>({
    ...node('addon'),
    displayName: nullable(text),
    description: nullable(text),
    lifecycle: nullable(words('addon-manager', 'self')),
    supports: list(
      object<IrSupportedConfig>({
        group: text,
        resource: text,
        default: optional(object<Default>({ namespace: optional(text), name: text })),
      }),
    ),
    install: nullable(
      list(
        object<IrInstall>({
          placement: text,
          namespace: text,
          rollout: nullable(rolloutStrategy),
          configs: list(
            object<IrConfigRef>({
              group: text,
              resource: text,
              namespace: optional(text),
              name: text,
            }),
          ),
        }),
      ),
    ),
  }),
);
