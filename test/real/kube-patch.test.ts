import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isJsonObject, type JsonObject, jsonEqual } from '../../src/base/json.ts';
import type { KubeObject } from '../../src/kube/object.ts';
import { shapeOf } from '../../src/kube/patch/built-in-shapes.ts';
import { strategicMergePatch } from '../../src/kube/patch/strategic.ts';
import { type Operation, operations, sampleSchema } from '../kube/patch/operations.ts';
import { contentsOf, play, sent } from '../kube/patch/play.ts';
import { deployments, strategicPatches } from '../kube/patch/strategic-operations.ts';
import { type Answer, ask } from '../support/ask.ts';
import { type RealApiserver, startKubeApiserver } from '../support/kube-apiserver.ts';
import { missingRealParts } from '../support/real-parts.ts';

const missing = missingRealParts('kubeApiserver', 'etcd');
const samples = '/apis/y.test/v1/samples';

describe.skipIf(missing !== '')(`patches on a real kube-apiserver${missing}`, () => {
  let server: RealApiserver;

  beforeAll(async () => {
    server = await startKubeApiserver();
    await ask(server, 'POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'samples.y.test' },
      spec: {
        group: 'y.test',
        scope: 'Cluster',
        names: { kind: 'Sample', plural: 'samples', singular: 'sample', listKind: 'SampleList' },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            subresources: { status: {} },
            schema: { openAPIV3Schema: sampleSchema },
          },
        ],
      },
    });
    while ((await ask(server, 'GET', samples)).status !== 200) await pause(100);
  });
  afterAll(() => server?.stop());

  /** What the real server makes of an operation. */
  const write = (live: KubeObject | null, name: string, operation: Operation): Promise<Answer> => {
    const object = sent(live, name, operation);
    const part = operation.do.endsWith('Status') ? '/status' : '';
    const query = `fieldManager=${operation.who}`;
    if (operation.do === 'apply' || operation.do === 'applyStatus') {
      const path = `${samples}/${name}${part}?${query}&force=${operation.force}`;
      return ask(server, 'PATCH', path, object, { 'content-type': 'application/apply-patch+yaml' });
    }
    return live === null
      ? ask(server, 'POST', `${samples}?${query}`, object)
      : ask(server, 'PUT', `${samples}/${name}${part}?${query}`, object);
  };

  test('server-side apply and updates come to the same objects, owners and conflicts', async () => {
    const histories = fc.sample(fc.array(operations, { minLength: 2, maxLength: 8 }), {
      seed: 20_240_601,
      numRuns: 150,
    });
    const seen = { operations: 0, conflicts: 0 };
    for (const [index, history] of histories.entries()) {
      let live: KubeObject | null = null;
      const name = `sample-${index}`;
      for (const operation of history) {
        if (live === null && operation.do.endsWith('Status')) continue;
        const ours = play(live, name, operation);
        const theirs = await write(live, name, operation);
        // Upstream leaves null where an object loses its last field, and may refuse its own result for it.
        if (hasNull(theirs.body.spec) || /"null"/.test(theirs.body.message ?? '')) break;
        const what = JSON.stringify({ operation, live });
        seen.operations++;
        if (theirs.status === 409) {
          seen.conflicts++;
          const { details, message } = theirs.body;
          expect(ours, what).toMatchObject({ ok: false, why: 'conflict', message });
          if (ours.ok || ours.why !== 'conflict') return;
          // Between managers theirs are in the order of a Go map.
          const text = (cause: Answer['body']) => `${cause.message}: ${cause.field}`;
          expect(ours.causes.map(text).sort(), what).toEqual(details.causes.map(text).sort());
          continue;
        }
        expect(theirs.status, theirs.body.message).toBeLessThan(300);
        expect(ours.ok, what).toBe(true);
        if (!ours.ok) return;
        expect(contentsOf(ours.object), what).toEqual(contentsOf(theirs.body));
        expect(owners(ours.object), what).toEqual(owners(theirs.body));
        live = theirs.body;
      }
    }
    expect(seen.operations).toBeGreaterThan(400);
    expect(seen.conflicts).toBeGreaterThan(20);
  });

  test('strategic merge patch comes to the same objects', async () => {
    const shape = shapeOf({ group: 'apps', kind: 'Deployment' });
    const path = '/apis/apps/v1/namespaces/default/deployments';
    const pairs = fc.sample(fc.tuple(deployments, strategicPatches), {
      seed: 20_240_602,
      numRuns: 150,
    });
    let same = 0;
    for (const [index, [content, patch]] of pairs.entries()) {
      const made = await ask(server, 'POST', path, {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        ...content,
        metadata: { ...(content['metadata'] as JsonObject), name: `d${index}` },
      });
      expect(made.status, made.body.message).toBe(201);
      const theirs = await ask(server, 'PATCH', `${path}/d${index}?dryRun=All`, patch, {
        'content-type': 'application/strategic-merge-patch+json',
      });
      // Refused for its result, or for an order that does not name all: ours is more lenient there.
      if (theirs.status !== 200) continue;
      const ours = strategicMergePatch(made.body, patch, shape);
      const what = JSON.stringify({ live: made.body, patch });
      expect(ours.ok, what).toBe(true);
      if (!ours.ok) return;
      expect(withDefaults(ours.value), what).toEqual(withDefaults(theirs.body));
      same++;
    }
    expect(same).toBeGreaterThan(50);
  });
});

function owners(object: KubeObject): readonly unknown[] {
  return (object.metadata.managedFields ?? [])
    .map(({ time: _, ...entry }) => entry)
    .map((entry) => ({ subresource: '', ...entry }))
    .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

const keyOf = (entry: Record<string, unknown>): string =>
  JSON.stringify([entry['operation'], entry['manager'], entry['subresource']]);

function hasNull(value: unknown): boolean {
  if (value === null) return true;
  if (typeof value !== 'object') return false;
  return Object.values(value).some(hasNull);
}

/** What a Deployment says, as if its defaults were applied: the real server does so after the patch. */
function withDefaults(object: JsonObject): JsonObject {
  const { labels = {}, finalizers = [] } = object['metadata'] as JsonObject;
  const spec = object['spec'] as JsonObject;
  const pod = (spec['template'] as JsonObject)['spec'] as JsonObject;
  const containers = (pod['containers'] ?? []) as readonly JsonObject[];
  return {
    labels,
    finalizers,
    replicas: spec['replicas'] ?? 1,
    strategy: spec['strategy'],
    nodeSelector: isJsonObject(pod['nodeSelector']) ? pod['nodeSelector'] : {},
    containers: containers.map(({ name, image, env = [] }) => ({
      name,
      image,
      env: jsonEqual(env, []) ? [] : env,
    })),
  };
}
