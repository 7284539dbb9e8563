import { type Json, type JsonObject, jsonEqual } from '../../base/json.ts';
import type { KubeObject } from '../../kube/object.ts';
import type {
  ConditionRule,
  DeleteOption,
  FeedbackRule,
  IgnoreFields,
  ManifestConfig,
  ResourceIdentifier,
  UpdateStrategy,
} from '../../kube/ocm/work.ts';
import type { IrApp, IrManifest, IrPlaced } from '../program.ts';
import {
  integerAt,
  labelled,
  listAt,
  nodeOf,
  nowhere,
  objectAt,
  objectsAt,
  textAt,
  textsAt,
  wordAt,
} from './read.ts';
import { liftStrategy } from './strategy.ts';

/**
 * A ManifestWorkReplicaSet as IR. What is not exactly what the IR can say is left out; `lift` keeps that in `raw`.
 */
export function liftReplicaSet(object: KubeObject): IrApp {
  const spec = objectAt(object.spec);
  const template = objectAt(spec['manifestWorkTemplate']);
  const cascade = wordAt(spec['cascadeDeletionPolicy'], ['Background', 'Foreground']);
  return {
    kind: 'app',
    via: 'replicaset',
    ...nodeOf(object),
    ...labelled(object),
    on: listAt(spec['placementRefs']).map(placedOf),
    manifests: listAt(objectAt(template['workload'])['manifests']).map(manifestOf),
    ...optionsOf(template),
    ...(cascade === null ? {} : { cascade }),
  };
}

/** What a ManifestWork says besides its manifests. */
export function optionsOf(
  work: JsonObject,
): Pick<IrApp, 'manifestConfigs' | 'deleteOption' | 'executor'> {
  const manifestConfigs = exactly(work['manifestConfigs'], (of) => listAt(of).map(configOf));
  const deleteOption = exactly(work['deleteOption'], (of) => deleteOptionOf(objectAt(of)));
  const executor = executorOf(work['executor']);
  return {
    ...(manifestConfigs === undefined ? {} : { manifestConfigs }),
    ...(deleteOption === undefined ? {} : { deleteOption }),
    ...(executor === undefined ? {} : { executor }),
  };
}

function placedOf(of: Json): IrPlaced {
  const { name, rolloutStrategy } = objectAt(of);
  return { placement: textAt(name) ?? '', rollout: liftStrategy(rolloutStrategy) };
}

function manifestOf(object: Json): IrManifest {
  return { origin: nowhere, object: { op: 'const', type: 'json', value: object } };
}

/** What `read` makes of a value, where that is all the value says; undefined where it says more, or something else. */
function exactly<T>(value: Json | undefined, read: (value: Json) => T): T | undefined {
  if (value === undefined) return undefined;
  const made = read(value);
  return jsonEqual(made as Json, value) ? made : undefined;
}

function identifierOf(of: Json | undefined): ResourceIdentifier {
  const { group, resource, name, namespace } = objectAt(of);
  return {
    ...(typeof group === 'string' ? { group } : {}),
    resource: textAt(resource) ?? '',
    name: textAt(name) ?? '',
    ...(typeof namespace === 'string' ? { namespace } : {}),
  };
}

function configOf(of: Json): ManifestConfig {
  const config = objectAt(of);
  const scrape = wordAt(config['feedbackScrapeType'], ['Poll', 'Watch']);
  return {
    resourceIdentifier: identifierOf(config['resourceIdentifier']),
    ...(config['feedbackRules'] === undefined
      ? {}
      : { feedbackRules: listAt(config['feedbackRules']).map(feedbackOf) }),
    ...(scrape === null ? {} : { feedbackScrapeType: scrape }),
    ...(config['updateStrategy'] === undefined
      ? {}
      : { updateStrategy: updateOf(objectAt(config['updateStrategy'])) }),
    ...(config['conditionRules'] === undefined
      ? {}
      : { conditionRules: listAt(config['conditionRules']).map(ruleOf) }),
  };
}

function feedbackOf(of: Json): FeedbackRule {
  const { type, jsonPaths } = objectAt(of);
  return {
    type: wordAt(type, ['WellKnownStatus', 'JSONPaths']) ?? 'WellKnownStatus',
    ...(jsonPaths === undefined
      ? {}
      : {
          jsonPaths: objectsAt(jsonPaths, ({ name, path, version }) => ({
            name: textAt(name) ?? '',
            path: textAt(path) ?? '',
            ...(typeof version === 'string' ? { version } : {}),
          })),
        }),
  };
}

function updateOf({ type, serverSideApply }: JsonObject): UpdateStrategy {
  const of = objectAt(serverSideApply);
  const { force, fieldManager, ignoreFields } = of;
  const strategies = ['Update', 'CreateOnly', 'ServerSideApply', 'ReadOnly'] as const;
  return {
    type: wordAt(type, strategies) ?? 'Update',
    ...(serverSideApply === undefined
      ? {}
      : {
          serverSideApply: {
            ...(typeof force === 'boolean' ? { force } : {}),
            ...(typeof fieldManager === 'string' ? { fieldManager } : {}),
            ...(ignoreFields === undefined
              ? {}
              : { ignoreFields: listAt(ignoreFields).map(ignoreOf) }),
          },
        }),
  };
}

function ignoreOf(of: Json): IgnoreFields {
  const { condition, jsonPaths, jsonPointers, jqPathExpressions } = objectAt(of);
  return {
    condition: wordAt(condition, ['OnSpokePresent', 'OnSpokeChange']) ?? 'OnSpokePresent',
    ...(jsonPaths === undefined ? {} : { jsonPaths: textsAt(jsonPaths) }),
    ...(jsonPointers === undefined ? {} : { jsonPointers: textsAt(jsonPointers) }),
    ...(jqPathExpressions === undefined ? {} : { jqPathExpressions: textsAt(jqPathExpressions) }),
  };
}

function ruleOf(of: Json): ConditionRule {
  const { type, condition, celExpressions, message, messageExpression } = objectAt(of);
  return {
    type: wordAt(type, ['WellKnownConditions', 'CEL']) ?? 'CEL',
    condition: textAt(condition) ?? '',
    ...(celExpressions === undefined ? {} : { celExpressions: textsAt(celExpressions) }),
    ...(typeof message === 'string' ? { message } : {}),
    ...(typeof messageExpression === 'string' ? { messageExpression } : {}),
  };
}

function deleteOptionOf(of: JsonObject): DeleteOption {
  const { selectivelyOrphans, ttlSecondsAfterFinished } = of;
  const policies = ['Foreground', 'Orphan', 'SelectivelyOrphan'] as const;
  const propagationPolicy = wordAt(of['propagationPolicy'], policies);
  const rules = objectAt(selectivelyOrphans)['orphaningRules'];
  const ttl = integerAt(ttlSecondsAfterFinished);
  return {
    ...(propagationPolicy === null ? {} : { propagationPolicy }),
    ...(selectivelyOrphans === undefined
      ? {}
      : {
          selectivelyOrphans:
            rules === undefined ? {} : { orphaningRules: listAt(rules).map(identifierOf) },
        }),
    ...(ttl === null ? {} : { ttlSecondsAfterFinished: ttl }),
  };
}

function executorOf(of: Json | undefined): IrApp['executor'] {
  const { type, serviceAccount } = objectAt(objectAt(of)['subject']);
  const { namespace, name } = objectAt(serviceAccount);
  const isAccount = type === 'ServiceAccount' && serviceAccount !== undefined;
  return isAccount && typeof namespace === 'string' && typeof name === 'string'
    ? { namespace, name }
    : undefined;
}
