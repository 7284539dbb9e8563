import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { formatMicroTime, instant, plus } from '../../../src/base/instant.ts';
import { type Lease, leaseKind } from '../../../src/kube/core.ts';
import type { Cluster } from '../../../src/runtime/client/cluster.ts';
import { becomeLeader, defaultTimes, leaseStep } from '../../../src/runtime/control/leadership.ts';
import { silent } from '../../../src/runtime/control/log.ts';
import { eventually, type StillClock, stillClock } from '../../support/clock.ts';
import { type EmbeddedServer, startEmbeddedServer } from '../../support/embedded-server.ts';

const now = instant(Date.UTC(2026, 0, 1));
const times = defaultTimes;
const held = (holderIdentity: string, more: object = {}): Lease => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name: 'l', namespace: 'n' },
  spec: { holderIdentity, leaseDurationSeconds: 15, leaseTransitions: 3, ...more },
});

describe('a step', () => {
  const unchanged = (millis: number) => ({ record: '', since: plus(now, -millis) });
  const by = { identity: 'me', now, times };

  test('takes what is not there, and what nobody holds', () => {
    expect(leaseStep(null, unchanged(0), by)).toEqual({
      step: 'take',
      spec: {
        holderIdentity: 'me',
        leaseDurationSeconds: 15,
        acquireTime: formatMicroTime(now),
        renewTime: formatMicroTime(now),
      },
    });
    expect(leaseStep(held(''), unchanged(0), by)).toMatchObject({
      step: 'take',
      spec: { holderIdentity: 'me', leaseTransitions: 4 },
    });
  });

  test('renews what we hold, and keeps since when', () => {
    const acquireTime = '2025-12-31T00:00:00.000000Z';
    expect(leaseStep(held('me', { acquireTime }), unchanged(0), by)).toMatchObject({
      step: 'take',
      spec: { acquireTime, leaseTransitions: 3, renewTime: formatMicroTime(now) },
    });
  });

  test('leaves another holder alone until the lease has not changed for as long as it says', () => {
    expect(leaseStep(held('you'), unchanged(14_999), by)).toEqual({ step: 'wait', holder: 'you' });
    expect(leaseStep(held('you'), unchanged(15_000), by)).toMatchObject({ step: 'take' });
    // what the holder's clock says does not count
    const renewTime = formatMicroTime(plus(now, -3_600_000));
    expect(leaseStep(held('you', { renewTime }), unchanged(0), by).step).toBe('wait');
  });
});

describe('candidates', () => {
  let server: EmbeddedServer;
  let clock: StillClock;
  let ends: AbortController[];

  beforeEach(async () => {
    server = await startEmbeddedServer();
    clock = stillClock(now);
    ends = [];
  });
  afterEach(async () => {
    for (const end of ends) end.abort();
    await server.stop();
  });

  function candidate(identity: string, cluster: Cluster = server.cluster) {
    const end = new AbortController();
    ends.push(end);
    const signal = end.signal;
    const common = { clock, random: () => 0, log: silent, signal };
    const of = { cluster, namespace: 'default', name: 'controllers', identity };
    return { end, leadership: becomeLeader({ ...of, ...common }) };
  }
  async function holder(): Promise<string | undefined> {
    const found = await server.cluster.get<Lease>(leaseKind, 'default', 'controllers');
    return found.ok ? found.value.spec?.holderIdentity : undefined;
  }
  /** Lets time pass step by step, with all answers in between. */
  async function pass(millis: number): Promise<void> {
    for (let at = 0; at < millis; at += 1000) {
      clock.advance(1000);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  test('one leads, the other follows at once when the first gives up', async () => {
    const first = candidate('a');
    const leads = await first.leadership;
    expect(await holder()).toBe('a');
    const second = candidate('b');
    await pass(60_000);
    expect(await holder()).toBe('a');
    expect(leads?.over.aborted).toBe(false);
    first.end.abort();
    await leads?.released;
    expect(leads?.over.aborted).toBe(true);
    expect(await holder()).toBe('');
    await pass(4_000);
    expect((await second.leadership)?.over.aborted).toBe(false);
    expect(await holder()).toBe('b');
  });

  test('who cannot reach the server leads no more before the other may', async () => {
    let cut = false;
    const refusal = { ok: false, status: 0, reason: 'NoAnswer', message: 'cut off' } as const;
    const { cluster } = server;
    const lame = {
      get: async (...of: Parameters<Cluster['get']>) => (cut ? refusal : cluster.get(...of)),
      replace: async (...of: Parameters<Cluster['replace']>) =>
        cut ? refusal : cluster.replace(...of),
      create: (...of: Parameters<Cluster['create']>) => cluster.create(...of),
    } as unknown as Cluster;
    const leads = await candidate('a', lame).leadership;
    const second = candidate('b');
    await pass(4_000);
    cut = true;
    let overAt = 0;
    leads?.over.addEventListener('abort', () => {
      overAt = clock.now();
    });
    let takenAt = 0;
    void second.leadership.then(() => {
      takenAt = clock.now();
    });
    await pass(40_000);
    await eventually(() => takenAt > 0, 'the second leads');
    expect(overAt).toBeGreaterThan(0);
    expect(takenAt).toBeGreaterThan(overAt);
    expect(await holder()).toBe('b');
  });

  test('who is told to end before leads never', async () => {
    await candidate('a').leadership;
    const second = candidate('b');
    second.end.abort();
    expect(await second.leadership).toBeNull();
  });
});
