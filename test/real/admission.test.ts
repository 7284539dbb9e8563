import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/base/json.ts';
import { lowerPolicy } from '../../src/ir/lower/policy.ts';
import type { IrPolicy } from '../../src/ir/program.ts';
import { compile } from '../../src/lang/compile.ts';
import { readCase } from '../lang/case.ts';
import { ask } from '../support/ask.ts';
import { type RealApiserver, startKubeApiserver } from '../support/kube-apiserver.ts';
import { missingRealParts } from '../support/real-parts.ts';

const missing = missingRealParts('kubeApiserver', 'etcd');
const group = '/apis/admissionregistration.k8s.io/v1';

const source = (mode: string) => `namespace shop
placement all { }
policy p {
  on:         [all]
  mode:       ${mode}
  namespaces: { include: ["def*"], exclude: ["kube-*"] }
  check ${mode}-label {
    each:    ConfigMap
    via:     admission
    where:   (object.metadata.labels["check"] ?? "") == "${mode}"
    require: has(object.data["owner"]) && object.data["owner"] in ["a", "b"]
    message: "\${object.metadata.name} has no owner"
  }
}`;

/** What the agent would put on the cluster. */
function objectsOf(mode: string): readonly JsonObject[] {
  const { program, diagnostics } = compile(readCase(source(mode)));
  expect(diagnostics).toEqual([]);
  const policy = program?.decls.find((decl) => decl.kind === 'policy') as IrPolicy;
  const [lowered] = lowerPolicy(policy).objects;
  const spec = lowered?.spec as unknown as {
    readonly remediationAction?: string;
    readonly 'policy-templates': readonly {
      readonly objectDefinition: {
        readonly spec: {
          readonly remediationAction?: string;
          readonly 'object-templates': readonly { readonly objectDefinition: JsonObject }[];
        };
      };
    }[];
  };
  const template = spec['policy-templates'][0]?.objectDefinition;
  // it has to get onto the cluster, also where it only warns
  expect(spec.remediationAction ?? template?.spec.remediationAction).toBe('enforce');
  return (template?.spec['object-templates'] ?? []).map((each) => each.objectDefinition);
}

describe.skipIf(missing !== '')(`checks via admission on a real kube-apiserver${missing}`, () => {
  let server: RealApiserver;
  let count = 0;
  const create = (labels: JsonObject, data: JsonObject) => {
    count += 1;
    const metadata = { name: `c-${count}`, labels };
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data };
    return ask(server, 'POST', '/api/v1/namespaces/default/configmaps', object);
  };

  beforeAll(async () => {
    server = await startKubeApiserver();
    for (const mode of ['enforce', 'inform']) {
      const [policy, binding] = objectsOf(mode);
      const made = await ask(server, 'POST', `${group}/validatingadmissionpolicies`, policy);
      expect(made.status, made.body.message).toBe(201);
      const bound = await ask(
        server,
        'POST',
        `${group}/validatingadmissionpolicybindings`,
        binding,
      );
      expect(bound.status, bound.body.message).toBe(201);
    }
    // the API server reads its policies now and then
    while ((await create({ check: 'enforce' }, {})).status === 201) await pause(200);
  });
  afterAll(() => server?.stop());

  test('under enforce what does not fulfil it is refused, with its message', async () => {
    const refused = await create({ check: 'enforce' }, { owner: 'c' });
    expect(refused.status).toBe(422);
    expect(refused.body.message).toContain(`c-${count} has no owner`);
    expect((await create({ check: 'enforce' }, { owner: 'b' })).status).toBe(201);
  });

  test('what is missing makes it false, and what is not looked at passes', async () => {
    expect((await create({ check: 'enforce' }, { other: 'x' })).status).toBe(422);
    expect((await create({}, {})).status).toBe(201);
    const metadata = { name: 'elsewhere', labels: { check: 'enforce' } };
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata };
    const made = await ask(server, 'POST', '/api/v1/namespaces/kube-system/configmaps', object);
    expect(made.status).toBe(201);
  });

  test('under inform it is let through', async () => {
    expect((await create({ check: 'inform' }, { owner: 'c' })).status).toBe(201);
  });

  test('the API server has nothing to say about the types of its expressions', async () => {
    const path = `${group}/validatingadmissionpolicies/enforce-label`;
    const { body } = await ask(server, 'GET', path);
    expect(body.status?.typeChecking?.expressionWarnings ?? []).toEqual([]);
  });
});
