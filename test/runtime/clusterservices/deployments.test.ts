import { expect, test } from 'vitest';
import { type Instant, instant, plus } from '../../../src/base/instant.ts';
import type { Deployment } from '../../../src/kube/core.ts';
import type { KubeObject } from '../../../src/kube/object.ts';
import {
  brokenAnnotation,
  delayAnnotation,
  deploymentSimulator,
} from '../../../src/runtime/clusterservices/deployments/controller.ts';
import { snapshotOf } from '../../support/snapshot.ts';

const start = instant(Date.UTC(2026, 0, 1));

function deployment(image: string, annotations: Record<string, string> = {}): Deployment {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop', generation: 1, annotations },
    spec: {
      replicas: 3,
      progressDeadlineSeconds: 10,
      template: { spec: { containers: [{ name: 'web', image }] } },
    },
  } as Deployment;
}
const namespace = (annotations: Record<string, string> = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'shop', annotations },
});

/** The Deployment after a pass, and when the next one is due. */
function pass(object: Deployment, at: Instant, inNamespace = namespace()) {
  const outcome = deploymentSimulator.reconcile('shop/web', snapshotOf([object, inNamespace]), at);
  const [action] = outcome.actions;
  const status =
    action?.do === 'patchStatus'
      ? JSON.parse(JSON.stringify(action.status), (_, value) => value ?? undefined)
      : object.status;
  return { object: { ...object, status } as Deployment, again: outcome.again };
}
const progressing = ({ status }: Deployment) =>
  status?.conditions?.find(({ type }) => type === 'Progressing');

test('replicas get ready after the delay, and the status says that it is simulated', () => {
  const first = pass(deployment('web:1', { [delayAnnotation]: '3s' }), start);
  expect(first.object.status).toMatchObject({ replicas: 3, unavailableReplicas: 3 });
  expect(first.object.status?.readyReplicas).toBeUndefined();
  expect(first.again).toBe(plus(start, 3000));
  const second = pass(first.object, plus(start, 3000));
  expect(second.object.status).toMatchObject({ observedGeneration: 1, readyReplicas: 3 });
  expect(second.object.status?.unavailableReplicas).toBeUndefined();
  expect(progressing(second.object)).toMatchObject({
    status: 'True',
    reason: 'NewReplicaSetAvailable',
  });
  expect(progressing(second.object)?.message).toContain('simulated');
  expect(pass(second.object, plus(start, 9000))).toEqual({ object: second.object });
});

test('an image tagged broken never gets ready and runs into its progress deadline', () => {
  const first = pass(deployment('registry.example.com/web:broken'), start);
  expect(first.again).toBe(plus(start, 10_000));
  const late = pass(first.object, plus(start, 10_000));
  expect(late.object.status?.readyReplicas).toBeUndefined();
  expect(progressing(late.object)).toMatchObject({
    status: 'False',
    reason: 'ProgressDeadlineExceeded',
  });
});

test('a broken namespace lets nothing get ready until it is mended', () => {
  const ready = pass(pass(deployment('web:1'), start).object, plus(start, 2000)).object;
  const broken = pass(ready, plus(start, 3000), namespace({ [brokenAnnotation]: 'true' }));
  expect(broken.object.status?.readyReplicas).toBeUndefined();
  const mended = pass(broken.object, plus(start, 4000));
  expect(mended.object.status?.readyReplicas).toBe(3);
});

test('a new generation starts anew', () => {
  const ready = pass(pass(deployment('web:1'), start).object, plus(start, 2000)).object;
  const changed = { ...ready, metadata: { ...ready.metadata, generation: 2 } };
  const next = pass(changed, plus(start, 60_000));
  expect(next.object.status?.observedGeneration).toBe(2);
  expect(next.object.status?.readyReplicas).toBeUndefined();
  expect(next.again).toBe(plus(start, 60_500));
});
