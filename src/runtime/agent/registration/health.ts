import { type Instant, type Millis, plus } from '../../../base/instant.ts';
import { isJsonObject } from '../../../base/json.ts';
import type { Cluster } from '../../client/cluster.ts';
import { type Clock, until } from '../../control/clock.ts';
import { type ClusterHealth, clusterHealthKind, type Facts } from './facts.ts';

/** Upstream's numbers: a check a minute, and while something is wrong one every five seconds. */
const checkEvery: Millis = 60_000;
const checkAgainAfter: Millis = 5_000;

type Health = NonNullable<ClusterHealth['status']>;

/** Keeps the fact up how the API server of the cluster is, until the signal aborts. */
export async function watchHealth(input: {
  readonly cluster: Cluster;
  readonly facts: Facts;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly every?: Millis;
}): Promise<void> {
  const { cluster, facts, clock, signal, every = checkEvery } = input;
  let last: Health | null = null;
  while (!signal.aborted) {
    const health = await check(cluster, clock.now(), last);
    if (signal.aborted) return;
    if (last === null || !isSame(last, health)) facts.put(clusterHealthKind, health);
    last = health;
    const pause = health.ok ? every : Math.min(every, checkAgainAfter);
    await until(plus(clock.now(), pause), clock, signal);
  }
}

/** `/livez`, and `/healthz` where a server does not have or does not show it. */
async function check(cluster: Cluster, now: Instant, last: Health | null): Promise<Health> {
  let answer = await cluster.request('GET', '/livez');
  if (!answer.ok && (answer.status === 404 || answer.status === 403)) {
    answer = await cluster.request('GET', '/healthz');
  }
  const since = last?.ok === answer.ok ? last.since : now;
  if (!answer.ok) return { ok: false, code: answer.status, message: answer.message, since };
  const version = await readVersion(cluster);
  return { ok: true, code: 200, message: '', since, ...(version && { version }) };
}

async function readVersion(cluster: Cluster): Promise<string | undefined> {
  const answer = await cluster.request('GET', '/version');
  const version = answer.ok && isJsonObject(answer.value) ? answer.value['gitVersion'] : undefined;
  return typeof version === 'string' ? version : undefined;
}

function isSame(a: Health, b: Health): boolean {
  return a.ok === b.ok && a.code === b.code && a.message === b.message && a.version === b.version;
}
