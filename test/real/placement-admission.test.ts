import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Json } from '../../src/base/json.ts';
import { customResourceDefinitions } from '../../src/kube/schema/definitions.ts';
import {
  agentAdmissionObjects,
  placementAdmissionObjects,
} from '../../src/runtime/hub/init/admission.ts';
import { agentWrites, asAgent, hubCluster } from '../support/agent-writes.ts';
import { ask } from '../support/ask.ts';
import { badPlacements, goodPlacements, placementOf } from '../support/bad-placements.ts';
import { type RealApiserver, startKubeApiserver } from '../support/kube-apiserver.ts';
import { missingRealParts } from '../support/real-parts.ts';

const missing = missingRealParts('kubeApiserver', 'etcd');
const group = '/apis/admissionregistration.k8s.io/v1';
const clusters = '/apis/cluster.open-cluster-management.io/v1/managedclusters';
const placements = '/apis/cluster.open-cluster-management.io/v1beta1/namespaces/default/placements';

describe.skipIf(missing !== '')(
  `Placements nobody can decide, on a real kube-apiserver${missing}`,
  () => {
    let server: RealApiserver;
    let count = 0;
    const create = (spec: Json, name?: string) => {
      count += 1;
      return ask(server, 'POST', placements, placementOf(name ?? `p${count}`, spec));
    };

    beforeAll(async () => {
      server = await startKubeApiserver();
      const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
      for (const definition of customResourceDefinitions()) {
        if (!definition.metadata.name.startsWith('placements.')) continue;
        expect((await ask(server, 'POST', definitions, definition)).status).toBe(201);
      }
      while ((await create({ numberOfClusters: -1 }, 'old')).status !== 201) await pause(200);
      const [policy, binding] = placementAdmissionObjects();
      const made = await ask(server, 'POST', `${group}/validatingadmissionpolicies`, policy);
      expect(made.status, made.body.message).toBe(201);
      const bound = await ask(
        server,
        'POST',
        `${group}/validatingadmissionpolicybindings`,
        binding,
      );
      expect(bound.status, bound.body.message).toBe(201);
      // the API server reads its policies now and then
      while ((await create({ numberOfClusters: -1 })).status === 201) await pause(200);
    }, 60_000);
    afterAll(() => server?.stop());

    test('the policy has no expression that the API server finds wrong', async () => {
      const path = `${group}/validatingadmissionpolicies/placements.ocmlang.dev`;
      const { body } = await ask(server, 'GET', path);
      expect(body.status?.typeChecking?.expressionWarnings ?? []).toEqual([]);
    });

    test.each(badPlacements)('%s is refused', async (_, spec, said) => {
      const { status, body } = await create(spec);
      expect(status, JSON.stringify(body)).toBe(422);
      expect(body.message).toContain(said);
    });

    test('a name longer than a label is refused', async () => {
      expect((await create({}, 'n'.repeat(64))).status).toBe(422);
      expect((await create({}, 'n'.repeat(63))).status).toBe(201);
    });

    test.each(goodPlacements)('%j is taken', async (spec) => {
      const { status, body } = await create(spec);
      expect(status, body.message).toBe(201);
    });

    test('what was wrong before can be labelled, and mended, not made worse', async () => {
      const patch = (body: Json) =>
        ask(server, 'PATCH', `${placements}/old`, body, {
          'content-type': 'application/merge-patch+json',
        });
      expect((await patch({ metadata: { labels: { a: 'b' } } })).status).toBe(200);
      expect((await patch({ spec: { numberOfClusters: -2 } })).status).toBe(422);
      expect((await patch({ spec: { numberOfClusters: 2 } })).status).toBe(200);
    });

    test('an agent does not say what the hub says of its cluster', async () => {
      const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
      for (const definition of customResourceDefinitions()) {
        if (!definition.metadata.name.startsWith('managedclusters.')) continue;
        expect((await ask(server, 'POST', definitions, definition)).status).toBe(201);
      }
      while ((await ask(server, 'POST', clusters, hubCluster)).status !== 201) await pause(200);
      const [policy, binding] = agentAdmissionObjects();
      await ask(server, 'POST', `${group}/validatingadmissionpolicies`, policy);
      await ask(server, 'POST', `${group}/validatingadmissionpolicybindings`, binding);
      const write = (patch: Json) => ask(server, 'PATCH', `${clusters}/c1`, patch, asAgent);
      const probe = (value: string): Json => ({ metadata: { labels: { probe: value } } });
      for (let at = 0; (await write(probe(`${at}`))).status === 200; at += 1) await pause(200);
      for (const [what, patch, may] of agentWrites) {
        const { status, body } = await write(patch);
        expect({ what, status, said: body.message }).toMatchObject(
          may ? { status: 200 } : { status: 422, said: expect.stringContaining('an agent may') },
        );
      }
    }, 60_000);
  },
);
