import { formatInstant, type Instant, instant, parseInstant, plus } from '../../../base/instant.ts';
import { type Json, jsonEqual } from '../../../base/json.ts';
import { setConditions } from '../../../kube/conditions.ts';
import {
  type Deployment,
  type DeploymentCondition,
  type DeploymentStatus,
  deploymentKind,
  namespaceKind,
} from '../../../kube/core.ts';
import { parseDuration, toMillis } from '../../../kube/duration.ts';
import { type Condition, keyOf, parseKey, refOf } from '../../../kube/object.ts';
import {
  type Controller,
  done,
  type Index,
  indexed,
  type Outcome,
  watch,
} from '../../control/controller.ts';

/** On a Deployment or its Namespace: how long a rollout takes, for example `3s`. */
export const delayAnnotation = 'simulator.ocmlang.dev/delay';
/** On a Deployment or its Namespace: `"true"` lets nothing get ready, until it is taken away. */
export const brokenAnnotation = 'simulator.ocmlang.dev/broken';
/** Set on the conditions' messages, so that nobody takes a simulated status for a real one. */
export const simulated = 'simulated: no container runs on a local cluster';

const defaultDelay = 500;
const defaultDeadlineSeconds = 600;

const deploymentsOfNamespace: Index<Deployment> = {
  name: 'deployments-of-namespace',
  kind: deploymentKind,
  keys: ({ metadata }) => [metadata.namespace ?? ''],
};

/**
 * The Deployment status **simulator** of local clusters, which have no nodes: replicas get ready after a delay, an image
 * with the tag `broken` never does and runs into its progress deadline. Conditions are worded as the deployment
 * controller words them, and say that they are simulated.
 */
export const deploymentSimulator: Controller = {
  name: 'deployment-simulator',
  indexes: [indexed(deploymentsOfNamespace)],
  watches: [
    watch({ kind: deploymentKind, keys: (deployment: Deployment) => [keyOf(deployment)] }),
    watch({
      kind: namespaceKind,
      keys: ({ metadata }, snapshot) =>
        snapshot.list(deploymentsOfNamespace, metadata.name).map(keyOf),
    }),
  ],
  reconcile(key, snapshot, now): Outcome {
    const { namespace, name } = parseKey(key);
    const deployment = snapshot.get(deploymentKind, namespace, name);
    if (deployment === undefined || deployment.metadata.deletionTimestamp) return done;
    const annotations = {
      ...snapshot.get(namespaceKind, '', namespace)?.metadata.annotations,
      ...deployment.metadata.annotations,
    };
    const { status, again } = simulate(deployment, annotations, now);
    if (jsonEqual(status, deployment.status)) return again ? { actions: [], again } : done;
    return {
      actions: [
        {
          do: 'patchStatus',
          of: refOf(deployment),
          status: { ...cleared, ...status } as unknown as Json,
        },
      ],
      ...(again && { again }),
    };
  },
};

// A merge patch removes only what it names.
const cleared = { readyReplicas: null, availableReplicas: null, unavailableReplicas: null };

interface Simulated {
  readonly status: DeploymentStatus;
  readonly again?: Instant;
}
type Phase = 'waiting' | 'ready' | 'failed' | 'paused' | 'lost';

function simulate(
  deployment: Deployment,
  annotations: Readonly<Record<string, string>>,
  now: Instant,
): Simulated {
  const replicas = deployment.spec?.replicas ?? 1;
  const started = rolloutStart(deployment, now);
  const seconds = deployment.spec?.progressDeadlineSeconds ?? defaultDeadlineSeconds;
  const dark = annotations[brokenAnnotation] === 'true';
  const due = {
    broken: dark || hasBrokenImage(deployment),
    readyAt: plus(started, delayOf(annotations[delayAnnotation])),
    failsAt: plus(started, seconds * 1000),
  };
  const phase = phaseOf(deployment, due, now);
  // Pods of the version before serve on until those of the new one are ready.
  const before = dark || phase === 'lost' ? 0 : (deployment.status?.availableReplicas ?? 0);
  const old = phase === 'ready' ? 0 : Math.min(before, replicas);
  const available = phase === 'ready' ? replicas : old;
  return {
    status: {
      observedGeneration: deployment.metadata.generation ?? 0,
      replicas,
      updatedReplicas: old > 0 ? 0 : replicas,
      ...(available > 0 && { readyReplicas: available, availableReplicas: available }),
      ...(replicas > available && { unavailableReplicas: replicas - available }),
      conditions: conditions(deployment, { phase, started, now, available: available >= replicas }),
    },
    ...(phase === 'waiting' && { again: due.broken ? due.failsAt : due.readyAt }),
  };
}

interface Due {
  readonly broken: boolean;
  readonly readyAt: Instant;
  readonly failsAt: Instant;
}

function phaseOf(deployment: Deployment, { broken, readyAt, failsAt }: Due, now: Instant): Phase {
  if (deployment.spec?.paused === true) return 'paused';
  if (!broken) return now >= readyAt ? 'ready' : 'waiting';
  if (isComplete(deployment)) return 'lost';
  return now >= failsAt ? 'failed' : 'waiting';
}

/** Whether this generation has been rolled out before: what breaks then is no rollout. */
function isComplete({ metadata, status }: Deployment): boolean {
  const progressing = status?.conditions?.find(({ type }) => type === 'Progressing');
  return (
    status?.observedGeneration === metadata.generation &&
    progressing?.reason === 'NewReplicaSetAvailable'
  );
}

/**
 * When the rollout of the current generation began: the condition's time keeps it between passes. Times of Kubernetes
 * have whole seconds, so it is rounded up: nothing is ever ready too early.
 */
function rolloutStart({ metadata, status }: Deployment, now: Instant): Instant {
  const rounded = instant(Math.ceil(now / 1000) * 1000);
  if (status?.observedGeneration !== metadata.generation) return rounded;
  const progressing = status?.conditions?.find(({ type }) => type === 'Progressing');
  return parseInstant(progressing?.lastUpdateTime ?? '') ?? rounded;
}

function hasBrokenImage({ spec }: Deployment): boolean {
  const containers = spec?.template?.spec?.containers ?? [];
  return containers.some(({ image }) => image?.endsWith(':broken') === true);
}

function delayOf(text: string | undefined): number {
  const parsed = parseDuration(text ?? '');
  return parsed.ok ? toMillis(parsed.nanos) : defaultDelay;
}

interface Told {
  readonly phase: Phase;
  readonly started: Instant;
  readonly now: Instant;
  readonly available: boolean;
}

function conditions(
  { metadata, status }: Deployment,
  { phase, started, now, available }: Told,
): readonly DeploymentCondition[] {
  const set = setConditions(
    status?.conditions,
    [
      {
        type: 'Available',
        status: available ? 'True' : 'False',
        reason: available ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
        message: `Deployment ${available ? 'has' : 'does not have'} minimum availability. (${simulated})`,
      },
      { type: 'Progressing', ...progressing(metadata.name, phase) },
    ],
    now,
  );
  return set.map((condition) =>
    condition.type === 'Progressing'
      ? { ...condition, lastUpdateTime: formatInstant(started) }
      : condition,
  );
}

function progressing(name: string, phase: Phase): Pick<Condition, 'status' | 'reason' | 'message'> {
  const set = `ReplicaSet "${name}"`;
  const [status, reason, what] = (
    {
      waiting: ['True', 'ReplicaSetUpdated', `${set} is progressing.`],
      ready: ['True', 'NewReplicaSetAvailable', `${set} has successfully progressed.`],
      lost: ['True', 'NewReplicaSetAvailable', `${set} has successfully progressed.`],
      failed: ['False', 'ProgressDeadlineExceeded', `${set} has timed out progressing.`],
      paused: ['Unknown', 'DeploymentPaused', 'Deployment is paused'],
    } as const
  )[phase];
  return { status, reason, message: `${what} (${simulated})` };
}
