import { expect, test } from 'vitest';
import type { Json } from '../../../../src/base/json.ts';
import { configMapKind } from '../../../../src/kube/core.ts';
import {
  clusterHealthKind,
  Facts,
  withFacts,
} from '../../../../src/runtime/agent/registration/facts.ts';
import { watchHealth } from '../../../../src/runtime/agent/registration/health.ts';
import type { Answer } from '../../../../src/runtime/client/cluster.ts';
import { type Controller, done, watch } from '../../../../src/runtime/control/controller.ts';
import { eventually, stillClock } from '../../../support/clock.ts';
import { memoryCluster } from '../../../support/memory-cluster.ts';
import { configMap, run } from '../../control/harness.ts';

const ok = (value: Json): Answer<Json> => ({ ok: true, value });
const refuse = (status: number): Answer<Json> => ({
  ok: false,
  status,
  reason: 'X',
  message: `status ${status}`,
});

test('health is looked at every minute, quickly while it is bad, and /healthz serves where /livez does not', async () => {
  const clock = stillClock();
  let answers: Record<string, Answer<Json>> = {
    '/livez': ok('ok'),
    '/version': ok({ gitVersion: 'v1.2.3' }),
  };
  const asked: string[] = [];
  const cluster = memoryCluster({
    answer: (_method, path) => {
      asked.push(path);
      return answers[path];
    },
  });
  const facts = new Facts();
  const stop = new AbortController();
  const ended = watchHealth({ cluster, facts, clock, signal: stop.signal });
  const health = () =>
    facts.list(clusterHealthKind).items[0]?.status as Record<string, unknown> | undefined;
  const rested = (): Promise<void> => eventually(() => clock.timers().length > 0, 'it rests');
  await rested();
  expect(health()).toMatchObject({ ok: true, version: 'v1.2.3', since: clock.now() });
  const version = facts.list(clusterHealthKind).resourceVersion;
  clock.advance(60_000);
  await rested();
  // Nothing has changed, so nobody is told.
  expect(facts.list(clusterHealthKind).resourceVersion).toBe(version);
  answers = { '/livez': refuse(500) };
  clock.advance(60_000);
  await rested();
  const since = clock.now();
  expect(health()).toMatchObject({ ok: false, code: 500, message: 'status 500', since });
  clock.advance(5_000);
  await rested();
  expect(health()).toMatchObject({ ok: false, since });
  answers = { '/livez': refuse(403), '/healthz': ok('ok') };
  clock.advance(5_000);
  await rested();
  expect(health()).toMatchObject({ ok: true, since: clock.now() });
  expect(asked).toContain('/healthz');
  stop.abort();
  await ended;
});

test('controllers read facts from the snapshot and are woken by them', async () => {
  const facts = new Facts();
  const cluster = memoryCluster();
  await cluster.create(configMap('a'));
  const seen: unknown[] = [];
  const controller: Controller = {
    name: 'reader',
    startWith: ['start'],
    watches: [
      watch({ kind: clusterHealthKind, at: 'cluster', keys: () => ['health'] }),
      watch({ kind: configMapKind, at: 'cluster', keys: () => [] }),
    ],
    reconcile: (_key, snapshot) => {
      seen.push(snapshot.get(clusterHealthKind, '', 'agent', 'cluster')?.status?.ok);
      expect(snapshot.get(configMapKind, 'test', 'a', 'cluster')).toBeDefined();
      return done;
    },
  };
  const harness = run([controller], {
    clusters: { hub: memoryCluster(), cluster: withFacts(cluster, facts) },
  });
  try {
    await harness.ready;
    await harness.rest();
    const status = { code: 0, message: '', since: harness.clock.now() };
    for (const fine of [true, false]) {
      facts.put(clusterHealthKind, { ...status, ok: fine });
      await harness.rest();
    }
    expect(seen).toEqual([undefined, true, false]);
    expect(harness.errors).toEqual([]);
  } finally {
    harness.stop();
  }
});
