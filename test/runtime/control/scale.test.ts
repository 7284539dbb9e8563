import { expect, test } from 'vitest';
import { type ConfigMap, configMapKind } from '../../../src/kube/core.ts';
import {
  type Controller,
  done,
  type Index,
  watch,
} from '../../../src/runtime/control/controller.ts';
import { eventually } from '../../support/clock.ts';
import { memoryCluster } from '../../support/memory-cluster.ts';
import { snapshotOf } from '../../support/snapshot.ts';
import { configMap, run } from './harness.ts';

const groups = 1_000;
const objects: readonly ConfigMap[] = Array.from({ length: 100_000 }, (_, n) =>
  configMap(`work-${n}`, {}, { group: `g${n % groups}` }),
);
const byGroup: Index<ConfigMap> = {
  name: 'by-group',
  kind: configMapKind,
  keys: ({ metadata }) => (metadata.labels?.['group'] ? [metadata.labels['group']] : []),
};

test('one pass among 100,000 objects reads at most 100, and the count is that of the fake snapshot too', async () => {
  const hub = memoryCluster();
  for (const object of objects) await hub.create(object);
  const keys = (): readonly string[] => [];
  const grouped: Controller = {
    name: 'grouped',
    watches: [watch({ kind: configMapKind, keys })],
    indexes: [byGroup as unknown as Index],
    startWith: ['g7'],
    reconcile: (key, snapshot) => {
      snapshot.list(byGroup, key);
      return done;
    },
  };
  const harness = run([grouped], { hub });
  try {
    await harness.ready;
    await eventually(() => (harness.metrics().controllers[0]?.passes ?? 0) > 0, 'a pass');
    expect(harness.metrics().objects).toBe(100_000);
    expect(harness.metrics().controllers[0]?.mostReads).toBe(100);
  } finally {
    harness.stop();
  }
  const snapshot = snapshotOf(objects);
  grouped.reconcile('g7', snapshot, harness.clock.now());
  expect(snapshot.reads()).toBe(100);
});
