import type { ConditionRule, FeedbackRule, ManifestConfig } from '../../../kube/ocm/work.ts';
import { workConditions } from '../../../kube/ocm/work.ts';

/** What a kind's status says about whether it is rolled out. */
interface Tracking {
  readonly feedbackRules: readonly FeedbackRule[];
  /** CEL over `object`: true while it is not rolled out and ready. */
  readonly progressing: string;
  /** CEL over `object`: true where it will not get there. */
  readonly degraded?: string;
}

const wellKnown: readonly FeedbackRule[] = [{ type: 'WellKnownStatus' }];

// Every read has a default: upstream makes an expression that fails False, and then a rollout would go on.
const observed =
  'object.?status.?observedGeneration.orValue(0) >= object.metadata.?generation.orValue(0)';
const status = (field: string, otherwise = '0'): string =>
  `object.?status.?${field}.orValue(${otherwise})`;
const holds = (type: string, is: 'True' | 'False'): string =>
  `(c.?type.orValue("") == "${type}" && c.?status.orValue("") == "${is}")`;
const anyCondition = (...tests: readonly string[]): string =>
  `object.?status.?conditions.orValue([]).exists(c, ${tests.join(' || ')})`;

const replicas = 'object.?spec.?replicas.orValue(1)';
const partition = 'object.?spec.?updateStrategy.?rollingUpdate.?partition.orValue(0)';
const onDelete = 'object.?spec.?updateStrategy.?type.orValue("") == "OnDelete"';

/**
 * Default rules of `group/Kind` (language.md Rule 52), in CEL that upstream's agent understands too: success means
 * rolled out and ready, as `kubectl rollout status` judges.
 */
const trackings: ReadonlyMap<string, Tracking> = new Map([
  [
    'apps/Deployment',
    {
      feedbackRules: wellKnown,
      progressing: `!(${observed} && ${status('updatedReplicas')} >= ${replicas} && ${status('replicas')} <= ${status('updatedReplicas')} && ${status('availableReplicas')} >= ${status('updatedReplicas')})`,
      degraded: `${observed} && ${anyCondition(holds('Progressing', 'False'), holds('ReplicaFailure', 'True'))}`,
    },
  ],
  [
    'apps/StatefulSet',
    {
      feedbackRules: [
        {
          type: 'JSONPaths',
          jsonPaths: [
            { name: 'ReadyReplicas', path: '.status.readyReplicas' },
            { name: 'Replicas', path: '.status.replicas' },
          ],
        },
      ],
      progressing: `!(${observed} && ${status('readyReplicas')} >= ${replicas} && (${onDelete} || (${status('updatedReplicas')} >= ${replicas} - ${partition} && (${partition} > 0 || ${status('currentRevision', '""')} == ${status('updateRevision', '""')}))))`,
    },
  ],
  [
    'apps/DaemonSet',
    {
      feedbackRules: wellKnown,
      progressing: `!(${observed} && (${onDelete} || ${status('updatedNumberScheduled')} >= ${status('desiredNumberScheduled')}) && ${status('numberAvailable')} >= ${status('desiredNumberScheduled')})`,
    },
  ],
  [
    'batch/Job',
    {
      feedbackRules: wellKnown,
      progressing: `!${anyCondition(holds('Complete', 'True'))}`,
      degraded: anyCondition(holds('Failed', 'True')),
    },
  ],
]);

/** The entry of `manifestConfigs` for an object of a kind whose readiness is known; null for the others. */
export function trackingOf(
  of: {
    readonly group: string;
    readonly kind: string;
    readonly namespace: string;
    readonly name: string;
  },
  resource: string,
): ManifestConfig | null {
  const tracking = trackings.get(`${of.group}/${of.kind}`);
  if (tracking === undefined) return null;
  const { feedbackRules, progressing, degraded } = tracking;
  const { group, namespace, name } = of;
  return {
    resourceIdentifier: { group, resource, namespace, name },
    feedbackRules,
    conditionRules: [
      rule(workConditions.progressing, progressing),
      ...(degraded === undefined ? [] : [rule(workConditions.degraded, degraded)]),
    ],
  };
}

function rule(condition: string, expression: string): ConditionRule {
  return { type: 'CEL', condition, celExpressions: [expression] };
}
