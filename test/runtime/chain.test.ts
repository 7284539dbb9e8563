import { afterEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/base/json.ts';
import type { IrBinding, IrClusterSet, IrDecl, IrPolicy } from '../../src/ir/program.ts';
import { type ProgramObject, programKind } from '../../src/ir/program-object.ts';
import { type Deployment, deploymentKind } from '../../src/kube/core.ts';
import { conditionOf, keyOf, parseKey, refOf } from '../../src/kube/object.ts';
import { policyKind } from '../../src/kube/ocm/policy.ts';
import type { Controller } from '../../src/runtime/control/controller.ts';
import { done, watch } from '../../src/runtime/control/controller.ts';
import { schedulePlacements } from '../../src/runtime/hub/placement/controller.ts';
import { propagatePolicies } from '../../src/runtime/hub/policy/propagate.ts';
import { runPrograms } from '../../src/runtime/hub/program/controller.ts';
import { collectParts } from '../../src/runtime/hub/program/parts.ts';
import { rollOutApps } from '../../src/runtime/hub/rollout/controller.ts';
import { all, app, cluster, constant, placementDecl, program } from './hub/programs.ts';
import { edit, put, type World, world } from './world.ts';

const origin = { file: 0, span: { start: 0, end: 1 } };

/** What a kube-controller-manager does, at once: an image `broken` never gets ready. */
const deployments: Controller = {
  name: 'deployments',
  watches: [
    watch({ kind: deploymentKind, at: 'cluster', keys: (object: Deployment) => [keyOf(object)] }),
  ],
  reconcile: (key, snapshot) => {
    const { namespace, name } = parseKey(key);
    const deployment = snapshot.get<Deployment>(deploymentKind, namespace, name, 'cluster');
    if (deployment === undefined) return done;
    const image = deployment.spec?.template?.spec?.containers[0]?.image ?? '';
    const broken = image.endsWith(':broken');
    const status = {
      observedGeneration: deployment.metadata.generation ?? 0,
      replicas: 1,
      updatedReplicas: 1,
      readyReplicas: broken ? 0 : 1,
      availableReplicas: broken ? 0 : 1,
      conditions: [
        { type: 'Progressing', status: broken ? 'False' : 'True', reason: 'x', message: '' },
      ],
    };
    return { actions: [{ do: 'patchStatus', of: refOf(deployment), status, at: 'cluster' }] };
  },
};

const set: IrClusterSet = { kind: 'clusterset', name: 'web', namespace: '', origin, selector: {} };
const bind: IrBinding = {
  kind: 'binding',
  name: 'web',
  namespace: 'shop',
  origin,
  clusterSet: 'web',
};
const ring = {
  op: 'attribute',
  name: 'ring',
  source: { from: 'label', key: 'ring' },
  type: 'string',
} as const;
const prod = placementDecl('prod', {
  clusterSets: ['web'],
  groups: [
    {
      name: 'canary',
      where: {
        op: 'compare',
        by: '==',
        left: ring,
        right: { op: 'const', type: 'string', value: 'canary' },
      },
    },
  ],
});
const careful = {
  ...all,
  type: 'ProgressivePerGroup' as const,
  minSuccessTime: '1m',
  maxFailures: 0,
  mandatoryDecisionGroups: [{ groupName: 'canary' }],
};
const deployment = (image: string): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { replicas: 1, template: { spec: { containers: [{ name: 'web', image }] } } },
});
const web = (image: string): IrDecl =>
  app('web', {
    on: [{ placement: 'prod', rollout: careful }],
    manifests: [{ origin, object: constant(deployment(image)) }],
  });
const limits = (remediation: 'inform' | 'enforce'): IrPolicy => ({
  kind: 'policy',
  name: 'limits',
  namespace: 'shop',
  origin,
  on: ['prod'],
  enforceOn: [],
  remediation,
  disabled: false,
  severity: 'low',
  standards: [],
  categories: [],
  controls: [],
  description: null,
  templates: [
    {
      template: 'config',
      name: 'limits',
      origin,
      severity: null,
      namespaceSelector: null,
      objects: [
        {
          complianceType: 'musthave',
          origin,
          definition: {
            apiVersion: 'v1',
            kind: 'LimitRange',
            metadata: { name: 'limits', namespace: 'shop' },
            spec: { limits: [] },
          },
        },
      ],
    },
  ],
});
const decls = (image: string, remediation: 'inform' | 'enforce' = 'inform') => [
  set,
  bind,
  prod,
  web(image),
  limits(remediation),
];

let current: World | undefined;
afterEach(() => current?.stop());

async function start(image: string): Promise<World> {
  const clusters = [cluster('c1', { ring: 'canary' }), cluster('c2'), cluster('c3')];
  current = await world(
    [runPrograms(), collectParts(), schedulePlacements(), rollOutApps(), propagatePolicies()],
    [...clusters, ...program(decls(image))],
    { names: ['c1', 'c2', 'c3'], onCluster: () => [deployments] },
  );
  await current.rest();
  return current;
}
async function apply({ hub }: World, next: readonly IrDecl[]): Promise<void> {
  const [head, ...parts] = program(next);
  for (const part of parts) await put(hub, part);
  await edit(hub, refOf(head), { spec: head.spec });
}
const images = ({ clusters }: World): readonly (string | undefined)[] =>
  [...clusters.values()].map(
    (of) =>
      of.find<Deployment>(deploymentKind, 'shop', 'web')?.spec?.template?.spec?.containers[0]
        ?.image,
  );
const programOf = ({ hub }: World): ProgramObject => {
  const found = hub.find(programKind, 'shop', 'main');
  if (found === undefined) throw new Error('no program');
  return found;
};
const rollout = (of: World) => programOf(of).status?.rollouts?.[0];
const ready = (of: World) => conditionOf(programOf(of).status?.conditions, 'Ready');
/** Time goes by in steps shorter than the soak. */
async function pass(of: World, seconds: number): Promise<void> {
  for (let at = 0; at < seconds; at += 15) {
    of.clock.advance(15_000);
    await of.rest();
  }
}

describe('a program over three clusters', () => {
  test('the canary goes first and soaks, then the others', async () => {
    const of = await start('web:1');
    await pass(of, 15);
    expect(images(of)).toEqual(['web:1', undefined, undefined]);
    expect(rollout(of)).toMatchObject({ of: 3, done: 0, updating: 1 });
    await pass(of, 60);
    expect(images(of)).toEqual(['web:1', 'web:1', 'web:1']);
    await pass(of, 75);
    expect(rollout(of)).toEqual({
      app: 'shop/web',
      of: 3,
      done: 3,
      updating: 0,
      failed: 0,
      halted: false,
    });
    expect(of.errors()).toEqual([]);
  });

  test('a new image goes the same way; meanwhile the others keep the old one', async () => {
    const of = await start('web:1');
    await pass(of, 150);
    await apply(of, decls('web:2'));
    await of.rest();
    await pass(of, 15);
    expect(images(of)).toEqual(['web:2', 'web:1', 'web:1']);
    await pass(of, 75);
    expect(images(of)).toEqual(['web:2', 'web:2', 'web:2']);
  });

  test('a broken canary halts the rollout, the Program says so, and a mended one goes on', async () => {
    const of = await start('web:1');
    await pass(of, 150);
    await apply(of, decls('web:broken'));
    await of.rest();
    await pass(of, 150);
    expect(images(of)).toEqual(['web:broken', 'web:1', 'web:1']);
    expect(rollout(of)).toMatchObject({ halted: true, failed: 1 });
    expect(ready(of)).toMatchObject({ status: 'False', reason: 'Halted' });
    await apply(of, decls('web:3'));
    await of.rest();
    await pass(of, 150);
    expect(images(of)).toEqual(['web:3', 'web:3', 'web:3']);
    expect(rollout(of)).toMatchObject({ done: 3, halted: false });
  });

  test('a policy informs, then enforces, and the Program is ready', async () => {
    const of = await start('web:1');
    await pass(of, 150);
    expect(of.hub.find(policyKind, 'shop', 'limits')?.status?.compliant).toBe('NonCompliant');
    expect(ready(of)).toMatchObject({ status: 'False', reason: 'NonCompliant' });
    await apply(of, decls('web:1', 'enforce'));
    await of.rest();
    await pass(of, 60);
    const policy = of.hub.find(policyKind, 'shop', 'limits');
    expect(policy?.status?.compliant).toBe('Compliant');
    expect(policy?.status?.status).toHaveLength(3);
    expect(ready(of)).toMatchObject({ status: 'True', message: 'all 5 declarations are ready' });
  });

  test('a restart in the middle of a rollout changes nothing of it', async () => {
    const of = await start('web:1');
    await pass(of, 150);
    await apply(of, decls('web:2'));
    await of.rest();
    await of.restart();
    await pass(of, 15);
    expect(images(of)).toEqual(['web:2', 'web:1', 'web:1']);
    await of.restart();
    await pass(of, 75);
    expect(images(of)).toEqual(['web:2', 'web:2', 'web:2']);
  });
});
