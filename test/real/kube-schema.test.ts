import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { applyDefaults } from '../../src/kube/schema/defaults.ts';
import { customResourceDefinitions } from '../../src/kube/schema/definitions.ts';
import { fieldErrorText } from '../../src/kube/schema/field-error.ts';
import { prune } from '../../src/kube/schema/prune.ts';
import { validate } from '../../src/kube/schema/validate.ts';
import { probeSchema, probeSpecs } from '../kube/schema/probe-schema.ts';
import { type Answer, ask } from '../support/ask.ts';
import { type RealApiserver, startKubeApiserver } from '../support/kube-apiserver.ts';
import { missingRealParts } from '../support/real-parts.ts';

const missing = missingRealParts('kubeApiserver', 'etcd');

describe.skipIf(missing !== '')(`schemas on a real kube-apiserver${missing}`, () => {
  let server: RealApiserver;

  beforeAll(async () => {
    server = await startKubeApiserver();
  });
  afterAll(() => server?.stop());

  const crds = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

  test('accepts every definition of ours as structural, and establishes it', async () => {
    for (const crd of customResourceDefinitions()) {
      const made = await ask(server, 'POST', crds, crd);
      expect(made.status, `${crd.metadata.name}: ${made.body.message}`).toBe(201);
    }
    await expect
      .poll(
        async () => {
          const { body } = await ask(server, 'GET', crds);
          return body.items
            .flatMap((crd: Answer['body']) =>
              (crd.status?.conditions ?? []).map(
                (each: Answer['body']) => `${each.type}=${each.status}`,
              ),
            )
            .filter((each: string) => each !== 'NamesAccepted=True').length;
        },
        { timeout: 30_000 },
      )
      .toBe(customResourceDefinitions().length);
  });

  test('says of every probe what our validator says, and stores what we store', async () => {
    const made = await ask(server, 'POST', crds, {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'probes.x.test' },
      spec: {
        group: 'x.test',
        scope: 'Cluster',
        names: { kind: 'Probe', plural: 'probes', singular: 'probe', listKind: 'ProbeList' },
        versions: [
          { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: probeSchema } },
        ],
      },
    });
    expect(made.status).toBe(201);
    await expect
      .poll(async () => (await ask(server, 'GET', '/apis/x.test/v1/probes')).status, {
        timeout: 30_000,
      })
      .toBe(200);
    for (const [index, spec] of probeSpecs.entries()) {
      const object = {
        apiVersion: 'x.test/v1',
        kind: 'Probe',
        metadata: { name: `p${index}` },
        spec,
      };
      const { body, status } = await ask(server, 'POST', '/apis/x.test/v1/probes', object);
      const ours = applyDefaults(probeSchema, prune(probeSchema, object).object);
      const texts = validate(probeSchema, ours).map(fieldErrorText).sort();
      const theirs = (body.details?.causes ?? [])
        .map((each: Answer['body']) => `${each.field}: ${each.message}`)
        .sort();
      expect({ spec, texts }, JSON.stringify(spec)).toEqual({ spec, texts: theirs });
      expect(status, JSON.stringify(spec)).toBe(texts.length === 0 ? 201 : 422);
      if (status === 201) expect(ours.spec, JSON.stringify(spec)).toEqual(body.spec);
    }
  });
});
