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

const condition = ({ status }: Deployment, type: string) =>
  status?.conditions?.find((each) => each.type === type);
const settled = () => pass(pass(deployment('web:1'), start).object, plus(start, 2000)).object;
const changed = (object: Deployment, image: string): Deployment => ({
  ...object,
  metadata: { ...object.metadata, generation: (object.metadata.generation ?? 0) + 1 },
  spec: { ...object.spec, template: { spec: { containers: [{ name: 'web', image }] } } },
});

test('a broken namespace lets nothing be ready until it is mended, and that is no failed rollout', () => {
  const dark = namespace({ [brokenAnnotation]: 'true' });
  const broken = pass(settled(), plus(start, 60_000), dark);
  expect(broken.object.status?.readyReplicas).toBeUndefined();
  expect(condition(broken.object, 'Available')?.status).toBe('False');
  expect(condition(broken.object, 'Progressing')?.reason).toBe('NewReplicaSetAvailable');
  expect(broken.again).toBeUndefined();
  const mended = pass(broken.object, plus(start, 70_000));
  expect(mended.object.status?.readyReplicas).toBe(3);
});

test('a rollout in a broken namespace runs into its deadline', () => {
  const dark = namespace({ [brokenAnnotation]: 'true' });
  const next = pass(changed(settled(), 'web:2'), plus(start, 60_000), dark);
  expect(next.object.status?.availableReplicas).toBeUndefined();
  expect(next.again).toBe(plus(start, 70_000));
  const late = pass(next.object, plus(start, 70_000), dark);
  expect(condition(late.object, 'Progressing')?.reason).toBe('ProgressDeadlineExceeded');
});

test('a new version starts anew while the old one serves on', () => {
  const next = pass(changed(settled(), 'web:2'), plus(start, 60_000));
  expect(next.object.status).toMatchObject({
    observedGeneration: 2,
    updatedReplicas: 0,
    availableReplicas: 3,
  });
  expect(condition(next.object, 'Available')?.status).toBe('True');
  expect(condition(next.object, 'Progressing')?.reason).toBe('ReplicaSetUpdated');
  expect(next.again).toBe(plus(start, 60_500));
  const ready = pass(next.object, plus(start, 60_500));
  expect(ready.object.status).toMatchObject({ updatedReplicas: 3, availableReplicas: 3 });
});

test('a broken version fails at its deadline, and the old one serves on', () => {
  const next = pass(changed(settled(), 'web:broken'), plus(start, 60_000));
  const late = pass(next.object, plus(start, 70_000));
  expect(condition(late.object, 'Progressing')?.reason).toBe('ProgressDeadlineExceeded');
  expect(condition(late.object, 'Available')?.status).toBe('True');
  expect(late.object.status).toMatchObject({ updatedReplicas: 0, availableReplicas: 3 });
  const mended = pass(changed(late.object, 'web:3'), plus(start, 80_000));
  expect(condition(mended.object, 'Progressing')?.reason).toBe('ReplicaSetUpdated');
});

test('a paused Deployment does not go on', () => {
  const object = changed(settled(), 'web:2');
  const paused = pass({ ...object, spec: { ...object.spec, paused: true } }, plus(start, 60_000));
  expect(paused.again).toBeUndefined();
  expect(condition(paused.object, 'Progressing')).toMatchObject({
    status: 'Unknown',
    reason: 'DeploymentPaused',
  });
});

test('no replicas are as good as ready', () => {
  const none = { ...deployment('web:1'), spec: { replicas: 0 } };
  const object = pass(pass(none, start).object, plus(start, 500)).object;
  expect(condition(object, 'Available')?.status).toBe('True');
  expect(condition(object, 'Progressing')?.reason).toBe('NewReplicaSetAvailable');
});

test('a Deployment of odd fields has a status all the same', () => {
  for (const spec of [undefined, {}, { replicas: -1 }, { template: { spec: {} } }]) {
    const odd = { ...deployment('web:1'), spec } as unknown as Deployment;
    expect(pass(odd, start).object.status?.observedGeneration).toBe(1);
  }
});
