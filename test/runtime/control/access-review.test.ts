import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../src/kube/object.ts';
import type { Cluster } from '../../../src/runtime/client/cluster.ts';
import { accessDenied } from '../../../src/runtime/control/access-review.ts';
import { clusterExecutor } from '../../../src/runtime/control/cluster-executor.ts';
import { memoryCluster } from '../../support/memory-cluster.ts';

const review: KubeObject = {
  apiVersion: 'authorization.k8s.io/v1',
  kind: 'SubjectAccessReview',
  metadata: { name: 'remembered-by' },
  spec: { user: 'a' },
};

async function ask(create: (object: KubeObject) => Promise<unknown>) {
  const hub = { ...memoryCluster(), create } as unknown as Cluster;
  const executor = clusterExecutor({ hub });
  return executor.execute({ do: 'create', object: review }, new AbortController().signal);
}

describe('a SubjectAccessReview that is created', () => {
  test('is sent without a name, and an allowance is a success', async () => {
    const sent: KubeObject[] = [];
    const executed = await ask(async (object) => {
      sent.push(object);
      return { ok: true, value: { ...object, status: { allowed: true } } };
    });
    expect(executed).toEqual({ ok: true });
    expect(sent[0]?.metadata).toEqual({});
  });

  test('a denial is a refusal with the reason', async () => {
    const executed = await ask(async (object) => ({
      ok: true,
      value: { ...object, status: { allowed: false, reason: 'no rule' } },
    }));
    expect(executed).toMatchObject({
      ok: false,
      status: 403,
      reason: accessDenied,
      why: 'no rule',
    });
  });

  test('an answer without a status allows nothing', async () => {
    expect(await ask(async (object) => ({ ok: true, value: object }))).toMatchObject({ ok: false });
  });

  test('a server that does not answer allows nothing', async () => {
    const refusal = { ok: false, status: 0, reason: 'Unreachable', message: 'gone' };
    expect(await ask(async () => refusal)).toMatchObject({
      ok: false,
      retry: 'backoff',
      reason: 'Unreachable',
      why: 'gone',
    });
  });
});
